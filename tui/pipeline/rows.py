"""Rows of a pane that is a fixed number of cells wide: label and value in two columns, or two ends of a line. Pure."""

from typing import Final, NamedTuple

from rich.cells import cell_len, set_cell_size

from tui.glyphs import glyphs
from tui.promotion.text import Style

LABEL: Final = 9


class Span(NamedTuple):
    """Some text of one style."""

    text: str
    style: Style = ""


Row = tuple[Span, ...]


def cut(text: str, room: int) -> str:
    """Return a text that fits, its end cut off visibly."""
    if cell_len(text) <= room:
        return text
    sign = glyphs().cut
    return set_cell_size(text, max(0, room - len(sign))).rstrip() + sign if room > 0 else ""


def cut_middle(text: str, room: int) -> str:
    """Return a path that fits, cut in its middle: both ends tell."""
    if cell_len(text) <= room or room < 5:
        return cut(text, room)
    sign = glyphs().cut
    left = (room - len(sign)) // 2
    return text[:left] + sign + text[len(text) - (room - len(sign) - left) :]


def fact(label: str, value: str, width: int, style: Style = "") -> Row:
    """Return a label, dim, and its value; an empty value is a dash."""
    shown = cut(value, width - LABEL - 1) or glyphs().none
    return Span(f"{label:<{LABEL}} ", "dim"), Span(shown, style if value else "dim")


def ends(left: str, right: str, width: int, style: Style = "bold", last: Style = "") -> Row:
    """Return two texts at the two ends of a line; what does not fit is cut from the left one."""
    right = cut(right, width)
    room = width - cell_len(right) - (1 if right else 0)
    return Span(set_cell_size(cut(left, room), width - cell_len(right)), style), Span(right, last)


def plain(rows: tuple[Row, ...]) -> str:
    """Return the text alone."""
    return "\n".join("".join(span.text for span in row).rstrip() for row in rows)
