"""Where the mouse has marked lines of a log: from the row at which it was pressed to the one below it now."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from textual import events


class Drag(NamedTuple):
    """What the mouse marks."""

    first: int
    """The row at which it was pressed."""
    row: int
    """The row that it is on."""
    beyond: Literal[-1, 0, 1]
    """Whether it is above or below the lines: there they move on under it."""


class Dragging:
    """Follows one press of the mouse. Rows are those on the screen, by their lines."""

    def __init__(self) -> None:
        self._first: int | None = None
        self.moved = False
        """Whether the last press marked rows, and was no click."""

    def press(self, event: events.MouseDown, shown: Sequence[tuple[int, int]]) -> bool:
        """Begin; tell whether there is a row."""
        self.moved = False
        there = event.button == 1 and event.y < len(shown)
        self._first = shown[event.y][0] if there else None
        return there

    def move(self, event: events.MouseMove, shown: Sequence[tuple[int, int]], height: int) -> Drag | None:
        """Return what is marked now; None while it is only a click."""
        if self._first is None or not shown:
            return None
        row = shown[max(0, min(event.y, len(shown) - 1))][0]
        beyond: Literal[-1, 0, 1] = -1 if event.y < 0 else 1 if event.y >= height else 0
        self.moved |= row != self._first or beyond != 0
        return Drag(self._first, row, beyond) if self.moved else None

    def release(self) -> None:
        """End."""
        self._first = None
