"""Jobs as a screen sees them: listed, watched, started, resumed, commanded. Loads nothing that speaks SSH.

jobs = Jobs(project)
rows = await jobs.rows()                       # cheap enough to be asked every second, for hundreds
async for moment in jobs.watch(job): ...       # the state and what is new, at most ten times a second
line = jobs.line(job, screen); await line.send(Pause())
job = await jobs.start(planned.plan)           # it goes on by itself
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.console.taking_over import take_over
from core.console.unfinished import give_up
from core.environments.model import Project
from core.environments.source import read
from core.errors import Refused
from core.jobs import launch
from core.jobs.commands import AnyCommand
from core.jobs.control import Line, Reply, send
from core.jobs.digests import Digests
from core.jobs.events import Event
from core.jobs.follow import follow
from core.jobs.store import Job, Store, Summary, summary
from core.jobs.watching import Moment, watch
from core.model.plan import Plan
from core.pipeline.leftovers import Judged
from core.pipeline.undecided import refuse_undecided
from core.secret import Secret

if TYPE_CHECKING:
    from core.console.secrets import Secrets


class Jobs:
    """The jobs of one project."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.store = Store(project.state_dir, project.keep_jobs)
        self._digests = Digests(self.store)

    def find(self, name: str) -> Job:
        """Return a job by its id, its number, or a part of the id. Raises ConsoleError."""
        return self.store.find(name)

    async def start(self, plan: Plan, secrets: "Secrets | None" = None) -> Job:
        """Start a job for a plan; it goes on by itself when this returns. Raises ConsoleError.

        secrets: where the values come from that the plan names; those of the project unless given.
        """
        refuse_undecided(plan)
        values = await self._values(plan, secrets)
        job = await asyncio.to_thread(self._create, plan)
        await launch.start(job, values)
        return job

    async def _values(self, plan: Plan | None, secrets: "Secrets | None") -> dict[str, Secret]:
        """Return the secrets that a plan names, by name. Raises Refused when one has no value."""
        names = dict.fromkeys(name for step in plan.steps for name in step.secrets) if plan else {}
        if not names:
            return {}
        from core.console.secrets import Secrets

        return await (secrets or Secrets(self.project)).values(names)

    def _create(self, plan: Plan) -> Job:
        source = read(Path(self.project.file))
        if source.digest != self.project.digest:
            raise Refused(
                "environments-changed",
                "environments.toml was changed after the plan was made.",
                where=source.file,
                remedy="Make the plan again.",
            )
        return self.store.create(plan, source.text.encode())

    async def resume(
        self,
        job: Job,
        choice: Literal["retry", "skip"] = "retry",
        reason: str = "",
        secrets: "Secrets | None" = None,
    ) -> tuple[str, ...]:
        """Go on with a job that was interrupted or stopped; its secrets are asked for again. Raises ConsoleError.

        Returns what to tell of an environments.toml that was changed meanwhile: how hosts are asked is taken over.
        """
        plan = job.state().plan
        values = await self._values(plan, secrets)
        told = await asyncio.to_thread(take_over, job, self.project, plan.target) if plan else ()
        await launch.resume(job, values, choice=choice, reason=reason)
        return told

    async def abandon(self, job: Job, shown: Judged, reason: str) -> None:
        """Give a job up as it was shown by `Looker.preview_abandon`; the reason is recorded. Raises ConsoleError."""
        await give_up(job, shown, reason)

    def jobs(self) -> list[Summary]:
        """Return all jobs, the newest first; reads every journal whole."""
        return [summary(job) for job in self.store.list()]

    async def rows(self) -> list[Summary]:
        """Return all jobs, the newest first: what has not changed is not read again, the rest at its ends."""
        return await asyncio.to_thread(self._digests.rows)

    def follow(self, job: Job, seq: int = 1) -> AsyncIterator[Event]:
        """Yield a job's events from a sequence number on."""
        return follow(job, seq)

    def watch(self, job: Job) -> AsyncIterator[Moment]:
        """Yield a job's state and the events since the last time, at most ten times a second, to its end."""
        return watch(job)

    def line(self, job: Job, screen: str) -> Line:
        """Return a standing connection to a running job; the screen holds its pen while it is open (`core.jobs.pen`)."""
        return Line(job, screen)

    async def control(self, job: Job, command: AnyCommand) -> Reply:
        """Give a command to a running job, from no screen. Raises ConsoleError."""
        return await send(job, command)
