"""What a job tells of itself: one struct for each kind of event, one line of JSON each."""

from typing import Any, Final, Literal

import msgspec

from core.jobs.failure import Failure as Failure
from core.model.plan import Pin, Plan, Step

SCHEMA: Final = 1
"""Raised when the meaning of a field changes; in every line."""


class Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="type"):
    """What all events have; the journal fills in `seq` and `time`."""

    schema: int = SCHEMA
    seq: int = 0
    """1 for the first event of a job, without gaps."""
    time: float = 0.0
    """Seconds since the epoch, by the clock of the console's machine."""


class JobStarted(Event, frozen=True, kw_only=True):
    """The first event: all that the state is built from."""

    job_id: str
    plan: Plan
    digest: str
    who: str
    origin: str = ""
    """From where: the address of the operator's SSH connection, empty when local."""
    pid: int = 0
    secrets: dict[str, str] = {}
    """Name -> fingerprint keyed by the job, so that a resumed job sees that a secret changed."""
    unsearched: tuple[str, ...] = ()
    """Names of secrets too short to be searched for in output."""


class StepStarted(Event, frozen=True, kw_only=True):
    """A step begins; nothing has been changed yet."""

    step: str
    attempt: int


class Intent(Event, frozen=True, kw_only=True):
    """The step is about to change something. On disk before any remote effect (decision 6)."""

    step: str
    attempt: int
    task: str
    """The id of the remote task, the same when the job is resumed."""


class FactsNoted(Event, frozen=True, kw_only=True):
    """What a running step needs to know again after the job's process died."""

    step: str
    facts: dict[str, Any]


class StepFinished(Event, frozen=True, kw_only=True):
    """A step did what it is for, or found it done."""

    step: str
    facts: dict[str, Any] = {}
    note: str = ""
    warnings: tuple[str, ...] = ()


class StepFailed(Event, frozen=True, kw_only=True):
    """A step did not do what it is for."""

    step: str
    failure: Failure
    unknown: bool = False
    """The host could not be asked: what was under way may go on. A retry joins it, and begins nothing."""
    harmless: bool = False
    """The action refused before it changed anything: this attempt did not act after all."""


class StepSkipped(Event, frozen=True, kw_only=True):
    """A person decided that a step does not run."""

    step: str
    reason: str
    who: str


class TurnedBack(Event, frozen=True, kw_only=True):
    """From here on the job undoes what it did."""

    because: Literal["failed", "refused", "cancelled", "abandoned"]
    exit_code: int
    """With which the job ends when everything could be undone."""
    what: str = ""
    who: str = ""
    only: tuple[str, ...] = ()
    """Of an abandoned job: the steps that are undone; the others are left as they are."""
    leaves: tuple[str, ...] = ()
    """Of an abandoned job: what is left as it is, in words."""


class UndoStarted(Event, frozen=True, kw_only=True):
    """What a step did is about to be taken back. On disk before any remote effect."""

    step: str
    attempt: int
    task: str


class UndoFinished(Event, frozen=True, kw_only=True):
    """What a step did is taken back."""

    step: str
    facts: dict[str, Any] = {}
    note: str = ""
    warnings: tuple[str, ...] = ()


class UndoFailed(Event, frozen=True, kw_only=True):
    """What a step did could not be taken back; the others are undone all the same."""

    step: str
    failure: Failure


class Progress(Event, frozen=True, kw_only=True):
    """How far a step is. Never waited for on disk."""

    step: str
    done: int
    total: int
    unit: str = ""


class Said(Event, frozen=True, kw_only=True):
    """One line of narration."""

    step: str
    text: str


class GateOpened(Event, frozen=True, kw_only=True):
    """The job waits for a person who read the plan with this digest."""

    step: str
    digest: str


class GateAnswered(Event, frozen=True, kw_only=True):
    """A person, or the plan's own options, answered."""

    step: str
    answer: Literal["approved", "refused"]
    who: str
    digest: str
    reason: str = ""
    staying: bool = False
    """Whether they said that they stay, since the job could not log in again without them."""


class Amended(Event, frozen=True, kw_only=True):
    """New steps take the place of those that have not run (decision 2)."""

    step: str
    """The step that found out."""
    steps: tuple[Step, ...]
    pins: tuple[Pin, ...] = ()
    forecast: dict[str, Any] = {}


class ChoiceOpened(Event, frozen=True, kw_only=True):
    """A step failed, and the job waits for a person to choose."""

    step: str
    choices: tuple[str, ...]


class RetryAsked(Event, frozen=True, kw_only=True):
    """A person wants the failed step to run again."""

    step: str
    who: str


class Paused(Event, frozen=True, kw_only=True):
    """No further step starts."""

    who: str


class Continued(Event, frozen=True, kw_only=True):
    """Steps start again by themselves."""

    who: str


class NextAsked(Event, frozen=True, kw_only=True):
    """One step may start; the job stays paused after it."""

    who: str


class CancelAsked(Event, frozen=True, kw_only=True):
    """A person wants the job to end, and to be undone."""

    who: str
    force: bool = False


class PenTaken(Event, frozen=True, kw_only=True):
    """A person takes the pen: from now on only their commands are obeyed."""

    who: str
    screen: str = ""
    """The screen they sit at; empty: the command line."""


class PenHanded(Event, frozen=True, kw_only=True):
    """The holder gives the pen to somebody, or lays it down."""

    who: str
    to: str = ""
    """Empty: nobody holds it now."""


class LoggedIn(Event, frozen=True, kw_only=True):
    """A host let the job in for the first time."""

    address: str


class WaitingForLogin(Event, frozen=True, kw_only=True):
    """A host that the job was on does not let it in any more (decision 25)."""

    address: str
    what: str
    remedy: str = ""


class AgentAttached(Event, frozen=True, kw_only=True):
    """A person gave the job a new agent for its logins."""

    who: str
    agent: str


class LoginBack(Event, frozen=True, kw_only=True):
    """The host lets the job in again."""

    address: str


class LinkLost(Event, frozen=True, kw_only=True):
    """The connection to a host ended while it was needed; the job tries to get it back."""

    address: str
    what: str = ""


class LinkBack(Event, frozen=True, kw_only=True):
    """The host is connected again."""

    address: str


class ProcessLost(Event, frozen=True, kw_only=True):
    """The job's process is gone without having ended the job."""

    what: str = ""


class Resumed(Event, frozen=True, kw_only=True):
    """A new process goes on with the job."""

    who: str
    origin: str = ""
    pid: int = 0
    choice: Literal["retry", "skip", "abandon"] = "retry"
    """What becomes of the step that had failed when the job stopped, or of the whole job."""
    reason: str = ""
    again: tuple[str, ...] = ()
    """Finished steps that are asked again."""


class JobEnded(Event, frozen=True, kw_only=True):
    """The last event, unless a stopped job is resumed."""

    outcome: Literal["done", "failed", "cancelled", "stopped", "abandoned"]
    exit_code: int
    what: str = ""
    choices: tuple[str, ...] = ()
    """What a person can do now, in words."""


class Unknown(Event, frozen=True, kw_only=True):
    """An event of another version of the console; kept as it is, and without effect."""

    name: str
    data: dict[str, Any]


Known = (
    JobStarted | StepStarted | Intent | FactsNoted | StepFinished | StepFailed | StepSkipped
    | TurnedBack | UndoStarted | UndoFinished | UndoFailed | Progress | Said
    | GateOpened | GateAnswered | Amended | ChoiceOpened | RetryAsked
    | Paused | Continued | NextAsked | CancelAsked | PenTaken | PenHanded
    | LoggedIn | WaitingForLogin | AgentAttached | LoginBack | LinkLost | LinkBack
    | ProcessLost | Resumed | JobEnded
)  # fmt: skip

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Known)
_loose = msgspec.json.Decoder(dict[str, Any])


def encode(event: Event) -> bytes:
    """Return the event as one line of JSON with its newline."""
    return msgspec.json.encode(event.data if isinstance(event, Unknown) else event) + b"\n"


def decode(line: bytes) -> Event:
    """Return the event of one line; one that this version does not know becomes `Unknown`.

    Raises msgspec.DecodeError when the line is no JSON object with a sequence number.
    """
    try:
        return _decoder.decode(line)
    except msgspec.ValidationError:
        data = _loose.decode(line)
    seq, time = data.get("seq"), data.get("time")
    if not isinstance(seq, int):
        raise msgspec.DecodeError("an event has a sequence number")
    return Unknown(
        seq=seq,
        time=float(time) if isinstance(time, int | float) else 0.0,
        name=str(data.get("type", "")),
        data=data,
    )
