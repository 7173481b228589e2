"""In what state a job has brought the shop so far, in sentences: from its events alone. Pure."""

from core.console.approval import host_names
from core.console.figures import clock
from core.jobs.state import JobState, Status, StepState
from core.text import one_line

_PROMOTES = ("promote", "rollback")


def _acting(state: JobState, action: str) -> StepState | None:
    """Return the last step of an action that may have changed something and is not taken back."""
    held = [
        item
        for item in state.steps
        if item.step.action == action and item.acted and item.status is not Status.UNDONE
    ]
    return held[-1] if held else None


def _over(state: JobState, action: str, since: StepState) -> bool:
    """Whether a later step of another action has taken back what the first one did."""
    at = state.steps.index(since)
    return any(item.step.action == action and item.status is Status.DONE for item in state.steps[at:])


def is_closed(state: JobState) -> StepState | None:
    """Return the step that closed the shop while it is closed, None when the job keeps it open."""
    close = _acting(state, "close")
    return None if close is None or _over(state, "open", close) else close


def shop_state(state: JobState) -> tuple[str, ...]:
    """Return how the shop stands now; for a build, and before anything was changed, that nothing is."""
    if state.plan is None or state.plan.kind not in _PROMOTES:
        return ("No shop is touched by this job.",)
    told = [*_closed(state), *_database(state), *_live(state), *_cron(state)]
    if not told:
        told.append("The shop is as it was: open, with the release, database and settings of before.")
    return (*told, *_lock(state))


def _closed(state: JobState) -> list[str]:
    close = is_closed(state)
    if close is None:
        opened = _acting(state, "open")
        return ["The shop is open."] if opened is not None else []
    hosts = host_names(close.step.hosts)
    if close.status in (Status.DONE, Status.UNDOING):
        since = f" since {clock(close.ended)}" if close.ended else ""
        return [f"{hosts}: closed to customers{since}; the job opens it, or you do."]
    return [f"{hosts}: may be closed to customers; not every host has answered."]


def _database(state: JobState) -> list[str]:
    told = []
    for item in state.steps:
        if item.step.point_of_no_return and item.acted:
            verb = "has changed" if item.status is Status.DONE else "has begun to change"
            told.append(f'"{one_line(item.step.title)}" {verb} the database.')
    return told


def _live(state: JobState) -> list[str]:
    switch = _acting(state, "switch")
    if switch is None:
        return []
    hosts, release = host_names(switch.step.hosts), one_line(str(switch.step.args.get("release", "")))
    if switch.status is Status.DONE:
        return [f"{hosts}: release {release} is live."]
    return [f"{hosts}: on the way to release {release}; it is not known that all are the same."]


def _cron(state: JobState) -> list[str]:
    paused = _acting(state, "pause-cron")
    if paused is None or _over(state, "resume-cron", paused):
        return []
    return ["Cron and consumers are paused."]


def _lock(state: JobState) -> list[str]:
    lock = _acting(state, "lock")
    if lock is None or _over(state, "unlock", lock):
        return []
    return [f"{state.plan.target if state.plan else 'The environment'} is locked by this job."]
