"""The releases of one environment: what each is, which is live where, which would go next; roll back from here."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.console.answers import ReleaseRow, Releases
from core.console.figures import short_clock, size
from core.console.snapshot import Magento
from core.errors import ConsoleError
from tui.pipeline.pane import host_name, short
from tui.pipeline.rows import Span
from tui.promotion.text import Line, labelled, line
from tui.screens.base import ConsoleScreen
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


def release_state(row: ReleaseRow) -> Span:
    """Return the one word that matters most of a release."""
    if row.live:
        return Span("live", "good") if row.verified else Span("live, unverified", "attention")
    if not row.complete:
        return Span("unfinished", "attention")
    if row.previous:
        return Span("the one before", "accent")
    if row.goes_next:
        return Span("goes next", "dim")
    return Span("verified" if row.verified else "not verified", "" if row.verified else "dim")


def release_cells(row: ReleaseRow) -> list[Span]:
    """Return a release as a row."""
    since = max((host.live_since or 0.0 for host in row.hosts), default=0.0)
    artifact = row.artifact
    return [
        Span(row.name.partition("-")[0] + (f"  {short(artifact.id)}" if artifact else "")),
        release_state(row),
        Span(short(artifact.commit) if artifact else "", "dim"),
        Span(artifact.subject if artifact else "its record is missing"),
        Span(short_clock(since) if since else "never", "" if since else "dim"),
        Span(" ".join(host_name(address) for address in row.live) or "", "good"),
    ]


class ReleasesScreen(ConsoleScreen):
    """The list, and below it all of the chosen one."""

    BINDING_GROUP_TITLE = "Releases"
    CHANGES: ClassVar[frozenset[str]] = frozenset({"roll_back"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "b",
            "roll_back",
            "roll back to it",
            id="roll-back",
            tooltip="Make it live again; shows the plan first",
        ),
        Binding(
            "f",
            "fit",
            "fits the database?",
            id="release-fit",
            tooltip="Ask Magento: does it fit the database?",
        ),
        Binding("u", "look", "look again", id="releases-look", tooltip="List them again"),
    ]
    DEFAULT_CSS = """
    ReleasesScreen #one { height: 11; padding: 0 2; }
    """

    def __init__(self, environment: str) -> None:
        super().__init__()
        self._environment = environment
        self._found: Releases | None = None
        self._fits: dict[str, Magento] = {}

    @property
    def heading(self) -> str:
        """Whose they are."""
        return f"releases of {self._environment}"

    @property
    def table(self) -> Table[ReleaseRow]:
        """The list."""
        return self.query_one("#releases", Table)

    def body(self) -> ComposeResult:
        """Lay out the list and the one."""
        yield Table(_COLUMNS, release_cells, lambda row: row.name, empty="asking the hosts", id="releases")
        yield Lines(id="one")

    def on_mount(self) -> None:
        """Ask for the list."""
        self.table.border_title = f"Releases of {self._environment}"
        self.table.focus()
        self.action_look()

    def action_look(self) -> None:
        """List them again."""
        self.run_worker(self._look(), group="releases", exclusive=True, exit_on_error=False)

    async def _look(self) -> None:
        self.say(f"asking {self._environment} for its releases", "busy")
        try:
            found = await self.console_app.looker.releases(self._environment)
        except ConsoleError as error:
            self.say(f"{error.where}: {error.what} {error.remedy}".strip(": "), "bad")
            if self._found is None:
                self.table.show((), empty="not known: the hosts could not be asked")
            return
        self._found = found
        self.say("")
        self.table.show(found.rows, empty="no release yet: promote one")
        self._one()
        before = next((row for row in found.rows if row.previous), None)
        if before is not None and before.name not in self._fits:
            await self._ask(
                before.name
            )  # where a roll back leads: whether it fits is told before it is asked for

    def on_screen_resume(self) -> None:
        """List them again after a roll back was shown, or done."""
        super().on_screen_resume()
        if self._found is not None:
            self._fits.clear()
            self.action_look()

    def on_table_moved(self, message: Table.Moved) -> None:
        """Tell of the row under the cursor."""
        self._one()

    def _one(self) -> None:
        self.query_one("#one", Lines).show(self._lines())
        self.refresh_bindings()

    def _lines(self) -> tuple[Line, ...]:
        row = self.table.current
        if row is None or self._found is None:
            return (line(""),)
        artifact = row.artifact
        lines = [labelled("release", row.name)]
        if artifact is not None:
            lines += [
                labelled("artifact", artifact.id),
                labelled("commit", f"{artifact.commit}  {artifact.subject}"),
                labelled("holds", f"{artifact.files:,} files, {size(artifact.bytes)}"),
            ]
        verified = [host_name(host.address) for host in row.hosts if host.verified_at]
        lines.append(labelled("verified", "on " + ", ".join(verified) if verified else "nowhere"))
        missing = [
            host_name(item)
            for item in self._found.addresses
            if item not in {host.address for host in row.hosts}
        ]
        if missing:
            lines.append(labelled("missing", "on " + ", ".join(missing), "attention"))
        if row.goes_next:
            told = f"The next promotion removes it: {self._found.keep} verified ones are kept."
            lines.append(labelled("kept", told, "attention"))
        lines.append(self._fit(row))
        return tuple(lines)

    def _fit(self, row: ReleaseRow) -> Line:
        found = self._fits.get(row.name)
        if row.live:
            return labelled("database", "It is live: a asks Magento, on the first screen.", "dim")
        if found is None:
            return labelled(
                "database", "Whether it fits the database as it now is was not asked: f asks.", "dim"
            )
        words = (found.configuration.word, found.database.word)
        if words == ("up to date", "up to date"):
            return labelled("database", "It fits the database as it now is.", "good")
        told = f"settings {words[0]}, database {words[1]}. {found.database.told}".strip()
        return labelled("database", told, "attention")

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now."""
        row = self.table.current
        if action == "look":
            return ""
        if row is None:
            return "there is no release"
        if action == "roll_back" and row.live and len(row.live) == len(row.hosts):
            return "it is live already"
        if not row.complete:
            return "it never arrived whole"
        return ""

    def action_fit(self) -> None:
        """Ask whether it fits the database."""
        row = self.table.current
        if row is not None:
            self.run_worker(self._ask(row.name), group="fit", exclusive=True, exit_on_error=False)

    async def _ask(self, name: str) -> None:
        self.say(f"asking Magento of release {name}", "busy")
        try:
            self._fits[name] = await self.console_app.looker.ask_release(self._environment, name)
        except ConsoleError as error:
            self.say(error.what, "bad")
            return
        self.say("")
        self._one()

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Enter asks what a roll back to it would do, as `b` does."""
        self.run_worker(self.app.run_action("roll_back", self), exit_on_error=False)

    def action_roll_back(self) -> None:
        """Show what a roll back to it would do."""
        row = self.table.current
        if row is not None:
            self.console_app.open_rollback(self._environment, row.name)
