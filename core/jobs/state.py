"""What a job has come to: the state that its events add up to."""

from enum import StrEnum
from typing import Any, Literal

import msgspec

from core.jobs.failure import Failure
from core.model.plan import Phase, Plan, Step, StepKind


class Status(StrEnum):
    """What became of a step so far."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNDOING = "undoing"
    UNDONE = "undone"
    NOT_UNDONE = "not undone"


class Standing(StrEnum):
    """How a job stands, in the one word that lists show."""

    RUNNING = "running"
    WAITING = "waiting"
    INTERRUPTED = "interrupted"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    ABANDONED = "abandoned"
    """A person gave it up after it had stopped; what it left is in its outcome."""


class Amount(msgspec.Struct, frozen=True):
    """How far a step is."""

    done: int
    total: int
    unit: str = ""


class StepState(msgspec.Struct, frozen=True, kw_only=True):
    """One step and what became of it."""

    step: Step
    status: Status = Status.WAITING
    attempt: int = 0
    """1 for the first run; a retry counts on, a resume or a lost connection does not."""
    acted: tuple[int, ...] = ()
    """The attempts that may have changed something: those whose intent is in the journal."""
    task: str = ""
    """The id of the latest attempt's remote task, or of its undo."""
    unknown: bool = False
    """It failed without an answer: a retry joins what may be under way."""
    undo_attempt: int = 0
    facts: dict[str, Any] = {}
    note: str = ""
    warnings: tuple[str, ...] = ()
    failure: Failure | None = None
    undo_failure: Failure | None = None
    reason: str = ""
    """Why it was skipped."""
    who: str = ""
    """Who skipped it."""
    amount: Amount | None = None
    started: float | None = None
    """When it, or its undo, last began; seconds since the epoch."""
    ended: float | None = None

    @property
    def seconds(self) -> float | None:
        """How long the last run took, undo included; None while it has not ended."""
        if self.started is None or self.ended is None:
            return None
        return max(0.0, self.ended - self.started)

    @property
    def intended(self) -> bool:
        """Whether the present attempt may have changed something."""
        return self.attempt in self.acted

    @property
    def tolerated(self) -> bool:
        """Whether it failed in a way that the job goes on after."""
        return self.status is Status.FAILED and self.step.on_failure == "warn"

    @property
    def settled(self) -> bool:
        """Whether the job goes on to the next step."""
        return self.status in (Status.DONE, Status.SKIPPED) or self.tolerated

    @property
    def undoable(self) -> bool:
        """Whether there is something left to undo."""
        over = self.status in (Status.UNDONE, Status.NOT_UNDONE)
        return bool(self.acted) and self.step.undo != "" and not over


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A gate that the job came to."""

    step: str
    digest: str
    answer: Literal["", "approved", "refused"] = ""
    who: str = ""
    reason: str = ""


class Pen(msgspec.Struct, frozen=True, kw_only=True):
    """Whose commands the job obeys (decision 27)."""

    who: str
    screen: str = ""
    """The holder's screen; empty: none yet, as after it was handed over."""
    since: float = 0.0


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """Why the job undoes what it did."""

    because: Literal["failed", "refused", "cancelled", "abandoned"]
    exit_code: int
    what: str = ""
    who: str = ""
    only: tuple[str, ...] = ()
    """Of an abandoned job: the steps that are undone."""
    leaves: tuple[str, ...] = ()
    """Of an abandoned job: what is left as it is, in words."""

    def undoes(self, step: Step) -> bool:
        """Whether this turn undoes a step, if it acted."""
        return self.because != "abandoned" or step.id in self.only


class JobState(msgspec.Struct, frozen=True, kw_only=True):
    """The whole of a job as its events tell it."""

    job_id: str = ""
    plan: Plan | None = None
    digest: str = ""
    """Of the plan that the job was started with."""
    who: str = ""
    origin: str = ""
    pid: int = 0
    secrets: dict[str, str] = {}
    unsearched: tuple[str, ...] = ()
    seq: int = 0
    """Of the last event."""
    time: float = 0.0
    """Of the last event."""
    started: float | None = None
    ended: float | None = None
    steps: tuple[StepState, ...] = ()
    gate: Gate | None = None
    turn: Turn | None = None
    choices: tuple[str, ...] = ()
    """What a person can do: about the step that failed while the job waits, or about a job that stopped."""
    choosing: str = ""
    """The failed step about which the job waits for a person."""
    pen: Pen | None = None
    """None: nobody holds it."""
    cancelled_by: str = ""
    forced: bool = False
    """The cancel was asked for past the point of no return, knowing that nothing is undone there."""
    paused: bool = False
    allowed: bool = False
    """One step may start although the job is paused."""
    logged_in: tuple[str, ...] = ()
    """Hosts that let the job in at least once."""
    refusing: tuple[str, ...] = ()
    """Hosts whose login the job waits for."""
    lost: tuple[str, ...] = ()
    """Hosts whose connection is lost and was not found again."""
    saying: str = ""
    """The last line of narration."""
    interrupted: bool = False
    resumes: int = 0
    outcome: Literal["", "done", "failed", "cancelled", "stopped", "abandoned"] = ""
    exit_code: int | None = None
    what: str = ""
    """The outcome in a sentence."""

    def step(self, step_id: str) -> StepState | None:
        """Return a step, None when the plan has none of that id."""
        return next((item for item in self.steps if item.step.id == step_id), None)

    @property
    def past_return(self) -> bool:
        """Whether a database step may have begun: nothing is undone by itself any more (decision 4)."""
        return any(item.acted and item.step.point_of_no_return for item in self.steps)

    @property
    def under_way(self) -> StepState | None:
        """The step that runs, or is being undone."""
        busy = (Status.RUNNING, Status.UNDOING)
        return next((item for item in self.steps if item.status in busy), None)

    @property
    def current(self) -> StepState | None:
        """The first step that is not settled, None when all are.

        In a resumed job a look that is asked again comes before the step that was under way: that one may
        give away what the look needs, the lock for instance.
        """
        return next((item for item in self.steps if not item.settled), None)

    @property
    def warnings(self) -> tuple[tuple[str, str], ...]:
        """All warnings, with the id of their step; tolerated failures among them."""
        found: list[tuple[str, str]] = []
        for item in self.steps:
            found += [(item.step.id, text) for text in item.warnings]
            if item.tolerated and item.failure is not None:
                found.append((item.step.id, item.failure.what))
        return tuple(found)

    @property
    def waiting_for(self) -> Literal["", "gate", "choice", "login", "pause"]:
        """The kind of help by a person that the job waits for, empty when it needs none."""
        if self.outcome:
            return ""
        if self.gate is not None and not self.gate.answer:
            return "gate"
        if self.choosing:
            return "choice"
        if self.refusing:
            return "login"
        idle = self.under_way is None and self.turn is None and not self.cancelled_by
        return "pause" if self.paused and not self.allowed and idle else ""

    def standing(self, alive: bool) -> Standing:
        """Return how the job stands; `alive`: whether its process is there."""
        if self.outcome:
            return Standing(self.outcome)
        if not alive:
            return Standing.INTERRUPTED
        return Standing.WAITING if self.waiting_for else Standing.RUNNING


def may_skip(step: Step) -> bool:
    """Whether skipping a step leaves the job safe: a verification, a gate, an essential step can't be skipped."""
    return step.phase is not Phase.VERIFY and step.kind is not StepKind.GATE and not step.essential


def asked_again(state: JobState) -> tuple[str, ...]:
    """Return the finished steps that a resumed job asks again.

    Those are the looks of the verify phase, always; and the probes right before the step at which the job
    stopped, back to the last step that acted or the last gate: older answers are about a state of the hosts
    that the job itself has changed since.
    """
    if state.turn is not None or _goes_no_further(state):
        return ()
    again = {
        item.step.id
        for item in state.steps
        if item.status is Status.DONE
        and item.step.phase is Phase.VERIFY
        and item.step.kind in (StepKind.PROBE, StepKind.ENSURE)
    }
    ahead = next((at for at, item in enumerate(state.steps) if not item.settled), len(state.steps))
    if ahead < len(state.steps) and not state.steps[ahead].intended:
        for item in reversed(state.steps[:ahead]):
            if item.acted or item.step.kind is StepKind.GATE:
                break
            if item.step.kind is StepKind.PROBE and item.status is Status.DONE:
                again.add(item.step.id)
    return tuple(item.step.id for item in state.steps if item.step.id in again)


def _goes_no_further(state: JobState) -> bool:
    """Whether a step has failed, and the job is about to turn back or to stop without asking a person."""
    if state.outcome or (state.plan is not None and state.plan.options.get("on_failure") == "ask"):
        return False
    return any(item.status is Status.FAILED and not item.tolerated for item in state.steps)
