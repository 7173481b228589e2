"""Jobs that stopped half way, or whose process is gone: what they left, and giving one up. Speaks to no host."""

from core.console.snapshot import Unfinished
from core.errors import ConsoleError
from core.jobs.launch import abandon
from core.jobs.state import JobState, Standing
from core.jobs.store import Job, Store
from core.pipeline.leftovers import Judged, leftovers, told


def unfinished(store: Store, environment: str = "") -> list[Unfinished]:
    """Return this console's unfinished jobs that left something, of an environment or of all; newest first."""
    found = []
    for job in store.unfinished():
        try:
            state = job.state()
        except ConsoleError as error:
            one = _damaged(job, error)
        else:
            one = _unfinished(job, state)
        if one is not None and environment in ("", one.target):
            found.append(one)
    return found


def _damaged(job: Job, error: ConsoleError) -> Unfinished | None:
    """Return a job whose journal does not tell any more what it left."""
    try:
        plan = job.load_plan()
    except ConsoleError:
        return None
    return Unfinished(
        id=job.id,
        number=job.number,
        standing=Standing.INTERRUPTED,
        title=plan.title,
        target=plan.target,
        who="",
        left=(f"unknown, for its journal is damaged ({error.what.rstrip('.')})",),
    )


def _unfinished(job: Job, state: JobState) -> Unfinished | None:
    left = leftovers(state)
    if state.plan is None or not left or state.outcome not in ("", "stopped"):  # it may have ended just now
        return None
    return Unfinished(
        id=job.id,
        number=job.number,
        standing=state.standing(alive=False),
        title=state.plan.title,
        target=state.plan.target,
        who=state.who,
        left=tuple(item.what for item in left),
    )


def remedy(job: str) -> str:
    """Return what a person can do about an unfinished job."""
    return f"`mageconsole jobs resume {job}` goes on with it, `mageconsole jobs abandon {job}` gives it up."


async def give_up(job: Job, found: Judged, reason: str) -> None:
    """Give a job up as it was shown. Raises ConsoleError."""
    await abandon(job, put_back=found.steps, leaves=told(found.left), reason=reason)
