"""Kills a job's process at every point of its journal, resumes it, and compares what came of it.

The points come from the journal of an undisturbed run (`kill_points`, `real_points`). A worker for tests
puts `killing(spec)` in place of its journal; the product has no hook for it. A trial starts a job with such
a worker, waits until it is dead, resumes it with the plain worker and returns what is to be compared.
"""

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Container, Iterable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from core.errors import ConsoleError
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
    """`before` or `after` the event; `claimed`: once a remote task of the step has started after it;
    `exited`: once one has ended."""
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
    """A journal whose process dies at a point. `tasks`: the directories in which remote tasks may lie."""

    def __init__(self, path: Path, point: KillPoint, tasks: Sequence[str] = ()) -> None:
        super().__init__(path)
        self._point = point
        self._tasks = [Path(place) for place in tasks]
        self._seen = sum(map(self._meant, self.read())) if path.exists() else 0
        self._armed = False

    def _meant(self, event: Event) -> bool:
        return type(event).__name__ == self._point.type and getattr(event, "step", "") == self._point.step

    def append(self, event: Event, durable: bool = False) -> Event:
        """Write the event, and die there if this is the point."""
        point = self._point
        if self._armed and type(event).__name__ in _ENDING:
            _die()  # faster than the undisturbed run: dead before its event all the same
        meant = self._meant(event)
        self._seen += meant
        hit = meant and self._seen == point.nth
        if hit and point.when == "before":
            _die()
        written = super().append(event, durable)
        if hit and point.when == "after" and not point.delay:
            _die()
        if hit:
            self._armed = True
            threading.Thread(target=self._soon, args=(event,), daemon=True).start()
        return written

    def _soon(self, event: Event) -> None:
        """Die after a while, or when the task of the step has got there."""
        if self._point.when != "after":
            task = getattr(event, "task", "") or f"{self.path.parent.name}-{self._point.step}-"
            sign = f"{task}*/{_SIGNS[self._point.when]}"
            while not any(True for place in self._tasks for _ in place.glob(sign)):
                time.sleep(0.002)
        time.sleep(self._point.delay)
        _die()


def killing(spec: str, tasks: Sequence[str] = ()) -> Callable[[Path], Journal]:
    """Return what makes the journal of a worker: one that kills it, or a plain one without a spec."""
    if not spec:
        return Journal
    point = KillPoint.parse(spec)
    return lambda path: KillingJournal(path, point, tasks)


_AROUND = ("Intent", "StepFinished", "StepFailed", "TurnedBack", "UndoStarted", "UndoFinished", "UndoFailed")
_ACTING = ("Intent", "UndoStarted")
_SIGNS = {"claimed": "claim/id", "exited": "exit"}
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


_PLAIN = ("Amended", "FactsNoted", "GateOpened", "GateAnswered", "TurnedBack")
_LONG_S = 0.4
"""What takes longer without a task is cut three times."""


def real_points(undisturbed: Sequence[Event], tasks: Container[tuple[str, str]]) -> list[KillPoint]:
    """Return the points of a run of real actions, in the journal's order.

    `tasks`: what runs a task on a host, as (`Intent` | `UndoStarted` | `StepStarted`, step). Around what acts,
    undo steps too: before its event, after it, once its task has started, in the middle, once its task has
    ended, before the event of its end (what follows that event is the next one's `before`: nothing lies
    between the two). Around facts, answers, turns. In the middle of what only looks.
    """
    acting = {event.step for event in undisturbed if isinstance(event, events.Intent)}
    seen: Counter[tuple[str, str]] = Counter()
    points: list[KillPoint] = []
    for at, event in enumerate(undisturbed):
        kind, step = type(event).__name__, getattr(event, "step", "")
        seen[kind, step] += 1
        nth = seen[kind, step]
        took = _seconds(undisturbed, at)
        half = round(took / 2, 3)
        looks = kind == "StepStarted" and step not in acting
        if kind in _PLAIN or kind in _ACTING:
            points += [KillPoint(kind, step, nth, when) for when in ("before", "after")]
        if (kind, step) in tasks and (looks or kind in _ACTING):
            points.append(KillPoint(kind, step, nth, "claimed"))
            points.append(KillPoint(kind, step, nth, "claimed", half))
            points.append(KillPoint(kind, step, nth, "exited"))
        elif looks or kind in _ACTING:
            quarters = (0.25, 0.5, 0.75) if took > _LONG_S and not looks else (0.5,)
            points += [KillPoint(kind, step, nth, "after", round(took * part, 3)) for part in quarters]
        if kind == "JobEnded" or (kind in _ENDING and (step in acting or kind == "StepFailed")):
            points.append(KillPoint(kind, step, nth, "before"))
    return points


def _seconds(undisturbed: Sequence[Event], at: int) -> float:
    """Return how long what began with an event took."""
    began = undisturbed[at]
    step = getattr(began, "step", "")
    ends = (e.time for e in undisturbed[at:] if type(e).__name__ in _ENDING and getattr(e, "step", "") == step)
    return next(ends, began.time) - began.time


def chains(points: Sequence[KillPoint], length: int) -> list[tuple[KillPoint, ...]]:
    """Return the points as runs of at most `length` kills, far from each other; every point is in one of them.

    No run is killed twice in one step: a step that goes on does not come to where it began again.
    """
    most = max(Counter(point.step for point in points).values(), default=1)
    runs = max(-(-len(points) // length), most)
    return [tuple(points[at::runs]) for at in range(runs)]


async def to_the_end(job: Job) -> JobState:
    """Follow a job until it ended or its process is gone, approving its gates; return its state."""
    async for event in follow(job):
        if isinstance(event, events.GateOpened) and job.state().waiting_for == "gate":
            with contextlib.suppress(ConsoleError):  # it was killed at the gate
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
