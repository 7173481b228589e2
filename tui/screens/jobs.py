"""Running and past jobs: who, what, from where, how long, what it came to; two of them compared by step."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.errors import ConsoleError
from core.jobs.store import Summary
from tui.jobs_text import compared, job_cells, job_lines, words_of
from tui.messages import JobsChanged
from tui.screens.filtered import FilteredScreen
from tui.widgets.filter_bar import FilterBar, has_words
from tui.widgets.lines import Lines
from tui.widgets.table import Column, Table

_COLUMNS = (
    Column("", 4, align="right"),
    Column("result", 15),
    Column("what"),
    Column("who", 18, wide_only=True),
    Column("started", 9),
    Column("took", 7, align="right"),
    Column("closed", 7, align="right"),
)
_BOTH = 2
_NONE = "no job yet: b on the first screen builds"
_NONE_FOUND = "no job has these words"


class JobsScreen(FilteredScreen):
    """The list, and below it what the chosen one came to."""

    TITLE = "jobs"
    BINDING_GROUP_TITLE = "Jobs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "log", "log", id="job-log", tooltip="The log of all its hosts"),
        Binding("space", "mark", "mark", id="job-mark", tooltip="Mark it, to compare two"),
        Binding("c", "compare", "compare", id="jobs-compare", tooltip="Compare the two marked, step by step"),
    ]
    DEFAULT_CSS = """
    JobsScreen #job { height: 13; padding: 0 2; }
    JobsScreen.-short #job { height: 7; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[Summary] = []
        self._compared = False

    @property
    def table(self) -> Table[Summary]:
        """The list."""
        return self.query_one("#jobs", Table)

    listed = table

    @property
    def foremost(self) -> Sequence[str]:
        """The keys in the order of their use."""
        return ("list-open", "job-log", "job-mark", "jobs-compare", "list-filter")

    def body(self) -> ComposeResult:
        """Lay out filter, list and the one."""
        yield Table(_COLUMNS, job_cells, lambda row: row.id, empty="no job yet", id="jobs")
        yield FilterBar()
        yield Lines(id="job")

    def on_mount(self) -> None:
        """List them."""
        self.table.border_title = "Jobs"
        self.table.focus()
        self.on_jobs_changed()

    def on_jobs_changed(self, message: JobsChanged | None = None) -> None:
        """List them again."""
        self.run_worker(self._read(), group="rows", exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        try:
            self._rows = await self.console_app.door.rows()
        except ConsoleError as error:
            self.say(error.what, "bad")
            return
        self.show_filtered()

    def show_filtered(self) -> None:
        """Show those that have the words."""
        bar = self.query_one(FilterBar)
        shown = [row for row in self._rows if has_words(words_of(row), bar.text)]
        bar.tell(len(shown), len(self._rows))
        self.table.show(shown, empty=_NONE_FOUND if bar.text else _NONE)
        self._one()

    def on_table_moved(self, message: Table.Moved) -> None:
        """Tell of the row under the cursor."""
        self._compared = False
        self._one()

    def _one(self) -> None:
        if not self._compared:
            row = self.table.current
            self.query_one("#job", Lines).show(job_lines(row) if row else ())
            self.refresh_bindings()

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Open it."""
        if self.table.current is not None:
            self.console_app.open_job(self.table.current.id)

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now."""
        if action in ("log", "mark") and self.table.current is None:
            return "there is no job"
        if action == "compare" and len(self.table.marked) != _BOTH:
            return f"mark two jobs with space first ({len(self.table.marked)} marked)"
        return ""

    def action_mark(self) -> None:
        """Mark it."""
        self.table.mark()
        self.refresh_bindings()

    def action_log(self) -> None:
        """Show its log."""
        if self.table.current is not None:
            self.console_app.open_log(self.table.current.id)

    def action_compare(self) -> None:
        """Compare the two marked."""
        names = [row.id for row in reversed(self._rows) if row.id in self.table.marked]
        self.run_worker(self._compare(*names), group="compare", exclusive=True, exit_on_error=False)

    async def _compare(self, older: str, newer: str) -> None:
        try:
            lines = await compared(self.console_app.door, older, newer)
        except ConsoleError as error:
            self.say(error.what, "bad")
            return
        self._compared = True
        self.query_one("#job", Lines).show(lines)
