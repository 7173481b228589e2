"""The pending changes of all systems: what each would be, from what; one system at a time is planned from here."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.glyphs import glyphs
from tui.pipeline.rows import Span
from tui.promotion.text import labelled, line
from tui.promotion.wanted import Wanted
from tui.screens.base import ConsoleScreen
from tui.settings.pending import Pending
from tui.widgets.lines import Lines
from tui.widgets.table import Column, Table

_COLUMNS = (
    Column("system", 13),
    Column("setting", cut="middle"),
    Column("is"),
    Column("will be"),
)


def pending_cells(item: Pending) -> list[Span]:
    """Return one change as a row."""
    none = glyphs().none
    return [Span(item.system), Span(item.name), Span(item.before or none, "dim"), Span(item.after, "accent")]


def wanted(item: Pending) -> Wanted:
    """Return what is planned for a change: all that is declared for its system, or its way out of config.php."""
    if item.does == "take out":
        path, _, scope = item.name.partition(" (")
        return Wanted(kind="shared", target=item.system, item=path, scope=scope.rstrip(")") or "default")
    return Wanted(kind="settings", target=item.system)


class PendingScreen(ConsoleScreen):
    """The list; a plan is made for the system of the row."""

    TITLE = "pending changes"
    BINDING_GROUP_TITLE = "Pending changes"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "v",
            "plan",
            "plan them",
            id="pending-plan",
            tooltip="Plan the changes of this system; changes nothing",
        ),
    ]
    DEFAULT_CSS = """
    PendingScreen #about { height: 6; padding: 0 2; }
    """

    def __init__(self, changes: Sequence[Pending], plan: Callable[[Wanted], None], system: str) -> None:
        super().__init__()
        self._changes = tuple(changes)
        self._plan = plan
        self._system = system

    @property
    def table(self) -> Table[Pending]:
        """The list."""
        return self.query_one("#pending", Table)

    def body(self) -> ComposeResult:
        """Lay out the list, and what happens with the one."""
        yield Table(_COLUMNS, pending_cells, lambda row: f"{row.system} {row.name}", id="pending")
        yield Lines(id="about")

    def on_mount(self) -> None:
        """Stand on the system that was meant."""
        self.table.border_title = "Declared, and not applied"
        self.table.show(self._changes)
        self.table.focus()
        first = next((item for item in self._changes if item.system == self._system), None)
        if first is not None:
            self.table.go(f"{first.system} {first.name}")
        self._about()

    def on_table_moved(self, message: Table.Moved) -> None:
        """Tell of the one."""
        self._about()

    def _about(self) -> None:
        row = self.table.current
        if row is None:
            return
        count = sum(1 for item in self._changes if item.system == row.system and item.does == "apply")
        what = (
            f"taken out of config.php on {row.system}, committed and pushed; the others lose it with the artifact"
            if row.does == "take out"
            else f"{count} declared for {row.system}: planned together, approved, then applied by Magento's own commands"
        )
        self.query_one("#about", Lines).show((
            labelled("setting", row.name), labelled("is", row.before or glyphs().none),
            labelled("will be", row.after, "accent"), line(), line(what, "dim"),
        ))  # fmt: skip

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Plan it."""
        self.action_plan()

    def action_plan(self) -> None:
        """Plan the changes of the row's system."""
        row = self.table.current
        if row is not None:
            self.app.pop_screen()
            self._plan(wanted(row))
