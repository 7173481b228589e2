"""The releases of one environment: what each is, which is live where, which would go next; roll back from here."""

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.console.answers import ReleaseRow, Releases
from core.errors import ConsoleError
from tui.promotion.text import Line, line
from tui.releases.text import outdated, release_cells, release_lines, words_of
from tui.screens.filtered import FilteredScreen
from tui.screens.release_acts import ReleaseActs
from tui.widgets.filter_bar import FilterBar, has_words
from tui.widgets.lines import Lines
from tui.widgets.table import Column, Table

_COLUMNS = (
    Column("release", 12),
    Column("state", 16),
    Column("commit", 9, wide_only=True),
    Column("subject"),
    Column("live since", 10, wide_only=True),
    Column("live on", 16),
)
_NONE = "no release yet: promote one"
_NONE_FOUND = "no release has these words"


class ReleasesScreen(ReleaseActs, FilteredScreen):
    """The list, and below it what matters of the chosen one."""

    BINDING_GROUP_TITLE = "Releases"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "look", "look again", id="releases-look", tooltip="List them again"),
    ]
    DEFAULT_CSS = """
    ReleasesScreen #one { height: 11; padding: 0 2; }
    ReleasesScreen.-short #one { height: 8; }
    """

    def __init__(self, environment: str) -> None:
        super().__init__(environment)
        self._found: Releases | None = None

    @property
    def heading(self) -> str:
        """Whose they are."""
        return f"releases of {self.environment}"

    @property
    def table(self) -> Table[ReleaseRow]:
        """The list."""
        return self.query_one("#releases", Table)

    listed = table

    @property
    def row(self) -> ReleaseRow | None:
        """The release under the cursor."""
        return self.table.current

    def body(self) -> ComposeResult:
        """Lay out the list, its filter and the one."""
        yield Table(_COLUMNS, release_cells, lambda row: row.name, empty="asking the hosts", id="releases")
        yield FilterBar()
        yield Lines(id="one")

    def on_mount(self) -> None:
        """Ask for the list."""
        self.table.border_title = f"Releases of {self.environment}"
        self.table.focus()
        self.action_look()

    def action_look(self) -> None:
        """List them again."""
        self.run_worker(self._look(), group="releases", exclusive=True, exit_on_error=False)

    async def _look(self) -> None:
        self.say(f"asking {self.environment} for its releases", "busy")
        try:
            found = await self.console_app.looker.releases(self.environment)
        except ConsoleError as error:
            self.say(f"{error.where}: {error.what} {error.remedy}".strip(": "), "bad")
            if self._found is None:
                self.table.show((), empty="not known: the hosts could not be asked")
            return
        self._found = found
        self.say("")
        self.show_filtered()
        # Where a roll back leads: whether it fits is told before it is asked for.
        before = next((row for row in found.rows if row.previous), None)
        if before is not None:
            fit = self.console_app.fits.get((self.environment, before.name))
            if fit is None or outdated(fit, found):
                await self.ask_fit(before.name)

    def show_filtered(self) -> None:
        """Show those that have the words."""
        if self._found is None:
            return
        bar = self.query_one(FilterBar)
        shown = [row for row in self._found.rows if has_words(words_of(row), bar.text)]
        bar.tell(len(shown), len(self._found.rows))
        self.table.show(shown, empty=_NONE_FOUND if bar.text else _NONE)
        self.update()

    def on_screen_resume(self) -> None:
        """List them again after a roll back was shown, or done."""
        super().on_screen_resume()
        if self._found is not None:
            self.action_look()

    def on_table_moved(self, message: Table.Moved) -> None:
        """Tell of the row under the cursor."""
        self.update()

    def update(self) -> None:
        """Tell what is known of the row under the cursor."""
        row, found = self.row, self._found
        lines: tuple[Line, ...] = (line(""),)
        if row is not None and found is not None:
            fit = self.console_app.fits.get((self.environment, row.name))
            lines = release_lines(row, found, fit, time.time())
        self.query_one("#one", Lines).show(lines)
        self.refresh_bindings()

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Show the whole of it."""
        from tui.screens.release import ReleaseScreen

        if self.row is not None and self._found is not None:
            self.app.push_screen(ReleaseScreen(self._found, self.row))
