"""Watching a job live: its state as a running fold of its journal, in batches that a screen can keep up with."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from core.jobs import events
from core.jobs.events import Event
from core.jobs.fold import fold
from core.jobs.follow import Tail
from core.jobs.state import JobState, Standing
from core.jobs.store import Job

INTERVAL_S: Final = 0.1
_BLOCK: Final = 1 << 15
"""Bytes of a journal that are read and folded at once: less than a few milliseconds of work."""


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """A job as it stood at one moment."""

    state: JobState
    events: tuple[Event, ...]
    """Those since the moment before; of the first moment, all."""
    alive: bool
    """Whether the job's process is there."""

    @property
    def standing(self) -> Standing:
        """How the job stands, in one word."""
        return self.state.standing(self.alive)


async def watch(job: Job, *, interval_s: float = INTERVAL_S) -> AsyncIterator[Moment]:
    """Yield the job's state now, and again when something has changed, at most every `interval_s` seconds.

    The first moment is there at once, also of a job without a journal. Never ends by itself: a job that has
    ended or was interrupted may be resumed, by anybody. Raises RecordError when the journal is damaged.
    """
    tail = Tail(job.journal, _BLOCK)
    state = JobState(job_id=job.id)
    shown: bool | None = None
    while True:
        alive = job.alive  # asked before reading: what a process wrote before it went is still read
        found: list[Event] = []
        while some := tail.read():
            for event in some:
                state = fold(state, event)
            found += some
            await asyncio.sleep(0)
        if found or alive is not shown:
            shown = alive
            yield Moment(state=state, events=tuple(found), alive=alive)
        await asyncio.sleep(interval_s)


def ended(moment: Moment) -> bool:
    """Whether nothing more comes unless somebody resumes the job."""
    return not moment.alive and (
        bool(moment.state.outcome) or any(isinstance(event, events.JobEnded) for event in moment.events)
    )
