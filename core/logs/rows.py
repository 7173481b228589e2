"""Which rows of a document are shown: all, those that a filter found, or all but what is folded away."""

from bisect import bisect_right
from itertools import accumulate
from typing import Protocol

from core.logs.document import Document
from core.logs.matches import Matches
from core.logs.points import StepRun


class Rows(Protocol):
    """A selection of rows in their order."""

    def __len__(self) -> int: ...

    def row(self, index: int) -> int:
        """Return the row at a place of the selection."""

    def index(self, row: int) -> int:
        """Return the place of a row, or of the next that is shown."""


class AllRows:
    """Every row."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def __len__(self) -> int:
        return self._document.rows

    def row(self, index: int) -> int:
        """Return the row at a place."""
        return index

    def index(self, row: int) -> int:
        """Return the place of a row."""
        return row


class FilteredRows:
    """The rows that match."""

    def __init__(self, matches: Matches) -> None:
        self._matches = matches

    def __len__(self) -> int:
        return len(self._matches)

    def row(self, index: int) -> int:
        """Return the row at a place."""
        return self._matches.rows[index]

    def index(self, row: int) -> int:
        """Return the place of the row, or of the next that matches."""
        return self._matches.place(row)


class PartOf:
    """A stretch of a selection, as it was when it was taken."""

    def __init__(self, rows: Rows, first: int, stop: int) -> None:
        self._rows, self._first, self._stop = rows, first, stop

    def __len__(self) -> int:
        return self._stop - self._first

    def row(self, index: int) -> int:
        """Return the row at a place."""
        return self._rows.row(self._first + index)

    def index(self, row: int) -> int:
        """Return the place of the row, or of the next that is shown."""
        return max(0, min(self._rows.index(row) - self._first, len(self)))


class FoldedRows:
    """All rows, but of the folded runs only the first."""

    def __init__(self, document: Document, folded: list[StepRun]) -> None:
        self._document = document
        self._firsts = [run.first for run in folded]
        self._ends = [run.end for run in folded]
        self._hidden = list(accumulate((run.end - run.first - 1 for run in folded), initial=0))
        # Where the rows behind each folded run begin, counted in places of the selection.
        self._after = [run.end - hidden for run, hidden in zip(folded, self._hidden[1:], strict=True)]

    def __len__(self) -> int:
        return self._document.rows - self._hidden[-1]

    def row(self, index: int) -> int:
        """Return the row at a place."""
        return index + self._hidden[bisect_right(self._after, index)]

    def index(self, row: int) -> int:
        """Return the place of a row; what is folded away has the place of its run's first."""
        run = bisect_right(self._firsts, row) - 1
        if run >= 0 and row < self._ends[run]:
            return self._firsts[run] - self._hidden[run]
        return row - self._hidden[run + 1]
