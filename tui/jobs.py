"""The jobs that matter now, for every screen: those that run, and those that need a person. Read outside the loop."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from core.errors import ConsoleError

if TYPE_CHECKING:
    from core.jobs.store import Store
    from tui.job_now import JobNow

_EVERY_S: Final = 1.0
_LOOKED_AT: Final = 40
"""So many of the newest jobs are looked at; one that needs a person is not older."""


class JobsNow:
    """What runs and what waits, the newest first."""

    def __init__(self, store: "Callable[[], Store]", tell: Callable[[], object]) -> None:
        """`store`: asked for when jobs are looked at, which is after the first frame."""
        self._store = store
        self._tell = tell
        self._jobs: dict[str, JobNow] = {}
        self._ended: list[JobNow] = []
        self._first = True

    @property
    def running(self) -> "list[JobNow]":
        """Those that run, wait for a person, or stopped half way."""
        found = [item for item in self._jobs.values() if not item.over]
        return sorted(found, key=lambda item: item.number, reverse=True)

    def take_ended(self) -> "list[JobNow]":
        """Return those that ended while they were watched, each once."""
        found, self._ended = self._ended, []
        return found

    async def watch(self) -> None:
        """Look again and again; never ends by itself."""
        while True:
            if await asyncio.to_thread(self._look):
                self._tell()
            await asyncio.sleep(_EVERY_S)

    def _look(self) -> bool:
        from tui.job_now import JobNow  # reads journals: the first frame shows no job

        found = self._store().list()[:_LOOKED_AT]
        fresh = {job.id: self._jobs.get(job.id) or JobNow(job) for job in found}
        changed = list(fresh) != list(self._jobs)
        for item in fresh.values():
            had_ended = item.ended and item.state.seq > 0
            if had_ended and item.over:
                continue
            with contextlib.suppress(
                ConsoleError, OSError
            ):  # a damaged journal is told where the job is opened
                changed |= item.read()
            # Of a job that is only being made nothing is known yet: it did not end.
            if item.ended and item.state.seq and not had_ended and not self._first:
                self._ended.append(item)
        self._jobs, self._first = fresh, False
        return changed
