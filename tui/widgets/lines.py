"""Text that scrolls: paragraphs with a few styles, wrapped under their own indent."""

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from tui.promotion.text import Line, Style

STYLES: Final[dict[Style, str]] = {
    "": "",
    "dim": "$quiet",
    "bold": "bold",
    "accent": "bold $accent",
    "good": "$success",
    "attention": "$warning",
    "bad": "bold $error",
    "busy": "$busy",
}


def content(line: Line) -> Content:
    """Return a line with its styles."""
    return Content.assemble(*((text, STYLES[style]) for text, style in line.spans))


def _first(whole: Content, width: int) -> Content:
    """Return what stands on the first of the lines; a path that is too long for one ends behind a slash."""
    first = whole.wrap(width)[0]
    at = len(first.plain)
    slash = first.plain.rfind("/") + 1
    within = at < len(whole.plain) and not whole.plain[at].isspace() and not first.plain[-1:].isspace()
    if within and slash > at // 2 and " " not in first.plain[slash:]:
        return whole[:slash]
    return first


def wrapped(line: Line, width: int) -> list[Content]:
    """Return a line as what fits: what does not goes on below, under the line's indent."""
    whole = content(line)
    if width <= 0 or whole.cell_length <= width:
        return [whole]
    first = _first(whole, width)
    # Wrapped again from where the first line ended: the others have less room.
    left = _after(whole, first)
    # A column that begins behind the middle leaves too little room below itself.
    margin = len(line.plain) - len(line.plain.lstrip(" "))
    indent = line.indent if line.indent <= width // 2 else min(margin + 2, width // 2)
    parts = [first]
    while left.plain:
        part = _first(left, width - indent)
        parts += [part.pad_left(indent)] if part.plain else []
        left = _after(left, part) if part.plain else left[1:]
    return parts


def _after(whole: Content, first: Content) -> Content:
    """Return what is left behind the first line, without the blanks that it was broken at."""
    left = whole[len(first.plain) :]
    return left[len(left.plain) - len(left.plain.lstrip(" ")) :]


class Lines(VerticalScroll):
    """Paragraphs; the same ones again are not painted again."""

    BINDING_GROUP_TITLE = "Text"
    DEFAULT_CSS = """
    Lines { scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden; }
    Lines > Static { width: 100%; height: auto; }
    """

    def __init__(self, *, id: str, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """What is shown, without styles."""
        return "\n".join(line.plain for line in self._lines)

    def compose(self) -> ComposeResult:
        """Hold one text, from which can be copied."""
        yield Static()

    def show(self, lines: Sequence[Line]) -> None:
        """Show these."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self._lay()

    def on_resize(self, event: Resize) -> None:
        """Wrap again."""
        self._lay()

    def _lay(self) -> None:
        width = self.scrollable_content_region.width
        if width > 0 and self._lines:
            parts = [part for line in self._lines for part in wrapped(line, width)]
            self.query_one(Static).update(Content("\n").join(parts))
