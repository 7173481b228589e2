"""What a job does next: a pure function of its state, so a resumed job decides as the first one would have."""

from typing import Final

import msgspec

from core.errors import Exit
from core.jobs import events
from core.jobs.state import JobState, Status, StepState, may_skip


class Run(msgspec.Struct, frozen=True):
    """Start the step, or go on with it."""

    step: str


class Undo(msgspec.Struct, frozen=True):
    """Take back what the step did, or go on doing so."""

    step: str


class Tell(msgspec.Struct, frozen=True):
    """Write the event: the job turns back, waits for a choice, ends."""

    event: events.Event


class Wait(msgspec.Struct, frozen=True):
    """Wait for a person."""


LOCK: Final = "lock"
"""The action of the steps that take an environment's lock."""
CUSTOM: Final = "custom"
"""The action of the shop's own steps."""

Move = Run | Undo | Tell | Wait


def decide(state: JobState) -> Move | None:
    """Return what to do next, None when the job has ended (or has not begun)."""
    if state.outcome or state.plan is None:
        return None
    if state.turn is not None:
        return _back(state)
    failed = next((s for s in state.steps if s.status is Status.FAILED and not s.tolerated), None)
    if failed is not None:
        return _after_failure(state, failed)
    return _forward(state)


def _forward(state: JobState) -> Move:
    current = state.current
    if current is None:
        return Tell(events.JobEnded(outcome="done", exit_code=Exit.DONE, what="Done."))
    if state.cancelled_by and not (current.status is Status.RUNNING and current.intended):
        turned = _cancelled(state)
        if turned is not None:
            return turned
    gate = state.gate
    if gate is not None and gate.step == current.step.id and gate.answer != "approved":
        return _refused(state) if gate.answer == "refused" else Wait()
    if state.waiting_for == "pause":
        return Wait()
    return Run(current.step.id)


def _cancelled(state: JobState) -> Move | None:
    """Undo for the one who cancelled; past the point of no return stop, when that was asked for."""
    if not state.past_return:
        what = f"Cancelled by {state.cancelled_by}."
        return Tell(
            events.TurnedBack(because="cancelled", exit_code=Exit.CANCELLED, what=what, who=state.cancelled_by)
        )
    return Tell(_stopped(state, f"Cancelled by {state.cancelled_by}.")) if state.forced else None


def _refused(state: JobState) -> Move:
    gate = state.gate
    who, reason = (gate.who, gate.reason) if gate is not None else ("", "")
    what = f"Refused by {who}." if not reason else f"Refused by {who}: {reason}"
    return Tell(events.TurnedBack(because="refused", exit_code=Exit.REFUSED, what=what, who=who))


def _after_failure(state: JobState, failed: StepState) -> Move:
    if state.cancelled_by:
        turned = _cancelled(state)
        if turned is not None:
            return turned
    if state.plan is not None and state.plan.options.get("on_failure") == "ask":
        if state.choosing:
            return Wait()
        return Tell(events.ChoiceOpened(step=failed.step.id, choices=choices(state, failed)))
    if state.past_return:
        return Tell(stop_at(state, failed))
    return Tell(turn_back(failed))


def choices(state: JobState, failed: StepState) -> tuple[str, ...]:
    """Return what a person can do about a step that failed."""
    skip = ("skip",) if may_skip(failed.step) else ()
    return ("retry", *skip, "abort") if state.past_return else ("retry", *skip, "undo")


def turn_back(failed: StepState) -> events.TurnedBack:
    """Return the event by which a job starts to undo because a step failed."""
    refused = failed.failure is not None and failed.failure.exit_code == Exit.REFUSED
    exit_code = Exit.REFUSED if refused else Exit.FAILED
    return events.TurnedBack(because="failed", exit_code=exit_code, what=_told(failed))


def stop_at(state: JobState, failed: StepState) -> events.JobEnded:
    """Return the event by which a job stops at a failed step past the point of no return."""
    ended = _stopped(state, _told(failed))
    allowed = ("retry", "skip") if may_skip(failed.step) else ("retry",)
    return events.JobEnded(outcome=ended.outcome, exit_code=ended.exit_code, what=ended.what, choices=allowed)


def _told(failed: StepState) -> str:
    """Return what failed and why: the first line; the rest is output, which is told with the step."""
    failure = failed.failure
    return f"{failed.step.title}: {failure.what.splitlines()[0] if failure and failure.what else 'failed'}"


def _stopped(state: JobState, what: str) -> events.JobEnded:
    after = next((s.step.title for s in state.steps if s.acted and s.step.point_of_no_return), "")
    since = f' Nothing was undone, because "{after}" had begun.' if after else ""
    return events.JobEnded(outcome="stopped", exit_code=Exit.STOPPED, what=f"{what}{since}", choices=("retry",))


def _back(state: JobState) -> Move:
    """Undo in reverse order; one that can't be undone keeps none of the others from it, but for the lock."""
    turn = state.turn
    steps = [item for item in state.steps if turn is None or turn.undoes(item.step)]
    if turn is not None and turn.because == "abandoned":
        move = _locked_again(turn.what, steps)
        if move is not None:
            return move
    stuck = [item for item in steps if item.status is Status.NOT_UNDONE]
    for item in reversed(steps):
        # Whoever resumes the job needs the lock for the rest, and nobody else should build on what is half undone.
        kept = bool(stuck) and item.step.action == LOCK and item.status is not Status.UNDOING
        if not kept and (item.status is Status.UNDOING or item.undoable):
            return Undo(item.step.id)
    what = turn.what if turn is not None else ""
    if stuck:
        names = ", ".join(f'"{item.step.title}"' for item in stuck)
        kept = any(item.step.action == LOCK and item.undoable for item in steps)
        ended = f"{what} Not undone: {names}.{' The lock is kept.' if kept else ''}".strip()
        return Tell(events.JobEnded(outcome="stopped", exit_code=Exit.STOPPED, what=ended, choices=("retry",)))
    if turn is not None and turn.because == "abandoned":
        left = f" Left as it is: {'; '.join(turn.leaves)}." if turn.leaves else ""
        return Tell(events.JobEnded(outcome="abandoned", exit_code=turn.exit_code, what=f"{what}.{left}"))
    return Tell(_turned(state, what))


def _locked_again(what: str, steps: list[StepState]) -> Move | None:
    """Take the lock before anything of an abandoned job is put back; None once that was tried.

    Where another job holds it nothing is done. A host out of reach keeps none of the others from it.
    """
    lock = next((item for item in steps if item.step.action == LOCK), None)
    if lock is None:
        return None
    if lock.status in (Status.WAITING, Status.RUNNING):
        return Run(lock.step.id)
    if lock.status is Status.FAILED and lock.failure and lock.failure.exit_code == Exit.REFUSED:
        told = f"{what}. Nothing was put back: {_told(lock)}"
        return Tell(events.JobEnded(outcome="stopped", exit_code=Exit.STOPPED, what=told))
    return None


def _turned(state: JobState, what: str) -> events.JobEnded:
    """Return the end of a job that undid all that can be undone; what the shop's own steps did stays, and is named."""
    turn = state.turn
    code = turn.exit_code if turn is not None else int(Exit.FAILED)
    kept = [f'"{item.step.title}"' for item in state.steps if _stays(state, item)]
    if kept:
        what = f"{what} Not undone, for it has no `undo`: {', '.join(kept)}.".strip()
        # "Refused" would say that nothing was changed.
        code = Exit.FAILED if code == Exit.REFUSED else code
    cancelled = turn is not None and turn.because == "cancelled"
    return events.JobEnded(outcome="cancelled" if cancelled else "failed", exit_code=code, what=what)


def _stays(state: JobState, item: StepState) -> bool:
    """Whether a step of the shop's own has run on a target, and nothing takes it back."""
    own = item.step.action == CUSTOM and state.plan is not None and state.plan.kind != "build"
    return own and bool(item.acted) and not item.step.undo
