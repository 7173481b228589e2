"""Whether a job can go on: asked by who starts its process again, and by that process."""

from core.errors import ConsoleError, Exit
from core.jobs.state import JobState


def check_resumable(state: JobState) -> None:
    """Check that a job can go on. Raises ConsoleError `job-ended` when it has ended for good."""
    if state.outcome in ("", "stopped"):
        return
    raise ConsoleError(
        "job-ended",
        f"The job has ended: {state.outcome}.",
        where=state.job_id,
        remedy="Start a new one.",
        exit_code=Exit.REFUSED,
    )
