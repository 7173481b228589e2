"""In what state a job has brought the shop so far, in sentences: from its events alone. Pure."""

from core.console.approval import host_names
from core.console.figures import clock
from core.jobs.decide import LOCK
from core.jobs.state import JobState, Status, StepState
from core.pipeline.leftovers import Leftover, leftovers
from core.text import one_line

_PROMOTES = ("promote", "rollback", "verify", "settings")


def shop_state(state: JobState, *, alive: bool = False) -> tuple[str, ...]:
    """Return how the shop stands now; for a build, and before anything was changed, that nothing is.

    alive: whether the job's process is there: what it has begun it may still be at.
    """
    left = tuple(sorted(leftovers(state, alive=alive), key=lambda item: item.step != "close"))
    locked = [_sentence(state, item) for item in left if _is_lock(state, item)]
    if state.plan is None or state.plan.kind not in _PROMOTES:
        return ("No shop is touched by this job.", *locked)
    # A change of settings that goes well leaves nothing but its files, which are told below.
    quiet = state.plan.kind == "settings" and state.outcome in ("", "done")
    told = [
        _sentence(state, item)
        for item in left
        if not _is_lock(state, item) and (not quiet or item.step == "close")
    ]
    told += [*_live(state), *_written(state), *_opened(state, left)]
    if not told:
        told.append("The shop is as it was: open, with the release, database and settings of before.")
    return (*told, *locked)


def _is_lock(state: JobState, item: Leftover) -> bool:
    found = state.step(item.step)
    return found is not None and found.step.action == LOCK


def _sentence(state: JobState, item: Leftover) -> str:
    since = ""
    found = state.step(item.step)
    if found is not None and found.step.action == "close" and found.status is Status.DONE and found.ended:
        since = f" since {clock(found.ended)}"
    what = one_line(item.what, 400)
    return f"{what[:1].upper()}{what[1:]}{since}."


def _acted(state: JobState, step: str) -> StepState | None:
    found = state.step(step)
    return found if found is not None and found.acted and found.status is not Status.UNDONE else None


def _opened(state: JobState, left: tuple[Leftover, ...]) -> list[str]:
    opened = _acted(state, "open")
    still = any(item.step == "close" for item in left)
    return ["The shop is open."] if opened is not None and opened.status is Status.DONE and not still else []


def _written(state: JobState) -> list[str]:
    """Return whether the hosts have the new file of a change of settings."""
    write = _acted(state, "write") if state.plan is not None and state.plan.kind == "settings" else None
    if write is None:
        return []
    hosts = host_names(write.step.hosts)
    if write.status is not Status.DONE:
        return [f"{hosts}: on the way to the new settings; it is not known that all are the same."]
    settled = state.step("settled")
    agrees = settled is not None and settled.status is Status.DONE
    return [f"{hosts}: the new settings are there{'; files and database agree' if agrees else ''}."]


def _live(state: JobState) -> list[str]:
    switch = _acted(state, "switch")
    if switch is None:
        return []
    hosts, release = host_names(switch.step.hosts), one_line(str(switch.step.args.get("release", "")))
    if switch.status is Status.DONE:
        return [f"{hosts}: release {release} is live."]
    return [f"{hosts}: on the way to release {release}; it is not known that all are the same."]
