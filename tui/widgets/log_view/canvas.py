"""What is seen of a log: a plain widget with its own place in it, painted line by line."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar, Final

from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from core.logs.document import Document, LogLine, line_at, read_rows
from core.logs.points import StepRun
from core.logs.rows import AllRows, Rows
from core.logs.viewport import Top, around, clamped, end, moved, visible
from tui.widgets.log_view.dragging import Drag, Dragging
from tui.widgets.log_view.painting import Look, height, paint, paint_fold

_KEPT: Final = 2000
"""How many lines are kept as they were read."""
_NAMES: Final = ("plain", "error", "warning", "muted", "match", "fold", "marked")


class LogCanvas(Widget, can_focus=False):
    """Shows rows of a document from a place on. A plain widget: a scroll view sends 2.6 times the bytes."""

    ALLOW_SELECT = False  # lines are marked as lines
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"log-canvas--{name}" for name in _NAMES}
    DEFAULT_CSS = """
    LogCanvas {
        width: 1fr; height: 1fr;
        & > .log-canvas--error { color: $error; }
        & > .log-canvas--warning { color: $warning; }
        & > .log-canvas--muted { color: $text-muted; }
        & > .log-canvas--match { text-style: reverse; }
        & > .log-canvas--fold { text-style: bold; }
        & > .log-canvas--marked { background: $accent 30%; }
        &:ansi > .log-canvas--marked { background: ansi_default; text-style: bold; }
    }
    """

    class Scrolled(Message):
        """The wheel was turned."""

        def __init__(self, lines: int) -> None:
            self.lines = lines
            super().__init__()

    class Pointed(Message):
        """A row was clicked."""

        def __init__(self, row: int) -> None:
            self.row = row
            super().__init__()

    class Dragged(Message):
        """Rows were marked with the mouse."""

        def __init__(self, drag: Drag) -> None:
            self.drag = drag
            super().__init__()

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document
        self.rows: Rows = AllRows(document)
        self.look = Look(width=1)
        self.top = Top()
        self.following = False
        """Whether the last rows are shown, whatever comes."""
        self.pointer: int | None = None
        self.marked: tuple[int, int] | None = None
        """The first and the last row that are marked."""
        self._dragging = Dragging()
        self.folded: dict[int, StepRun] = {}
        self.fold_text: Callable[[StepRun], str] = lambda run: run.step
        self.spans: Callable[[int, str], list[tuple[int, int]]] = lambda row, text: []
        self._lines: OrderedDict[int, LogLine] = OrderedDict()
        self._strips: list[Strip] = []
        self.shown: list[tuple[int, int]] = []
        """The row and the line of it of each line on the screen."""

    def line(self, row: int) -> LogLine | None:
        """Return a row; lines that have ended are kept."""
        line = self._lines.get(row)
        if line is None:
            line = line_at(self.document, row)
            if line is not None:
                self._keep(line)
        return line

    def _read_page(self, index: int) -> None:
        """Read a page of rows at once, of those that are not kept."""
        stop = min(index + self.page, len(self.rows))
        missing = [row for row in map(self.rows.row, range(max(index, 0), stop)) if row not in self._lines]
        for line in read_rows(self.document, missing):
            self._keep(line)

    def _keep(self, line: LogLine) -> None:
        if line.whole:
            self._lines[line.row] = line
            if len(self._lines) > _KEPT:
                self._lines.popitem(last=False)

    def forget(self) -> None:
        """Forget the lines that were read: the file is another one."""
        self._lines.clear()

    def lines_of(self, row: int) -> int:
        """Return how many lines of the screen a row takes."""
        return self._height(row)

    def look_again(self) -> None:
        """Know which rows are on the screen after the top has moved; they are painted with the next frame."""
        self.shown = visible(self.rows, self.top, self.page, self._height)

    def _height(self, row: int) -> int:
        if not self.look.wrap or row in self.folded:
            return 1
        return height(self.line(row), self.look)

    @property
    def page(self) -> int:
        """Lines of the screen."""
        return max(self.size.height, 1)

    def scroll_lines(self, lines: int) -> None:
        """Move by lines of the screen."""
        self.top = moved(self.rows, self.top, lines, self.page, self._height)

    def scroll_columns(self, columns: int) -> None:
        """Move sideways."""
        column = max(self.look.column + columns, 0)
        self.look = replace(self.look, column=0 if self.look.wrap else column)

    def to_end(self) -> None:
        """Show the last rows."""
        self._read_page(len(self.rows) - self.page)
        self.top = end(self.rows, self.page, self._height)

    def to_row(self, row: int) -> None:
        """Show a row, where it is already on the screen without moving."""
        if any(shown == row for shown, _ in self.shown[: self.page - 1]):
            return
        self.top = around(self.rows, row, self.page, self._height)

    def draw(self) -> bool:
        """Paint what has changed on the screen; return whether nothing is left of what was there."""
        if not self.size:
            return False
        styles = {name: self.get_component_rich_style(f"log-canvas--{name}") for name in _NAMES}
        self.look = replace(self.look, styles=styles, width=self.size.width)
        if self.following:
            self.to_end()
        else:
            self._read_page(self.rows.index(self.top.row))
            self.top = clamped(self.rows, self.top, self.page, self._height)
        before = {row for row, _ in self.shown}
        self.shown = visible(self.rows, self.top, self.page, self._height)
        strips = [self._strip(row, sub) for row, sub in self.shown]
        blank = Strip.blank(self.size.width, styles["plain"])
        strips += [blank] * (self.page - len(strips))
        old, self._strips = self._strips, strips
        changed = [y for y, strip in enumerate(strips) if y >= len(old) or strip != old[y]]
        for region in _regions(changed, self.size.width):
            self.refresh(region)
        return bool(before) and before.isdisjoint(row for row, _ in self.shown)

    def _strip(self, row: int, sub: int) -> Strip:
        marked = self.marked is not None and self.marked[0] <= row <= self.marked[1]
        if row in self.folded:
            return paint_fold(self.fold_text(self.folded[row]), self.look, marked=marked)
        line = self.line(row)
        if line is None:
            return Strip.blank(self.size.width, self.look.styles["plain"])
        spans = self.spans(row, line.text)
        return paint(line, self.look, sub, pointed=row == self.pointer, marked=marked, spans=spans)

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen as it was drawn last."""
        return self._strips[y] if y < len(self._strips) else Strip.blank(self.size.width, self.rich_style)

    def notify_style_update(self) -> None:
        """Draw anew with the colours of another theme."""
        super().notify_style_update()
        if self.is_mounted and self._strips:
            self._strips = []
            self.draw()

    def on_resize(self, event: events.Resize) -> None:
        """Draw at the new size."""
        self._strips = []
        self.draw()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll down."""
        event.stop()
        self.post_message(self.Scrolled(3))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll up."""
        event.stop()
        self.post_message(self.Scrolled(-3))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin to mark, if the mouse is moved."""
        if self._dragging.press(event, self.shown):
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Mark up to where the mouse is."""
        drag = self._dragging.move(event, self.shown, self.size.height)
        if drag is not None:
            self.post_message(self.Dragged(drag))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """What is marked stays."""
        self._dragging.release()
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Point at a row; the end of marking is no click."""
        if not self._dragging.moved and event.y < len(self.shown):
            self.post_message(self.Pointed(self.shown[event.y][0]))


def _regions(lines: list[int], width: int) -> list[Region]:
    """Return the lines as regions, neighbours in one."""
    regions: list[Region] = []
    for y in lines:
        if regions and regions[-1].bottom == y:
            last = regions.pop()
            regions.append(Region(0, last.y, width, last.height + 1))
        else:
            regions.append(Region(0, y, width, 1))
    return regions
