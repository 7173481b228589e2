"""A log line as a strip: severity as a letter, time, host, text, matches. As few style changes as can be."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from core.logs.document import LogLine
from core.logs.severity import Severity
from tui.glyphs import Glyphs, glyphs
from tui.widgets.log_view.wrapping import cells, cuts, fitted, from_cell

Times = Literal["off", "relative", "absolute"]
TIMES: Final[tuple[Times, ...]] = ("off", "relative", "absolute")
TAG: Final = 3
"""Cells of the pointer, the severity's letter and a blank."""
_TIME: Final = 10


@dataclass(frozen=True, kw_only=True)
class Look:
    """How lines are shown now."""

    width: int
    wrap: bool = False
    times: Times = "off"
    began: float | None = None
    """What relative times count from."""
    host: int = 0
    """Cells of the column of host names; 0 without one."""
    column: int = 0
    """Cells of the text that are scrolled out at the left."""
    signs: Glyphs = field(default_factory=glyphs)
    styles: Mapping[str, Style] = field(default_factory=dict)

    @property
    def margin(self) -> int:
        """Cells before the text."""
        return TAG + (_TIME if self.times != "off" else 0) + (self.host + 1 if self.host else 0)

    @property
    def room(self) -> int:
        """Cells for the text."""
        return max(self.width - self.margin, 1)


def height(line: LogLine | None, look: Look) -> int:
    """Return how many lines of the screen a line takes."""
    return len(cuts(line.text, look.room)) if look.wrap and line is not None else 1


def time_text(line: LogLine, look: Look) -> str:
    """Return what stands in the column of times."""
    if look.times == "off":
        return ""
    if line.time is None:
        return " " * _TIME
    if look.times == "absolute":
        return time.strftime("%H:%M:%S", time.localtime(line.time)).ljust(_TIME)
    return since(line.time - (look.began if look.began is not None else line.time)).rjust(_TIME - 1) + " "


def since(seconds: float) -> str:
    """Return a distance in time as +0s, +59s, +12m03s or +3h04m."""
    whole = max(round(seconds), 0)
    minutes, rest = divmod(whole, 60)
    if not minutes:
        return f"+{rest}s"
    return f"+{minutes}m{rest:02d}s" if minutes < 60 else f"+{minutes // 60}h{minutes % 60:02d}m"


def _lead(line: LogLine, look: Look, sub: int, pointed: bool, marked: bool) -> tuple[str, str]:
    """Return the tag, and the columns between it and the text."""
    sign = look.signs.thumb if marked else " "
    if sub:
        return sign.ljust(TAG), " " * (look.margin - TAG)
    host = fitted(line.host, look.host) + " " if look.host else ""
    return f"{look.signs.here if pointed else sign}{line.severity.value or ' '} ", time_text(line, look) + host


def _piece(line: LogLine, look: Look, sub: int) -> tuple[str, int]:
    """Return what of the text stands on one line of the screen, at its full width, and its first character."""
    text = line.text
    if look.wrap:
        begins = [*cuts(text, look.room), len(text)]
        begin = begins[min(sub, len(begins) - 2)]
        piece = text[begin : begins[min(sub, len(begins) - 2) + 1]]
        last = sub >= len(begins) - 2
    else:
        begin, blanks = from_cell(text, look.column)
        piece, last = " " * blanks + text[begin:], True
        begin -= blanks
    over = cells(piece) > look.room or (line.cut and last)
    if over:
        return fitted(fitted(piece, look.room - 1).rstrip() + look.signs.cut, look.room), begin
    return fitted(piece, look.room), begin


def paint(
    line: LogLine,
    look: Look,
    sub: int = 0,
    *,
    pointed: bool = False,
    marked: bool = False,
    spans: Sequence[tuple[int, int]] = (),
) -> Strip:
    """Return one line of the screen: line `sub` of a wrapped log line."""
    tag, columns = _lead(line, look, sub, pointed, marked)
    text, begin = _piece(line, look, sub)
    plain = look.styles.get("plain", Style.null())
    style = {
        Severity.ERROR: look.styles.get("error", plain),
        Severity.WARNING: look.styles.get("warning", plain),
        Severity.PLAIN: plain,
    }[line.severity]
    muted = look.styles.get("muted", plain)
    segments = (
        [Segment(tag, style), Segment(columns, muted)] if columns.strip() else [Segment(tag + columns, style)]
    )
    segments += _marked(text, begin, spans, style, look.styles.get("match", Style(reverse=True)))
    strip = Strip(segments, look.width)
    return _over(strip, look).simplify() if marked else strip.simplify()


def _over(strip: Strip, look: Look) -> Strip:
    """Return a line that is marked."""
    style = look.styles.get("marked", Style(bold=True))
    over = Style(bgcolor=style.bgcolor, bold=style.bold or None)
    return Strip([Segment(text, (own or Style.null()) + over) for text, own, _ in strip], strip.cell_length)


def _marked(
    text: str, begin: int, spans: Sequence[tuple[int, int]], style: Style, match: Style
) -> list[Segment]:
    segments: list[Segment] = []
    at = 0
    for first, end in spans:
        first, end = max(first - begin, at), min(end - begin, len(text))
        if first < end:
            segments += [Segment(text[at:first], style), Segment(text[first:end], match)]
            at = end
    return [segment for segment in (*segments, Segment(text[at:], style)) if segment.text]


def paint_fold(text: str, look: Look, *, marked: bool = False) -> Strip:
    """Return the line that stands for a folded step."""
    text = f"{look.signs.thumb}{text}" if marked else text
    strip = Strip([Segment(fitted(text, look.width), look.styles.get("fold", Style(bold=True)))], look.width)
    return _over(strip, look) if marked else strip
