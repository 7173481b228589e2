"""How long steps took before: from this console's own jobs, for the forecast."""

import statistics
from typing import Final

from core.errors import ConsoleError
from core.jobs.state import Status
from core.jobs.store import Store

_LOOK_AT: Final = 40
"""Jobs; older ones say little of today's hosts."""
_MEAN_OF: Final = 3


def step_durations(store: Store, kind: str, target: str) -> dict[str, float]:
    """Return the median seconds of each step over the last three jobs of a kind on an environment."""
    taken: dict[str, list[float]] = {}
    found = 0
    for job in store.list()[:_LOOK_AT]:
        try:
            state = job.state()
        except ConsoleError:  # a damaged journal is told where jobs are listed; here it only says nothing
            continue
        if (
            state.plan is None
            or (state.plan.kind, state.plan.target) != (kind, target)
            or state.outcome != "done"
        ):
            continue
        found += 1
        for item in state.steps:
            if item.status is Status.DONE and item.seconds is not None:
                taken.setdefault(item.step.id, []).append(item.seconds)
        if found == _MEAN_OF:
            break
    return {step: round(statistics.median(seconds), 1) for step, seconds in taken.items()}
