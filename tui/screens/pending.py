"""The pending changes of all systems: each chosen or left out, decided otherwise, or planned with its system's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.promotion.wanted import Wanted
from tui.screens.base import ConsoleScreen
from tui.settings.about_pending import about, pending_cells
from tui.settings.pending import Pending, wanted
from tui.widgets.lines import Lines
from tui.widgets.table import Column, Table

_COLUMNS = (
    Column("system", 13),
    Column("setting", cut="middle"),
    Column("is"),
    Column("will be"),
)


@dataclass
class Deeds:
    """What the settings screen does with a pending change; each comes back with the changes that are left."""

    plan: Callable[[Wanted], None]
    undo: Callable[[Pending], object]
    adopt: Callable[[Pending], object]
    ignore: Callable[[Pending], object]
    busy: Callable[[], str] = str
    """What is being changed just now; empty when nothing is."""
    left_out: set[str] = field(default_factory=set)
    """The keys of what a person left out: kept while the settings screen is open."""


class PendingList(Table[Pending]):
    """The list; its first key is shown once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "plan them", id="pending-open", show=False,
                tooltip="Plan what is chosen for this system; changes nothing"),
    ]  # fmt: skip


class PendingScreen(ConsoleScreen):
    """The list; a plan is made of what is chosen for the system of the row."""

    TITLE = "pending changes"
    BINDING_GROUP_TITLE = "Pending changes"
    CHANGES: ClassVar[frozenset[str]] = frozenset({"adopt", "undo", "ignore"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "plan", "plan them", id="pending-plan",
                tooltip="Plan what is chosen for this system; changes nothing"),
        Binding("space", "choose_it", "leave out", id="pending-choose",
                tooltip="Leave the change out of the plan, or take it in again"),
        Binding("A", "choose_all", "all or none", id="pending-all", show=False,
                tooltip="Take in, or leave out, all changes of this system"),
        Binding("u", "undo", "undo", id="pending-undo",
                tooltip="Take the change back: nothing is pending about it then"),
        Binding("a", "adopt", "adopt", id="pending-adopt",
                tooltip="Declare what the system has, in environments.toml"),
        Binding("i", "ignore", "ignore", id="pending-ignore", tooltip="Let the difference be, until a day"),
    ]  # fmt: skip
    DEFAULT_CSS = """
    PendingScreen #about { height: 11; padding: 0 2; }
    PendingScreen.-short #about { height: 8; }
    """

    def __init__(self, changes: Sequence[Pending], deeds: Deeds, system: str) -> None:
        super().__init__()
        self._changes = tuple(changes)
        self._deeds = deeds
        self._system = system

    @property
    def table(self) -> PendingList:
        """The list."""
        return self.query_one("#pending", PendingList)

    def body(self) -> ComposeResult:
        """Lay out the list, and what happens with the one."""
        yield PendingList(
            _COLUMNS, pending_cells, lambda row: row.key, empty="nothing is pending", id="pending"
        )
        yield Lines(id="about")

    def on_mount(self) -> None:
        """Stand on the system that was meant."""
        self.take(self._changes)
        self.table.focus()
        first = next((item for item in self._changes if item.system == self._system), None)
        if first is not None:
            self.table.go(first.key)
        self._about()

    def take(self, changes: Sequence[Pending]) -> None:
        """Show the changes as they are now."""
        self._changes = tuple(changes)
        self.table.marked = {item.key for item in changes if self._chosen(item)}
        self.table.show(self._changes)
        chosen = len(self.table.marked)
        self.table.border_title = f"Pending: {chosen} of {len(changes)} chosen"
        self._about()

    def _chosen(self, item: Pending) -> bool:
        return not item.waits and item.key not in self._deeds.left_out

    def _group(self) -> list[Pending]:
        """Return what is planned with the row under the cursor."""
        row = self.table.current
        return [item for item in self._changes if row is not None and item.group == row.group]

    # --- what is possible

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now; empty when it is."""
        row = self.table.current if self.is_mounted else None
        if action in ("plan", "choose_it", "choose_all", "undo", "adopt", "ignore") and row is None:
            return "no change is pending"
        if row is None:
            return ""
        if action in ("plan", "undo", "adopt", "ignore") and self._deeds.busy():
            return f"it {self._deeds.busy()}"
        match action:
            case "plan":
                return "" if any(map(self._chosen, self._group())) else f"nothing is chosen for {row.system}"
            case "choose_it":
                return row.waits
            case "undo":
                return "" if row.change is not None or row.does == "apply" else "it follows from what was moved"
            case "adopt" | "ignore":
                word = "adopt" if action == "adopt" else "ignore until"
                return "" if word in row.choices else f"there is nothing to {action} about it"
            case _:
                return ""

    # --- the one

    def on_table_moved(self, message: Table.Moved) -> None:
        """Tell of the one."""
        self._about()

    def _about(self) -> None:
        row = self.table.current
        if row is not None:
            self.query_one("#about", Lines).show(about(row, chosen=self._chosen(row)))
        else:
            self.query_one("#about", Lines).show(())
        self.refresh_bindings()

    def on_table_chosen(self, message: Table.Chosen) -> None:
        """Plan it."""
        self.run_worker(self.app.run_action("plan", self), exit_on_error=False)

    # --- what a person does

    def action_plan(self) -> None:
        """Plan what is chosen for the row's system."""
        chosen = [item for item in self._group() if self._chosen(item)]
        if chosen:
            self.app.pop_screen()
            self._deeds.plan(wanted(chosen))

    def action_choose_it(self) -> None:
        """Leave the change out, or take it in, and go on to the next."""
        row = self.table.current
        if row is not None:
            self._deeds.left_out ^= {row.key}
            self.table.action_move(1)
            self.take(self._changes)

    def action_choose_all(self) -> None:
        """Leave all of the row's group out, or take all in."""
        group = {item.key for item in self._group()}
        chosen = any(self._chosen(item) for item in self._group())
        if chosen:
            self._deeds.left_out.update(group)
        else:
            self._deeds.left_out.difference_update(group)
        self.take(self._changes)

    def _with(self, deed: Callable[[Pending], object]) -> None:
        row = self.table.current
        if row is not None:
            deed(row)

    def action_undo(self) -> None:
        """Take the change back."""
        self._with(self._deeds.undo)

    def action_adopt(self) -> None:
        """Declare what is there."""
        self._with(self._deeds.adopt)

    def action_ignore(self) -> None:
        """Let it be until a day."""
        self._with(self._deeds.ignore)
