"""What the runner gives to an action: one context for each step and direction."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from core.errors import ConsoleError
from core.jobs import events
from core.jobs.links import Links
from core.jobs.logs import Logs
from core.jobs.state import JobState
from core.model.plan import Plan, Step
from core.secret import Secret
from core.ssh.host import Host
from core.text import one_line

_PROGRESS_S: Final = 0.2
"""The least time between two events of progress, seconds."""


class Shared:
    """What all contexts of a job have in common."""

    def __init__(
        self,
        state: Callable[[], JobState],
        tell: Callable[..., object],
        links: Links,
        logs: Logs,
        secrets: Mapping[str, Secret],
    ) -> None:
        self.state = state
        self.tell = tell
        self.links = links
        self.logs = logs
        self.secrets = secrets


class StepContext:
    """The `Context` of one step, forwards or while it is undone."""

    def __init__(self, shared: Shared, step: Step, *, task: str, resuming: bool, undoing: bool) -> None:
        self._shared = shared
        self._step = step
        self._undoing = undoing
        self.task = task
        self.resuming = resuming
        self._told_at = 0.0

    @property
    def job_id(self) -> str:
        """The job's id."""
        return self._shared.state().job_id

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        plan = self._shared.state().plan
        if plan is None:
            raise RuntimeError("a step runs in a job that has not begun")
        return plan

    @property
    def plan_options(self) -> dict[str, Any]:
        """What the operator asked for."""
        return self.plan.options

    @property
    def past_return(self) -> bool:
        """Whether a step from which there is no way back has acted, as the journal knows."""
        return self._shared.state().past_return

    def host(self, address: str) -> Host:
        """Return the host; it connects when it is used."""
        return self._shared.links.host(address)

    def facts(self, step_id: str) -> dict[str, Any]:
        """Return the facts of a step."""
        found = self._shared.state().step(step_id)
        return dict(found.facts) if found is not None else {}

    async def note_facts(self, facts: dict[str, Any]) -> None:
        """Make facts of this step durable now."""
        self._shared.tell(events.FactsNoted(step=self._step.id, facts=facts), durable=True)

    async def log(self, address: str, data: bytes, offset: int | None = None, task: str = "") -> None:
        """Append output to the host's raw log."""
        self._shared.logs.write(address, data, task=task, offset=offset, step=self._step.id)

    async def log_end(self, address: str, task: str) -> None:
        """Bring the rest of a task's log to the disk."""
        self._shared.logs.end(address, task, self._step.id)

    def log_offset(self, address: str, task: str) -> int:
        """Return the offset in a remote task's log from which on to read."""
        return self._shared.logs.host(address).offset(task)

    def progress(self, done: int, total: int, unit: str = "") -> None:
        """Tell how far the step is, at most five times a second; its end always."""
        now = time.monotonic()
        if now - self._told_at >= _PROGRESS_S or done >= total:
            self._told_at = now
            self._shared.tell(events.Progress(step=self._step.id, done=done, total=total, unit=unit))

    def say(self, text: str) -> None:
        """Narrate, one line."""
        self._shared.tell(events.Said(step=self._step.id, text=one_line(text, 400)))

    def secret(self, name: str) -> Secret:
        """Return a secret that the step named."""
        found = self._shared.secrets.get(name) if name in self._step.secrets else None
        if found is None:
            raise ConsoleError(
                "secret-missing",
                f"The secret {name!r} is not at hand.",
                where=self._step.title,
                remedy="Store it with `mageconsole settings secret set`, then resume the job.",
            )
        return found

    def hide(self, secret: Secret) -> None:
        """Redact one more secret from now on."""
        self._shared.logs.hide(secret)

    def cancelled(self) -> bool:
        """Whether the step should end because the operator asked for it; an undo never should."""
        state = self._shared.state()
        return bool(state.cancelled_by) and not self._undoing and (state.forced or not state.past_return)
