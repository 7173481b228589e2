"""What a person can tell a running job, and what becomes of it: a pure judgement."""

from collections.abc import Collection

import msgspec

from core.errors import ConsoleError, Exit
from core.jobs import events, pen
from core.jobs.attended import needs_you, not_said
from core.jobs.decide import stop_at, turn_back
from core.jobs.state import JobState, Status, may_skip
from core.text import one_line


class Command(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="command"):
    """What all commands have."""


class Ask(Command, frozen=True, kw_only=True):
    """Ask for the state; changes nothing."""


class Cancel(Command, frozen=True, kw_only=True):
    """End the job and undo it; past the point of no return only with `force`, and then nothing is undone.
    While the job is undone already, `force` gives up the hosts that are out of reach."""

    force: bool = False


class Approve(Command, frozen=True, kw_only=True):
    """Let the job through its gate: the plan with exactly this digest."""

    digest: str
    staying: bool = False
    """The explicit yes of a person who stays, where the job could not log in again without them (`attended`)."""


class Refuse(Command, frozen=True, kw_only=True):
    """Don't let the job through its gate: it is undone."""

    reason: str = ""


class Retry(Command, frozen=True, kw_only=True):
    """Run the failed step again."""


class Skip(Command, frozen=True, kw_only=True):
    """Leave a step out: the failed one, or one that has not run."""

    reason: str
    step: str = ""


class Back(Command, frozen=True, kw_only=True):
    """Undo, after a step failed."""


class Abort(Command, frozen=True, kw_only=True):
    """End at the failed step: undone before the point of no return, as it stands after it."""


class Pause(Command, frozen=True, kw_only=True):
    """Start no further step."""


class Continue(Command, frozen=True, kw_only=True):
    """Start steps by themselves again."""


class Next(Command, frozen=True, kw_only=True):
    """Start one step, and pause after it."""


class Attach(Command, frozen=True, kw_only=True):
    """Use another agent, a socket's path, for logins."""

    agent: str


class TakePen(Command, frozen=True, kw_only=True):
    """Hold the pen from now on; with `force` also while another person's screen is open."""

    force: bool = False


class HandPen(Command, frozen=True, kw_only=True):
    """Give the pen to a person, by the name that `who` has; empty: lay it down."""

    to: str = ""


AnyCommand = (
    Ask | Cancel | Approve | Refuse | Retry | Skip | Back | Abort | Pause | Continue | Next | Attach
    | TakePen | HandPen
)  # fmt: skip


def _no(code: str, what: str, remedy: str = "") -> ConsoleError:
    return ConsoleError(code, what, remedy=remedy, exit_code=Exit.REFUSED)


def judge(
    state: JobState, command: AnyCommand, who: str, screen: str = "", present: Collection[str] = ()
) -> tuple[events.Event, ...]:
    """Return the events by which a command takes effect. Raises ConsoleError when it can't, and says why.

    screen: the one that it comes from, empty for the command line; present: the screens that are open (`pen`).
    """
    if state.outcome:
        raise _no("job-ended", f"The job has ended: {state.outcome}.")
    match command:
        case Ask():
            return ()
        case TakePen():
            return pen.taking(state, who, screen, present, force=command.force)
        case HandPen():
            return pen.handing(state, who, screen, present, one_line(command.to, 80))
        case _:
            return (*pen.writing(state, who, screen, present), *_effect(state, command, who))


def _effect(state: JobState, command: AnyCommand, who: str) -> tuple[events.Event, ...]:
    match command:
        case Cancel():
            return _cancel(state, command, who)
        case Approve() | Refuse():
            return _answer(state, command, who)
        case Retry() | Skip() | Back() | Abort():
            return _choose(state, command, who)
        case Pause():
            return (events.Paused(who=who),)
        case Continue():
            return (events.Continued(who=who),)
        case Next():
            return (events.NextAsked(who=who),)
        case Attach():
            return (events.AgentAttached(who=who, agent=command.agent),)
        case _:
            return ()


def _cancel(state: JobState, command: Cancel, who: str) -> tuple[events.Event, ...]:
    if state.turn is not None and not command.force:
        raise _no(
            "undoing",
            "The job is being undone already.",
            "Follow it until it ends; --force gives up hosts out of reach.",
        )
    if state.past_return and not command.force:
        raise _no(
            "past-the-point-of-no-return",
            "A database step has begun: cancelling now would leave the shop closed, half way.",
            "Let it go on. With --force it stops where it is, and nothing is undone.",
        )
    return (events.CancelAsked(who=who, force=command.force),)


def _answer(state: JobState, command: Approve | Refuse, who: str) -> tuple[events.Event, ...]:
    gate = state.gate
    if gate is None or gate.answer:
        raise _no("no-gate", "The job is not at a gate.")
    if isinstance(command, Refuse):
        answer = events.GateAnswered(
            step=gate.step, answer="refused", who=who, digest=gate.digest, reason=command.reason
        )
        return (answer,)
    if len(command.digest) < 8 or not gate.digest.startswith(command.digest):
        raise _no(
            "other-plan",
            f"The job waits for an answer to plan {gate.digest[:12]}, not to {command.digest[:12] or 'none'}.",
            "Read the plan as it is now, then answer that.",
        )
    needed = needs_you(state)
    if needed and not command.staying:
        raise not_said(needed)
    answer = events.GateAnswered(
        step=gate.step, answer="approved", who=who, digest=gate.digest, staying=bool(needed)
    )
    return (answer,)


def _choose(state: JobState, command: Retry | Skip | Back | Abort, who: str) -> tuple[events.Event, ...]:
    if isinstance(command, Skip):
        return _skip(state, command, who)
    failed = state.step(state.choosing)
    if failed is None:
        raise _no("nothing-to-choose", "The job does not wait for a choice.")
    if isinstance(command, Retry):
        return (events.RetryAsked(step=failed.step.id, who=who),)
    if not state.past_return:
        return (msgspec.structs.replace(turn_back(failed), who=who),)
    if isinstance(command, Back):
        raise _no(
            "past-the-point-of-no-return",
            "A database step has begun; what was done can't be undone by itself any more.",
            "Retry the step, or abort and roll back to an older release, reading its limits.",
        )
    return (stop_at(state, failed),)


def _skip(state: JobState, command: Skip, who: str) -> tuple[events.Event, ...]:
    found = state.step(command.step or state.choosing)
    if found is None:
        raise _no("no-such-step", f"The job has no step {command.step!r} that could be skipped.")
    if found.status not in (Status.WAITING, Status.FAILED) or state.turn is not None:
        raise _no("too-late", f'"{found.step.title}" is {found.status.value}: it can\'t be skipped.')
    if not may_skip(found.step):
        raise _no("not-skippable", f'"{found.step.title}" keeps the shop safe: it can\'t be skipped.')
    if not command.reason.strip():
        raise _no("no-reason", "Skipping a step needs a reason; it is recorded.")
    return (events.StepSkipped(step=found.step.id, reason=command.reason.strip(), who=who),)
