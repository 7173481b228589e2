"""Settings by systems: a cursor for the row, and one for the system that changes are about."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click

from core.console.settings_table import ShownSetting
from tui.glyphs import glyphs
from tui.pipeline.rows import Span
from tui.settings.layout import Layout, layout
from tui.widgets.table import Column, Table


class Matrix(Table[ShownSetting]):
    """Shows rows of settings; `paint` gives path, kind, state, and a cell for each system."""

    BINDING_GROUP_TITLE = "Matrix"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "system(-1)", "system", id="system-left", tooltip="The system to the left", show=False),
        Binding(
            "right", "system(1)", "system", id="system-right", tooltip="The system to the right", show=False
        ),
        Binding("enter", "choose", "edit", id="matrix-edit", tooltip="Change it on the system of the column"),
    ]

    class SystemMoved(Table.Moved):
        """Another system is meant."""

    def __init__(self, paint: Callable[[ShownSetting], Sequence[Span]], *, id: str) -> None:
        super().__init__((), paint, lambda row: row.name, empty="asking the systems", id=id)
        self._names: tuple[str, ...] = ()
        self._system = 0

    @property
    def system(self) -> str:
        """The name of the system under the cursor; empty when none was read."""
        return self._names[self._system] if self._names else ""

    def show_systems(self, names: tuple[str, ...]) -> None:
        """Have a column for each of these; the cursor stays on its own."""
        before = self.system
        self._names = names
        self._system = names.index(before) if before in names else max(0, len(names) - 1)
        self._columns = (
            Column("setting", cut="middle"), Column("kind"), Column("state"), *(Column(name) for name in names),
        )  # fmt: skip
        self.refresh()

    def go_to_system(self, name: str) -> None:
        """Put the cursor on a system."""
        if name in self._names:
            self.action_system(self._names.index(name) - self._system)

    def action_system(self, by: int) -> None:
        """Move to the next system."""
        at = max(0, min(len(self._names) - 1, self._system + by))
        if at != self._system:
            self._system = at
            self.refresh()
            self.post_message(self.SystemMoved(self))

    def on_click(self, event: Click) -> None:
        """A click on a cell means its system; the row is the list's own."""
        at = event.get_content_offset_capture(self).x
        for system in range(len(self._names)):
            start, end = self._layout.cell(system)
            if start <= at < end:
                self.action_system(system - self._system)
                return

    @property
    def _layout(self) -> Layout:
        return layout(self.content_size.width, max(1, len(self._names)), self._system)

    def _widths(self) -> list[int]:
        return self._layout.widths if self._names else [self.content_size.width - 4]

    def _titles(self) -> Sequence[Span]:
        titles = [Span(column.title, "dim") for column in self._columns]
        if self._names:
            room = self._layout.systems[self._system]
            marked = f"{glyphs().down} {self.system}"
            titles[3 + self._system] = Span(marked if len(marked) <= room else self.system, "accent")
        return titles

    def _row(self, at: int, widths: Sequence[int]) -> Content:
        row = super()._row(at, widths)
        if at != self._at or not self._names:
            return row
        start, end = self._layout.cell(self._system)
        return row.stylize("bold reverse" if self.has_focus else "bold underline", start, end)
