"""What the runner asks of an action, and what it gives to it."""

from enum import StrEnum
from typing import Any, Protocol

import msgspec

from core.model.plan import Pin, Step
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
    """What an action may use. Given by the runner."""

    job_id: str
    plan_options: dict[str, Any]
    resuming: bool
    """Whether this step had begun before the job's process died."""

    def host(self, address: str) -> Host:
        """Return the connected host."""

    def facts(self, step_id: str) -> dict[str, Any]:
        """Return the facts of a finished step (or those noted by `note_facts`), empty when there are none."""

    async def note_facts(self, facts: dict[str, Any]) -> None:
        """Make facts of the running step durable now, before it ends: a task's id, a snapshot."""

    async def log(self, address: str, data: bytes, offset: int | None = None, task: str = "") -> None:
        """Append output to the host's raw log, redacted; `offset`: where `data` ended in the log of `task`.

        Several tasks of one host may run at once, so `log_offset` keeps an offset for each.
        """

    def log_offset(self, address: str, task: str) -> int:
        """Return how much of a remote task's log is already in ours."""

    def progress(self, done: int, total: int, unit: str = "") -> None:
        """Tell how far the step is; kept at most ten times a second."""

    def say(self, text: str) -> None:
        """Narrate, one line."""

    def secret(self, name: str) -> Secret:
        """Return a secret that the step named. Raises ConsoleError when it is not at hand."""

    def cancelled(self) -> bool:
        """Whether the operator asked to cancel; long actions look at it and end with `Cancelled`."""


class Cancelled(Exception):
    """Raised by an action that stopped because the operator asked for it."""


class Action(Protocol):
    """One kind of thing that a step does."""

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether there is anything to do. Changes nothing."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Do it. Raises ConsoleError."""

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Take back what `run` did, also when it did it in part. Raises ConsoleError."""
