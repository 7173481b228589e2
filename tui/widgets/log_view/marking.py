"""Marking lines of a log, by keys or with the mouse, to copy them or to write them out."""

from textual import on

from core.logs.rows import AllRows, FilteredRows, Rows
from tui.widgets.log_view.canvas import LogCanvas
from tui.widgets.log_view.living import LivingLog


class MarkingLog(LivingLog):
    """A log in which rows can be marked: from where marking began to the row pointed at."""

    _anchor: int | None = None
    """The row at which marking began; None: nothing is marked."""

    @property
    def marking(self) -> bool:
        """Whether keys move the end of what is marked, not the log."""
        return self._anchor is not None

    def marked_rows(self) -> tuple[Rows, int, int]:
        """Return a selection and the places of it that are marked: what is hidden in between by a filter is not,
        what is folded away is."""
        if self._canvas.marked is None:
            return AllRows(self.document), 0, 0
        low, high = self._canvas.marked
        if self.filter is not None:
            rows = FilteredRows(self.filter.matches)
            stop = rows.index(high)
            inside = stop < len(rows) and rows.row(stop) == high
            return rows, rows.index(low), stop + int(inside)
        run = self._canvas.folded.get(high)
        return AllRows(self.document), low, run.end if run is not None else high + 1

    def action_mark(self) -> None:
        """Begin to mark at the row pointed at, else at the last row that is followed or the first; or stop it."""
        if self.marking:
            self.stop_marking()
            self._draw_soon()
            return
        shown = [row for row, _ in self._canvas.shown]
        if not shown:
            self._say("There is nothing to mark yet")
            return
        pointed = self._canvas.pointer
        first = pointed if pointed is not None and pointed in shown else shown[-1 if self.follow else 0]
        self._mark(first, first)

    def _mark(self, anchor: int, row: int) -> None:
        self._anchor = anchor
        self._point(row)

    def _point(self, row: int) -> None:
        if self._anchor is not None:
            self._canvas.marked = min(self._anchor, row), max(self._anchor, row)
        super()._point(row)

    def stop_marking(self) -> None:
        """Mark nothing any more; the row pointed at stays."""
        self._anchor = self._canvas.marked = None

    def _told_marked(self) -> list[tuple[int, str]]:
        if not self.marking:
            return []
        _, first, stop = self.marked_rows()
        many = f"{stop - first:,} line{'' if stop - first == 1 else 's'} marked"
        return [(0, many), (2, "y copies, x writes a file, esc lets go")]

    def _forget(self) -> None:
        self.stop_marking()
        super()._forget()

    # --- keys that move

    def _carry(self, by: int) -> None:
        """Move the end of what is marked by so many rows that are shown."""
        rows, canvas = self._canvas.rows, self._canvas
        if canvas.pointer is None or not len(rows):
            return
        row = rows.row(max(0, min(rows.index(canvas.pointer) + by, len(rows) - 1)))
        if abs(by) == 1 and not any(shown == row for shown, _ in canvas.shown):
            canvas.scroll_lines(by * canvas.lines_of(row))
            canvas.look_again()
        self._point(row)

    def action_down(self) -> None:
        """Scroll a line down, or mark one more."""
        self._carry(1) if self.marking else super().action_down()

    def action_up(self) -> None:
        """Scroll a line up, or mark one more at that end."""
        self._carry(-1) if self.marking else super().action_up()

    def action_page_down(self) -> None:
        """Scroll a page down, or mark as much."""
        self._carry(max(self._canvas.page - 1, 1)) if self.marking else super().action_page_down()

    def action_page_up(self) -> None:
        """Scroll a page up, or mark as much."""
        self._carry(-max(self._canvas.page - 1, 1)) if self.marking else super().action_page_up()

    def action_start(self) -> None:
        """Go to the first line, or mark up to it."""
        self._carry(-len(self._canvas.rows)) if self.marking else super().action_start()

    def action_end(self) -> None:
        """Go to the end and follow, or mark down to it."""
        self._carry(len(self._canvas.rows)) if self.marking else super().action_end()

    # --- the mouse

    @on(LogCanvas.Dragged)
    def _dragged(self, event: LogCanvas.Dragged) -> None:
        event.stop()
        self.focus()
        if event.drag.beyond:
            self._canvas.scroll_lines(event.drag.beyond)
        self._mark(event.drag.first, event.drag.row)
