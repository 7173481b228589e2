"""How long steps and windows took before: from this console's own jobs, for the forecast."""

import statistics
from collections.abc import Iterator
from typing import Any, Final

from core.errors import ConsoleError
from core.jobs.state import JobState, Status
from core.jobs.store import Store

_LOOK_AT: Final = 40
"""Jobs; older ones say little of today's hosts."""
_MEAN_OF: Final = 3


def earlier(store: Store, kind: str, target: str) -> dict[str, Any]:
    """Return what the last three jobs of a kind on an environment tell, as a part of a forecast.

    `durations`: the median seconds of each step; `windows`: for how long the shop was closed, the oldest first.
    """
    taken: dict[str, list[float]] = {}
    windows: list[float] = []
    for _, state in zip(range(_MEAN_OF), _done(store, kind, target), strict=False):
        for item in state.steps:
            if item.status is Status.DONE and item.seconds is not None:
                taken.setdefault(item.step.id, []).append(item.seconds)
        opened = state.step("open")
        closed = opened.facts.get("closed_s") if opened is not None else None
        if isinstance(closed, int | float):
            windows.insert(0, round(float(closed), 1))
    return {
        "durations": {step: round(statistics.median(seconds), 1) for step, seconds in taken.items()},
        "windows": windows,
    }


def _done(store: Store, kind: str, target: str) -> Iterator[JobState]:
    """Yield the jobs that went well, the newest first."""
    for job in store.list()[:_LOOK_AT]:
        try:
            state = job.state()
        except ConsoleError:  # a damaged journal is told where jobs are listed; here it only says nothing
            continue
        plan = state.plan
        if plan is not None and (plan.kind, plan.target) == (kind, target) and state.outcome == "done":
            yield state
