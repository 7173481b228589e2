"""One whole line, wrapped, of any length up to a limit."""

import asyncio
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widgets import Label

from core.logs.document import Document
from core.logs.line_text import shown
from tui.widgets.log_view.copying import copy
from tui.widgets.log_view.wrapping import cuts, fitted

LIMIT: Final = 16 << 20
"""More of a line is not shown; an export has it."""


class WholeText(ScrollView, can_focus=True):
    """A long text, wrapped at the edge."""

    DEFAULT_CSS = "WholeText { height: 1fr; width: 1fr; }"
    text = ""
    _begins: list[int] = [0]  # noqa: RUF012 - replaced, never changed

    def tell(self, text: str) -> None:
        """Show a text."""
        self.text = text
        self._lay_out()

    def _lay_out(self) -> None:
        width = max(self.scrollable_content_region.width, 1)
        self._begins = [*cuts(self.text, width), len(self.text)]
        self.virtual_size = Size(width, len(self._begins) - 1)
        self.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Wrap at the new edge."""
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        """Return one line."""
        width, index = self.size.width, y + self.scroll_offset.y
        if index + 1 >= len(self._begins):
            return Strip.blank(width, self.rich_style)
        piece = self.text[self._begins[index] : self._begins[index + 1]]
        return Strip([Segment(fitted(piece, width), self.rich_style)], width)


class WholeLine(ModalScreen[None]):
    """Shows a row of a document."""

    BINDING_GROUP_TITLE = "Whole line"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "leave", "back", id="log-whole-leave", tooltip="Back to the log"),
        Binding(
            "y", "copy", "copy", id="log-whole-copy", tooltip="Copy the line, as far as a terminal takes it"
        ),
    ]
    DEFAULT_CSS = """
    WholeLine { align: center middle; }
    WholeLine > Vertical { width: 90%; height: 80%; border: round $accent; padding: 0 1; background: $surface; }
    WholeLine Label { height: 1; color: $text-muted; }
    """

    def __init__(self, document: Document, row: int) -> None:
        super().__init__()
        self._document, self._row = document, row

    def compose(self) -> ComposeResult:
        """Lay out a heading and the text."""
        with Vertical():
            yield Label(f"line {self._row + 1:,}")
            yield WholeText()

    def on_mount(self) -> None:
        """Read it, without holding the screen."""
        self.query_one(WholeText).focus()
        self._read()

    @work(group="whole-line")
    async def _read(self) -> None:
        number, line = self._document.locate(self._row)
        log = self._document.logs[number]
        text = await asyncio.to_thread(lambda: shown(log.whole(line, LIMIT), cut=True))
        self.query_one(Label).update(f"{log.host}   line {line + 1:,}   {len(text):,} characters   {log.path}")
        self.query_one(WholeText).tell(text)

    def action_leave(self) -> None:
        """Close."""
        self.dismiss()

    def action_copy(self) -> None:
        """Copy."""
        self.query_one(Label).update(copy(self.app, [self.query_one(WholeText).text], self._document))
