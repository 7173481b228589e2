"""Kills a job's process at every point of its journal, resumes it, and compares what came of it.

The points come from the journal of an undisturbed run (`kill_points`). A worker for tests puts
`killing(spec)` in place of its journal; the product has no hook for it. A trial starts a job with such a
worker, waits until it is dead, resumes it with the plain worker and returns what is to be compared.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from core.jobs import events
from core.jobs.commands import Approve
from core.jobs.control import send
from core.jobs.events import Event
from core.jobs.follow import follow
from core.jobs.journal import Journal
from core.jobs.launch import resume, start
from core.jobs.state import JobState
from core.jobs.store import Job

T = TypeVar("T")


class KillPoint(msgspec.Struct, frozen=True):
    """SIGKILL before or after the nth event of a type about a step is written, or some time after it."""

    type: str
    step: str
    nth: int
    when: str
    """`before` or `after`."""
    delay: float = 0.0
    """Seconds after it."""

    def __str__(self) -> str:
        return f"{self.type}:{self.step}:{self.nth}:{self.when}:{self.delay}"

    @classmethod
    def parse(cls, spec: str) -> "KillPoint":
        """Return the point that `str` made."""
        kind, step, nth, when, delay = spec.split(":")
        return cls(kind, step, int(nth), when, float(delay))


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class KillingJournal(Journal):
    """A journal whose process dies at a point."""

    def __init__(self, path: Path, point: KillPoint) -> None:
        super().__init__(path)
        self._point = point
        self._seen = 0
        self._armed = False

    def append(self, event: Event, durable: bool = False) -> Event:
        """Write the event, and die there if this is the point."""
        point = self._point
        if self._armed and type(event).__name__ in _ENDING:
            _die()  # faster than the undisturbed run: dead before its event all the same
        meant = type(event).__name__ == point.type and getattr(event, "step", "") == point.step
        self._seen += meant
        hit = meant and self._seen == point.nth
        if hit and point.when == "before":
            _die()
        written = super().append(event, durable)
        if hit and not point.delay:
            _die()
        if hit:
            self._armed = True
            threading.Timer(point.delay, _die).start()
        return written


def killing(spec: str) -> Callable[[Path], Journal]:
    """Return what makes the journal of a worker: one that kills it, or a plain one without a spec."""
    if not spec:
        return Journal
    point = KillPoint.parse(spec)
    return lambda path: KillingJournal(path, point)


_AROUND = ("Intent", "StepFinished", "StepFailed", "TurnedBack", "UndoStarted", "UndoFinished", "UndoFailed")
_ACTING = ("Intent", "UndoStarted")
_ENDING = ("StepFinished", "StepFailed", "UndoFinished", "UndoFailed")


def kill_points(undisturbed: Iterable[Event], middles: Sequence[float] = (0.04, 0.12)) -> list[KillPoint]:
    """Return the points of a run: around each event that something hangs on, and while something acts.

    `middles`: seconds after an intent or the start of an undo, so that the remote work has started, and is
    half done.
    """
    points: list[KillPoint] = []
    seen: dict[tuple[str, str], int] = {}
    acted: set[str] = set()
    for event in undisturbed:
        kind, step = type(event).__name__, getattr(event, "step", "")
        seen[kind, step] = nth = seen.get((kind, step), 0) + 1
        acted |= {step} if kind in _ACTING else set()
        if kind not in _AROUND or (kind.startswith("Step") and step not in acted):
            continue
        points += [KillPoint(kind, step, nth, when) for when in ("before", "after")]
        if kind in _ACTING:
            points += [KillPoint(kind, step, nth, "after", delay) for delay in middles]
    return points


async def to_the_end(job: Job) -> JobState:
    """Follow a job until it ended or its process is gone, approving its gates; return its state."""
    async for event in follow(job):
        if isinstance(event, events.GateOpened) and job.state().waiting_for == "gate":
            await send(job, Approve(digest=event.digest))
    return job.state()


async def killed_and_resumed(job: Job, killer: Sequence[str], plain: Sequence[str]) -> JobState:
    """Run a job with a worker that is killed, resume it with a plain one. Fails when nothing was killed."""
    await start(job, worker=killer)
    cut = await to_the_end(job)
    assert not cut.outcome, "the job ended before its process was killed"
    await resume(job, worker=plain)
    return await to_the_end(job)


class Matrix(msgspec.Struct, Generic[T]):
    """What came of all trials."""

    results: list[tuple[KillPoint, T]]
    of: int

    def __str__(self) -> str:
        return f"{len(self.results)} tried of {self.of}"


async def run_matrix(
    points: Sequence[KillPoint], trial: Callable[[KillPoint], Awaitable[T]], at_once: int = 4
) -> Matrix[T]:
    """Run a trial for each point, some at a time. Prints how many were tried."""
    turns = asyncio.Semaphore(at_once)

    async def one(point: KillPoint) -> tuple[KillPoint, T]:
        async with turns:
            try:
                return point, await trial(point)
            except BaseException as error:
                error.add_note(f"killed at {point}")
                raise

    matrix = Matrix(results=list(await asyncio.gather(*map(one, points))), of=len(points))
    print(matrix)
    return matrix
