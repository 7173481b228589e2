"""The rows that a search has found, in the order of the rows, eight bytes each."""

from array import array
from bisect import bisect_left, bisect_right


class Matches:
    """Rows in ascending order, each once; they come in pieces from any place."""

    def __init__(self) -> None:
        self.rows = array("Q")

    def __len__(self) -> int:
        return len(self.rows)

    def add(self, rows: list[int]) -> None:
        """Take in more rows. Pieces that lie whole before or behind what is there cost little."""
        piece = array("Q", rows)
        if not piece:
            return
        if not self.rows or piece[0] > self.rows[-1]:
            self.rows.extend(piece)
        elif piece[-1] < self.rows[0]:
            self.rows = piece + self.rows
        else:
            self.rows = array("Q", sorted({*self.rows, *piece}))

    def place(self, row: int) -> int:
        """Return how many lie before a row."""
        return bisect_left(self.rows, row)

    def has(self, row: int) -> bool:
        """Whether a row is among them."""
        place = self.place(row)
        return place < len(self.rows) and self.rows[place] == row

    def after(self, row: int) -> int | None:
        """Return the first one behind a row."""
        place = bisect_right(self.rows, row)
        return self.rows[place] if place < len(self.rows) else None

    def before(self, row: int) -> int | None:
        """Return the last one before a row."""
        place = self.place(row)
        return self.rows[place - 1] if place else None
