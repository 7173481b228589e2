"""The log of a job: of all its hosts merged, or side by side."""

from pathlib import Path

from textual.app import ComposeResult

from core.jobs.store import Job
from tui.pipeline.rows import cut_middle
from tui.screens.base import ConsoleScreen
from tui.widgets.log_view import LogPanes, LogView


def log_files(job: Job) -> list[Path]:
    """Return the raw logs of a job, one for each host that said something."""
    return sorted(path for path in job.logs.glob("*.log") if path.stat().st_size)


class LogScreen(ConsoleScreen):
    """Logs of any size, as they grow."""

    BINDING_GROUP_TITLE = "Log"
    DEFAULT_CSS = """
    LogScreen LogPanes { height: 1fr; }
    """

    def __init__(self, job: Job, title: str) -> None:
        super().__init__()
        self._job = job
        self._title_text = title

    @property
    def heading(self) -> str:
        """Whose log it is."""
        return f"log of job {self._job.number}   {self._title_text}"

    def body(self) -> ComposeResult:
        """Lay out the view."""
        yield LogPanes(log_files(self._job))

    def on_mount(self) -> None:
        """The keys are the log's; where the files lie is said."""
        self.query(LogView).first().focus()
        self.say(cut_middle(f"the files: {self._job.logs}", max(20, self.app.size.width - 4)))
