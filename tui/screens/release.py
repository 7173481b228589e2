"""One release, whole: what it is made of, where it lies, where it is live, whether it fits the database."""

import time

from textual.app import ComposeResult

from core.console.answers import ReleaseRow, Releases
from core.errors import ConsoleError
from tui.releases.text import release_whole
from tui.screens.release_acts import ReleaseActs
from tui.widgets.lines import Lines


class ReleaseScreen(ReleaseActs):
    """All that is known of one release."""

    BINDING_GROUP_TITLE = "Release"
    DEFAULT_CSS = """
    ReleaseScreen #release { height: 1fr; }
    """

    def __init__(self, found: Releases, row: ReleaseRow) -> None:
        super().__init__(found.name)
        self._found = found
        self._row = row
        self._shown = False

    @property
    def heading(self) -> str:
        """Which release it is, and where."""
        return f"release {self._row.name} of {self.environment}"

    @property
    def row(self) -> ReleaseRow:
        """The release."""
        return self._row

    def body(self) -> ComposeResult:
        """Lay out one text that scrolls."""
        yield Lines(id="release", classes="pane")

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(Lines).border_title = f"Release {self._row.name.partition('-')[0]}"
        self.query_one(Lines).focus()
        self.update()

    def on_screen_resume(self) -> None:
        """Ask how it stands now, after a roll back to it was shown, or done."""
        super().on_screen_resume()
        if self.is_mounted and self._shown:
            self.run_worker(self._look(), group="release", exclusive=True, exit_on_error=False)
        self._shown = True

    async def _look(self) -> None:
        try:
            found = await self.console_app.looker.releases(self.environment)
        except ConsoleError as error:
            self.say(error.what, "bad")
            return
        row = next((row for row in found.rows if row.name == self._row.name), None)
        if row is None:
            self.say(f"{self.environment} does not have it any more", "attention")
            return
        self._found, self._row = found, row
        self.update()

    def update(self) -> None:
        """Show what is known now."""
        fit = self.console_app.fits.get((self.environment, self._row.name))
        self.query_one(Lines).show(release_whole(self._row, self._found, fit, time.time()))
        self.refresh_bindings()
