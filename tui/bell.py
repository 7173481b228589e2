"""What the terminal is told when a job has ended, where `--bell` asks for it: a notification, and the bell."""

from core.text import one_line
from tui.job_now import JobNow
from tui.jobs_text import look


def ending(item: JobNow) -> str:
    """Return what became of a job, in a line."""
    title = item.state.plan.title if item.state.plan else item.id
    return one_line(f"Job {item.number} {look(item.standing)[2]}: {title}")


def rung(text: str) -> str:
    """Return what shows a text as a notification (OSC 9), and rings; a terminal that knows no OSC 9 leaves it out."""
    return f"\x1b]9;{text}\x07\x07"
