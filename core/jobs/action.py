"""What the runner asks of an action, and what it gives to it."""

from enum import StrEnum
from typing import Any, Protocol

import msgspec

from core.model.plan import Pin, Plan, Step
from core.secret import Secret
from core.ssh.host import Host


class Look(StrEnum):
    """What an action sees before it acts."""

    DONE = "done"
    NOT_DONE = "not done"
    UNKNOWN = "unknown"


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """New steps in place of all that has not run: the cut-over plan from real probes (decision 2)."""

    steps: tuple[Step, ...]
    pins: tuple[Pin, ...] = ()
    forecast: dict[str, Any] = {}


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What an action came to. Failure is a ConsoleError, not an outcome."""

    facts: dict[str, Any] = {}
    """What later steps, the screen and a resumed job need to know; plain JSON values, in the journal."""
    note: str = ""
    """One sentence for people: "12.4 MB of 1.1 GB sent"."""
    warnings: tuple[str, ...] = ()
    amend: Amendment | None = None


class Context(Protocol):
    """What an action may use. Given by the runner, one for each step and direction."""

    @property
    def job_id(self) -> str:
        """The job's id, safe as a part of a file name."""

    @property
    def plan(self) -> Plan:
        """The plan as it is now, amendments taken in."""

    @property
    def plan_options(self) -> dict[str, Any]:
        """What the operator asked for."""

    @property
    def past_return(self) -> bool:
        """Whether a step from which there is no way back has acted, as the journal knows."""

    @property
    def task(self) -> str:
        """The id for this step's remote task: made durable before `run` is called, the same again when the
        job is resumed or the connection was lost, another for each retry and for the undo."""

    @property
    def resuming(self) -> bool:
        """Whether this step may have acted already under the same `task`: the job's process died, or the
        connection was lost. `run` and `undo` then join what is under way, and never act twice."""

    def host(self, address: str) -> Host:
        """Return the host; it is connected when it is first used, and again after its connection was lost.

        A login that is refused after an earlier one is waited for (decision 25).
        """

    def facts(self, step_id: str) -> dict[str, Any]:
        """Return the facts of a step, finished or noted by `note_facts`; empty when there are none."""

    async def note_facts(self, facts: dict[str, Any]) -> None:
        """Make facts of the running step durable now, before it ends: a token, a snapshot. They are merged
        into those of the step, and are there in its `undo` and after a resume."""

    async def log(self, address: str, data: bytes, offset: int | None = None, task: str = "") -> None:
        """Append output to the host's raw log, redacted; `offset`: where `data` ended in the log of `task`.

        What is in ours already is not written again. Several tasks of one host may run at once, so
        `log_offset` keeps an offset for each.
        """

    async def log_end(self, address: str, task: str) -> None:
        """The remote log is whole in ours, and on disk: it may be removed."""

    def log_offset(self, address: str, task: str) -> int:
        """Return the offset in a remote task's log from which on to read."""

    def progress(self, done: int, total: int, unit: str = "") -> None:
        """Tell how far the step is; kept at most ten times a second."""

    def say(self, text: str) -> None:
        """Narrate, one line."""

    def secret(self, name: str) -> Secret:
        """Return a secret that the step named. Raises ConsoleError when it is not at hand."""

    def hide(self, secret: Secret) -> None:
        """Redact a secret that was met on the way (one read from a host) from now on."""

    def cancelled(self) -> bool:
        """Whether the operator asked to cancel; long actions look at it and end with `Cancelled`."""


class Cancelled(Exception):
    """Raised by an action that stopped because the operator asked for it."""


class Action(Protocol):
    """One kind of thing that a step does.

    How the runner uses it, by the kind of the step: probe: `run` alone, always again. ensure: `look`; when
    that isn't DONE `run`; then `look` must be DONE. task and stream: `run`; joined again with `ctx.resuming`.
    gate: `look` (DONE: no person is needed; raise Refused to refuse), else a person is waited for; then `run`.
    A LinkLost out of any of them makes the runner reconnect and begin the step again with `ctx.resuming`; a
    TimedOut fails the step, unknown: a retry joins what may be under way.
    `undo` is called only for a step that has acted and whose `undo` text is not empty.
    """

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether there is anything to do. Changes nothing."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Do it. Raises ConsoleError; `Refused` only when nothing was changed."""

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Take back what `run` did, also when it did it in part. Raises ConsoleError."""
