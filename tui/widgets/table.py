"""A list with columns and a cursor: jobs, releases, settings. Only the rows that are seen are ever painted."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Generic, Literal, NamedTuple, TypeVar

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Key, MouseScrollDown, MouseScrollUp, Resize
from textual.message import Message
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.pipeline.rows import Span, cut, cut_middle
from tui.promotion.text import Style
from tui.widgets.filter_bar import first_to_filter
from tui.widgets.lines import STYLES

T = TypeVar("T")


class Column(NamedTuple):
    """One column; a width of 0 takes what the others leave."""

    title: str
    width: int = 0
    align: Literal["left", "right"] = "left"
    cut: Literal["end", "middle"] = "end"
    wide_only: bool = False
    """Left out where the terminal is narrow."""


class Table(Widget, Generic[T], can_focus=True):
    """Shows `rows`: `paint` gives the cells of one, `key` its name, which the cursor follows over changes."""

    BINDING_GROUP_TITLE = "List"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", id="list-up", tooltip="The row above", show=False),
        Binding("down,j", "move(1)", "down", id="list-down", tooltip="The row below", show=False),
        Binding("pageup", "page(-1)", "page up", id="list-page-up", tooltip="A page up", show=False),
        Binding("pagedown", "page(1)", "page down", id="list-page-down", tooltip="A page down", show=False),
        Binding("home,g", "end(-1)", "first", id="list-first", tooltip="The first row", show=False),
        Binding("end,G", "end(1)", "last", id="list-last", tooltip="The last row", show=False),
        Binding("enter", "choose", "open", id="list-open", tooltip="Open the row", show=True),
    ]
    DEFAULT_CSS = """
    Table { height: 1fr; }
    """
    titled: ClassVar[bool] = True
    """Whether the first line names the columns; a list without is steered from elsewhere, and always lit."""

    class Moved(Message):
        """The cursor stands on another row, or on none."""

        def __init__(self, table: "Table[Any]") -> None:
            super().__init__()
            self.table = table

        @property
        def control(self) -> "Table[Any]":
            """The table, for `on`."""
            return self.table

    class Chosen(Moved):
        """The row was opened."""

    def __init__(
        self,
        columns: Sequence[Column],
        paint: Callable[[T], Sequence[Span]],
        key: Callable[[T], str],
        *,
        empty: str = "nothing here",
        id: str | None = None,
        classes: str = "pane",
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._columns = tuple(columns)
        self._paint = paint
        self._key = key
        self._empty = empty
        self.rows: Sequence[T] = ()
        self.marked: set[str] = set()
        self._at = 0
        self._top = 0

    # --- rows

    @property
    def current(self) -> T | None:
        """The row under the cursor, None when there is none."""
        return self.rows[self._at] if 0 <= self._at < len(self.rows) else None

    def show(self, rows: Sequence[T], *, empty: str = "") -> None:
        """Show these; the cursor stays on the row that it was on, as long as that is there."""
        current = self.current
        self.rows = rows
        self._empty = empty or self._empty
        self._at = self._find(self._key(current)) if current is not None else self._at
        self._keep_seen()
        self.refresh()
        if (self._key(self.current) if self.current else "") != (self._key(current) if current else ""):
            self.post_message(self.Moved(self))

    def _find(self, key: str) -> int:
        if self._at < len(self.rows) and self._key(self.rows[self._at]) == key:
            return self._at
        return next((at for at, row in enumerate(self.rows) if self._key(row) == key), self._at)

    def go(self, key: str) -> None:
        """Put the cursor on a row."""
        self._to(self._find(key))

    def go_to(self, at: int) -> None:
        """Put the cursor on the row with this number."""
        self._to(at)

    def _to(self, at: int) -> None:
        before = self._at
        self._at = max(0, min(len(self.rows) - 1, at))
        self._keep_seen()
        if self._at != before:
            self.refresh()
            self.post_message(self.Moved(self))

    def _keep_seen(self) -> None:
        seen = max(1, self._seen)
        self._at = max(0, min(self._at, len(self.rows) - 1))
        self._top = max(0, min(self._top, len(self.rows) - seen))
        if self._at < self._top:
            self._top = self._at
        elif self._at >= self._top + seen:
            self._top = self._at - seen + 1
        below = len(self.rows) - self._top - seen
        hidden = f"{glyphs().up} {self._top:,} " if self._top else ""
        self.border_subtitle = hidden + (f"{glyphs().down} {below:,}" if below > 0 else "")

    @property
    def _seen(self) -> int:
        return self.content_size.height - self.titled

    # --- painting

    def on_resize(self, event: Resize) -> None:
        """Keep the cursor in sight."""
        self._keep_seen()

    def on_focus(self) -> None:
        """The cursor shows where the focus is."""
        self.refresh()

    def on_blur(self) -> None:
        """The same, when it goes."""
        self.refresh()

    def render(self) -> Content:
        """Return the titles and the rows that are seen."""
        widths = self._widths()
        lines = [self._line("  ", self._titles(), widths)] if self.titled else []
        if not self.rows:
            lines.append(Content.styled(f"  {self._empty}", STYLES["dim"]))
        for at in range(self._top, min(len(self.rows), self._top + max(0, self._seen))):
            lines.append(self._row(at, widths))
        return Content("\n").join(lines)

    def _titles(self) -> Sequence[Span]:
        return [Span(column.title, "dim") for column in self._columns]

    def _row(self, at: int, widths: Sequence[int]) -> Content:
        row = self.rows[at]
        here, marked = at == self._at, self._key(row) in self.marked
        mark = (glyphs().here if here else " ") + (glyphs().good if marked else " ")
        line = self._line(mark, self._paint(row), widths)
        if not here:
            return line
        return line.stylize(
            "bold $accent" if self.has_focus or not self.titled else "bold", 0, line.cell_length
        )

    def _widths(self) -> list[int]:
        narrow = self.screen.has_class("-narrow")
        shown = [0 if narrow and column.wide_only else column.width or -1 for column in self._columns]
        fixed = sum(width + 2 for width in shown if width > 0)
        flexible = shown.count(-1)
        left = max(0, self.content_size.width - 2 - fixed - 2 * flexible)
        return [left // max(1, flexible) if width == -1 else width for width in shown]

    def _line(self, mark: str, cells: Sequence[Span], widths: Sequence[int]) -> Content:
        parts: list[tuple[str, str]] = [(f"{mark:<2}"[:2], "")]
        for column, span, width in zip(self._columns, cells, widths, strict=False):
            if width <= 0:
                continue
            text = cut_middle(span.text, width) if column.cut == "middle" else cut(span.text, width)
            pad = " " * (width - cell_len(text))
            text = pad + text if column.align == "right" else text + pad
            parts.append((f"{text}  ", STYLES[span.style]))
        return Content.assemble(*parts)

    # --- keys and mouse

    async def on_key(self, event: Key) -> None:
        """Let a filter have the keys that are meant for it."""
        await first_to_filter(self, event)

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        self._to(self._at + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a page."""
        self._to(self._at + by * max(1, self._seen - 1))

    def action_end(self, which: int) -> None:
        """Move the cursor to the first or the last row."""
        self._to(0 if which < 0 else len(self.rows) - 1)

    def action_choose(self) -> None:
        """Open the row under the cursor."""
        if self.current is not None:
            self.post_message(self.Chosen(self))

    def mark(self) -> None:
        """Mark the row under the cursor, or take its mark away, and go on to the next."""
        if self.current is not None:
            self.marked ^= {self._key(self.current)}
            self.refresh()
            self._to(self._at + 1)

    def on_click(self, event: Click) -> None:
        """A click moves the cursor, a second one opens the row."""
        at = self.row_at(event)
        if at is not None:
            self._to(at)
            if event.chain == 2:
                self.action_choose()

    def row_at(self, event: Click) -> int | None:
        """Return the number of the row under the mouse."""
        at = self._top + event.get_content_offset_capture(self).y - self.titled
        return at if 0 <= at < len(self.rows) else None

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Three rows down."""
        event.stop()
        self._to(self._at + 3)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Three rows up."""
        event.stop()
        self._to(self._at - 3)


def plain_span(text: str, style: Style = "") -> Span:
    """Return one cell."""
    return Span(text, style)
