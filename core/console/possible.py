"""What a person can do about a job now, and why not: the same judgement that the job itself makes. Pure."""

from enum import StrEnum
from typing import Final

from msgspec.structs import replace

from core.console.shop_state import shop_state
from core.errors import ConsoleError
from core.jobs import commands, pen
from core.jobs.commands import AnyCommand, judge
from core.jobs.pen import Giver
from core.jobs.state import JobState, Status, StepState, may_skip
from core.text import one_line


class Act(StrEnum):
    """What a person can do about a job, or a plan that was not started."""

    RUN_ALL = "run_all"
    STEP = "step"
    PAUSE = "pause"
    APPROVE = "approve"
    REFUSE = "refuse"
    RETRY = "retry"
    SKIP = "skip"
    ABORT = "abort"


_UNSTARTED: Final = "nothing runs yet; start the plan first"
_GONE: Final = "the job's process is gone; resume it first"
_PLAN: Final = (Act.RUN_ALL, Act.STEP, Act.RETRY)
_RESUMING: Final = (Act.RETRY, Act.SKIP, Act.ABORT)


_NOBODY: Final = Giver()


def why_not(act: Act, state: JobState, *, alive: bool, step: str = "", giver: Giver = _NOBODY) -> str:
    """Return why something is not possible now, empty when it is.

    step: the one that a skip would be about; giver: who wants it (`Line.giver`), for whom the pen counts.
    """
    if not state.job_id:
        return "" if act in _PLAN else _UNSTARTED
    if state.outcome not in ("", "stopped"):
        return f"the job has ended: {state.outcome}"
    if state.outcome or not alive:
        return _resuming(act, state)
    if giver.who and (reason := pen.why_not(state, giver)):
        return one_line(reason)
    state = replace(state, pen=None)
    if act is Act.RUN_ALL and not state.paused:
        return "it runs by itself already"
    if act is Act.STEP:
        return _no_step(state)
    if act is Act.PAUSE and state.paused:
        return "it is paused already"
    try:
        # Who holds the pen is another question: this is about the job.
        judge(
            state, command(act, state, step=step, reason="-", staying=True), state.pen.who if state.pen else ""
        )
    except ConsoleError as error:
        told = one_line(error.what).rstrip(".")
        return told[:1].lower() + told[1:]
    return ""


def _resuming(act: Act, state: JobState) -> str:
    if act not in _RESUMING:
        return "the job has stopped; resume it first" if state.outcome else _GONE
    if act is Act.SKIP:
        failed = stopped_at(state)
        if failed is None or state.turn is not None:
            return "no step has failed"
        return "" if may_skip(failed.step) else f'"{one_line(failed.step.title)}" keeps the shop safe'
    return ""


def stopped_at(state: JobState) -> StepState | None:
    """Return the failed step at which a job stopped."""
    return next((item for item in state.steps if item.failure is not None and not item.settled), None)


def _no_step(state: JobState) -> str:
    waits = {"gate": "it waits for your approval", "choice": "a step has failed: choose about that first"}
    if state.waiting_for in waits:
        return waits[state.waiting_for]
    if not state.paused:
        return "it runs by itself; pause it first"
    running = state.under_way
    return f'"{one_line(running.step.title)}" still runs' if running is not None else ""


def command(
    act: Act, state: JobState, *, step: str = "", reason: str = "", staying: bool = False
) -> AnyCommand:
    """Return what the job is told. `staying`: the person said that they stay, where an approval needs that."""
    match act:
        case Act.RUN_ALL:
            return commands.Continue()
        case Act.STEP:
            return commands.Next()
        case Act.PAUSE:
            return commands.Pause()
        case Act.APPROVE:
            return commands.Approve(digest=state.gate.digest if state.gate else "", staying=staying)
        case Act.REFUSE:
            return commands.Refuse(reason=reason)
        case Act.RETRY:
            return commands.Retry()
        case Act.SKIP:
            return commands.Skip(reason=reason, step=state.choosing or step)
        case Act.ABORT:
            # Cancelling past the point of no return, or while it is undone, needs `force`: the preview said so.
            forced = state.past_return or (state.turn is not None and bool(state.lost))
            return commands.Abort() if state.choosing else commands.Cancel(force=forced)


def abort_leaves(state: JobState) -> tuple[str, ...]:
    """Return in sentences what an abort does now, and what it leaves."""
    if state.turn is not None:
        hosts = ", ".join(one_line(address) for address in state.lost)
        return (f"Gives up what is still to be undone on {hosts}.", *shop_state(state)) if hosts else ()
    running = state.under_way
    busy = running is not None and running.intended
    told = (
        [f'"{one_line(running.step.title)}" runs now: it is stopped on its hosts.'] if running and busy else []
    )
    if state.past_return:
        return (
            *told,
            "Nothing is undone: a database step has begun. The job stops as it stands:",
            *shop_state(state),
        )
    undone = [one_line(item.step.undo) for item in reversed(state.steps) if item.undoable]
    told += [f"Taken back: {'; '.join(undone)}."] if undone else ["Nothing has to be taken back."]
    if state.plan is not None and state.plan.kind != "build":
        told.append("Then the shop is as it was before this job.")
    if any(item.step.action == "transfer" and item.status is Status.DONE for item in state.steps):
        told.append("The release that was brought to the hosts stays there; the next promotion uses it.")
    return tuple(told)
