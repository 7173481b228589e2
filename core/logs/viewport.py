"""Which rows stand on the screen: arithmetic of scrolling over rows of different heights. No screen, no file."""

from collections.abc import Callable
from dataclasses import dataclass

from core.logs.rows import Rows

Height = Callable[[int], int]
"""How many lines of the screen a row takes; at least 1."""


@dataclass(frozen=True, slots=True)
class Top:
    """What stands at the top: a row of the document, and how many of its screen lines are above."""

    row: int = 0
    sub: int = 0


def visible(rows: Rows, top: Top, page: int, height: Height) -> list[tuple[int, int]]:
    """Return the row and the line of it for each line of the screen, fewer at the end."""
    index, sub = _place(rows, top)
    shown: list[tuple[int, int]] = []
    while index < len(rows) and len(shown) < page:
        row = rows.row(index)
        lines = height(row)
        shown += [(row, line) for line in range(min(sub, lines - 1), lines)]
        index, sub = index + 1, 0
    return shown[:page]


def end(rows: Rows, page: int, height: Height) -> Top:
    """Return the top with which the last row ends at the bottom."""
    index, room = len(rows), page
    while index > 0 and room > 0:
        index -= 1
        room -= height(rows.row(index))
    return Top(rows.row(index), max(-room, 0)) if index < len(rows) else Top()


def moved(rows: Rows, top: Top, delta: int, page: int, height: Height) -> Top:
    """Return the top after scrolling by so many screen lines, never past the end."""
    if not len(rows):
        return Top()
    index, sub = _place(rows, top)
    while delta < 0 and (index or sub):
        if sub:
            step = min(sub, -delta)
            sub -= step
        else:
            index, step = index - 1, 1
            sub = height(rows.row(index)) - 1
        delta += step
    while delta > 0:
        lines = height(rows.row(index))
        if sub + delta < lines:
            sub, delta = sub + delta, 0
        elif index + 1 < len(rows):
            delta -= lines - sub
            index, sub = index + 1, 0
        else:
            sub, delta = lines - 1, 0
    return clamped(rows, Top(rows.row(index), sub), page, height)


def clamped(rows: Rows, top: Top, page: int, height: Height) -> Top:
    """Return the top, or the last one that leaves no room below the end."""
    place = _place(rows, top)
    if place[0] + page <= len(rows):
        # So many rows fill the screen, whatever their heights: the end need not be read.
        return Top(rows.row(place[0]), place[1])
    last = end(rows, page, height)
    if not len(rows) or place >= _place(rows, last):
        return last
    return Top(rows.row(place[0]), place[1])


def around(rows: Rows, row: int, page: int, height: Height) -> Top:
    """Return a top with which a row stands a third down the screen."""
    return moved(rows, Top(row), -(page // 3), page, height)


def _place(rows: Rows, top: Top) -> tuple[int, int]:
    index = rows.index(top.row)
    if index >= len(rows):
        return max(len(rows) - 1, 0), 0
    return index, top.sub if rows.row(index) == top.row else 0
