"""Settings of all systems side by side: the matrix with its filters, and all of the one under the cursor."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.console.settings_table import SettingsTable, ShownDifference, ShownLadder, ShownSetting
from core.console.staged import StagedChanges
from core.errors import ConsoleError
from tui.pipeline.rows import Span
from tui.promotion.text import line
from tui.screens.base import ConsoleScreen
from tui.settings.cells import Marks, cells
from tui.settings.detail import detail
from tui.settings.pending import Pending, pending
from tui.settings.selection import Chosen, Only, Rows, Tab
from tui.widgets.filter_bar import FilterBar
from tui.widgets.lines import Lines
from tui.widgets.matrix import Matrix
from tui.widgets.settings_bar import FILTER_KEYS, SettingsBar
from tui.widgets.table import Table

_ASK_AFTER_S: Final = 0.12
"""The layers of a row are asked for when the cursor has stood on it for so long."""
_MANY: Final = 5_000
"""From so many rows on the text that is searched is prepared in a thread."""


class SettingsView(ConsoleScreen):
    """Reads, filters, shows; changes nothing."""

    TITLE = "settings"
    BINDING_GROUP_TITLE = "Settings"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "filter", "filter", id="settings-filter", tooltip="Show only those with these words"),
        *(
            Binding(key, f"only('{which.name}')", str(which), id=f"settings-{which.name.lower()}",
                    tooltip=f"Show only: {which}", show=False)
            for key, which in FILTER_KEYS.items()
        ),
        *(
            Binding(str(at), f"tab('{tab.name}')", str(tab), id=f"settings-tab-{tab.name.lower()}",
                    tooltip=f"The kind: {tab}", show=False)
            for at, tab in enumerate(Tab, 1)
        ),
        Binding("r", "read", "read again", id="settings-read", tooltip="Read the settings of all systems again",
                show=False),
    ]  # fmt: skip
    DEFAULT_CSS = """
    SettingsView #setting { height: 11; padding: 0 2; }
    SettingsView.-short #setting { height: 7; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.read: SettingsTable | None = None
        self.compared: SettingsTable | None = None
        """The two that are beside each other; None: all systems are."""
        self.rows = Rows(SettingsTable(names=(), rows=(), findings=()))
        self.reading = False
        """Whether they are being read: what is shown may be old."""
        self.marks = Marks()
        self.chosen = Chosen()
        self.pending: tuple[Pending, ...] = ()
        self.differences: Mapping[str, Sequence[ShownDifference]] = {}
        self._by_name: dict[tuple[str, str], ShownDifference] = {}
        self._staged: StagedChanges | None = None
        self._findings: dict[str, frozenset[str]] = {}
        self._ladders: dict[str, tuple[ShownLadder, ...]] = {}

    @property
    def matrix(self) -> Matrix:
        """The list."""
        return self.query_one("#matrix", Matrix)

    def body(self) -> ComposeResult:
        """Lay out counts and filters, the matrix, and the one."""
        yield SettingsBar()
        yield Matrix(self._cells, id="matrix")
        yield FilterBar()
        yield Lines(id="setting")

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that are seen: all systems, or the two that are compared."""
        shown = self.compared or self.read
        return shown.names if shown is not None else ()

    def _cells(self, row: ShownSetting) -> list[Span]:
        return cells(row, self.names, self.marks)

    def on_mount(self) -> None:
        """Read them."""
        self.matrix.border_title = "Settings"
        self.matrix.focus()
        self.action_read()

    # --- reading

    @work(exclusive=True, group="read")
    async def action_read(self) -> None:
        """Read the settings of all systems; it takes seconds."""
        self.reading = True
        self.refresh_bindings()
        self.say("reads the settings of all systems; nothing is changed", "busy")
        try:
            read = await self.console_app.looker.settings()
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
            return
        finally:
            self.reading = False
            self.refresh_bindings()
        rows = Rows(read)
        if len(rows.all) > _MANY:
            await asyncio.to_thread(rows.searched)
        self.show_table(read, rows)
        self._tell_read(read)

    def _tell_read(self, read: SettingsTable) -> None:
        if read.failures:
            told = [f"{name}: {failure.what}" for name, failure in read.failures.items()]
            self.say(f"not read: {'; '.join(told)}", "attention")
        else:
            self.say(f"read: {len(read.rows):,} settings on {', '.join(read.names)}", "good")

    def show_table(self, read: SettingsTable, rows: Rows, *, again: bool = False) -> None:
        """Show what was read; row, system and filters stay. again: it was shown before, how it differs is known."""
        self.read, self.rows, self.compared = read, rows, None
        self.matrix.border_title = "Settings"
        self._ladders.clear()
        found: dict[str, set[str]] = {}
        for finding in read.findings:
            found.setdefault(finding.name, set()).add(finding.environment)
        self._findings = {name: frozenset(where) for name, where in found.items()}
        self.matrix.show_systems(read.names)
        self.show_pending(self.differences if again else read.differences)

    def show_compared(self, compared: SettingsTable, title: str) -> None:
        """Show two sides beside each other, at first what differs."""
        self.compared, self.rows = compared, Rows(compared)
        self.matrix.border_title = title
        self.matrix.show_systems(compared.names)
        self.chosen = Chosen(only=frozenset({Only.DIFFERING}))
        self.show_pending(self.differences)

    def end_comparing(self) -> None:
        """Show all systems again."""
        if self.read is not None and self.compared is not None:
            self.chosen = Chosen()
            self.show_table(self.read, Rows(self.read), again=True)

    @property
    def staged(self) -> StagedChanges:
        """What was changed here and is declared nowhere, kept on disk."""
        if self._staged is None:
            self._staged = StagedChanges(self.console_app.project)
        return self._staged

    def show_pending(self, differences: Mapping[str, Sequence[ShownDifference]]) -> None:
        """Show what is not as declared, and which changes are pending."""
        if self.read is None:
            return
        self.differences = differences
        self._by_name = {(system, item.name): item for system, items in differences.items() for item in items}
        self.pending = pending(self.console_app.project, self.read, differences, self.staged.all)
        becomes: dict[str, dict[str, str]] = {}
        for item in self.pending:
            becomes.setdefault(item.name, {})[item.system] = item.after
        blocking = frozenset(finding.name for finding in self.read.findings if finding.blocks)
        self.marks = Marks(findings=self._findings, blocking=blocking, pending=becomes)
        undeclared = [
            item.name
            for items in differences.values()
            for item in items
            if item.standing == "not declared" and not item.ignored_until
        ]
        self.rows.tell(becomes, undeclared)
        self._filter()
        self._one()

    def difference(self, row: ShownSetting, system: str) -> ShownDifference | None:
        """Return how a row stands to what is declared for a system; None: as declared, or nothing is there."""
        return self._by_name.get((system, row.name))

    # --- filters

    def _filter(self) -> None:
        shown = self.rows.select(self.chosen)
        filtered = self.chosen != Chosen(tab=self.chosen.tab)
        self.matrix.show(shown, empty="no setting is like that: the filters above say which are on" if filtered
                         else "no settings" if self.read else "asking the systems")  # fmt: skip
        self.query_one(FilterBar).tell(len(shown), len(self.rows.all))
        self.query_one(SettingsBar).tell(self.chosen, self._counts(), len(shown), len(self.rows.all))

    def _counts(self) -> dict[str, int]:
        counts = {str(which): self.rows.count(which) for which in (Only.DIFFERING, Only.UNDECLARED)}
        counts[str(Only.PENDING)] = len(self.pending)
        counts[str(Only.FINDINGS)] = len(self.read.findings) if self.read else 0
        return counts

    def action_filter(self) -> None:
        """Type a filter."""
        self.query_one(FilterBar).open()

    def on_filter_bar_changed(self, message: FilterBar.Changed) -> None:
        """Follow what is typed."""
        self._choose(Chosen(tab=self.chosen.tab, only=self.chosen.only, text=message.text))

    def on_filter_bar_left(self) -> None:
        """Back to the matrix."""
        self.matrix.focus()

    def action_only(self, which: str) -> None:
        """Narrow to some, or no more."""
        self._choose(self.chosen.toggled(Only[which]))

    def action_tab(self, which: str) -> None:
        """Show one kind."""
        self._choose(Chosen(tab=Tab[which], only=self.chosen.only, text=self.chosen.text))

    def _choose(self, chosen: Chosen) -> None:
        self.chosen = chosen
        self._filter()

    # --- the one

    def on_table_moved(self, message: Table.Moved) -> None:
        """Tell of the row under the cursor."""
        self._one()

    def on_matrix_system_moved(self, message: Matrix.SystemMoved) -> None:
        """Tell of its system first."""
        self._one()

    def _one(self) -> None:
        if not self.query("#matrix"):
            return  # the screen is being closed
        row = self.matrix.current
        pane = self.query_one("#setting", Lines)
        if row is None or self.read is None:
            pane.show((line("Nothing is changed by looking.", "dim"),))
            return
        system = self.matrix.system
        becomes = self.marks.pending.get(row.name, {})
        pane.show(
            detail(row, self.read.findings, self.ladders_of(row), system, self.difference(row, system), becomes)
        )
        if row.name not in self._ladders:
            self._ask_layers(row)
        self.refresh_bindings()

    def ladders_of(self, row: ShownSetting) -> tuple[ShownLadder, ...] | None:
        """Return the layers of a setting; None: they have not been asked for yet."""
        return self._ladders.get(row.name)

    @work(exclusive=True, group="layers")
    async def _ask_layers(self, row: ShownSetting) -> None:
        """Ask for the layers of a setting, once the cursor stays on it."""
        await asyncio.sleep(_ASK_AFTER_S)
        try:
            self._ladders[row.name] = await self.console_app.looker.setting_ladder(row.path, row.scope)
        except ConsoleError as error:
            self.say(error.what, "attention")
            return
        self._one()
