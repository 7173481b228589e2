"""A log on the screen: it grows, it is painted in time, one moves in it and changes how it is shown."""

import asyncio
from dataclasses import replace
from pathlib import Path

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize

from core.console.figures import seconds
from core.logs.document import Document, Merged, Single
from core.logs.file import LogFile
from core.logs.points import StepRun
from core.logs.rows import AllRows, FoldedRows
from core.logs.viewport import Top
from tui.glyphs import glyphs
from tui.remembering import remember, remembered
from tui.widgets.log_view.canvas import LogCanvas
from tui.widgets.log_view.feed import Feed
from tui.widgets.log_view.hunt import Hunt
from tui.widgets.log_view.output import backed_up
from tui.widgets.log_view.pace import KEY_S, Pace
from tui.widgets.log_view.painting import TIMES, Look
from tui.widgets.log_view.prompt import LogPrompt
from tui.widgets.log_view.scroll_bar import LogScrollBar
from tui.widgets.log_view.status import LogStatus

_COLUMNS = 20
_HOST_CELLS = 16


class LivingLog(Vertical, can_focus=True):
    """Logs that may grow, or not be there yet; with what is shown of them, where, and how."""

    DEFAULT_CSS = "LivingLog { height: 1fr; width: 1fr; }"

    def __init__(self, *paths: Path, follow: bool = True, id: str | None = None) -> None:
        super().__init__(id=id)
        logs = [LogFile(path) for path in paths]
        self.document: Document = Single(logs[0]) if len(logs) == 1 else Merged(logs)
        self.follow = follow
        self.search: Hunt | None = None
        self.filter: Hunt | None = None
        self._feed = Feed(self.document)
        self._pace = Pace()
        self._dirty = self._asked = True
        self._folds: set[int] = set()
        self._released_at = 0
        self._said = ""
        self._told: list[str] = []
        self._canvas = LogCanvas(self.document)
        self._canvas.fold_text, self._canvas.spans = self._fold_text, self._spans
        self._bar, self._status, self._prompt = LogScrollBar(), LogStatus(), LogPrompt()

    def compose(self) -> ComposeResult:
        """Lay out the lines, the scroll bar, the prompt and the status."""
        with Horizontal():
            yield self._canvas
            yield self._bar
        yield self._prompt
        yield self._status

    def on_mount(self) -> None:
        """Begin to follow the files."""
        host = 0
        if len(self.document.logs) > 1:
            host = min(max(len(log.host) for log in self.document.logs), _HOST_CELLS)
        times = remembered(self.app, "log.times", TIMES[0])
        self._canvas.look = self._look(
            host=host,
            wrap=remembered(self.app, "log.wrap", False),
            times=times if times in TIMES else TIMES[0],
        )
        self.follow = self.follow and remembered(self.app, "log.follow", True)
        self._live()

    async def on_unmount(self) -> None:
        """End what runs beside us."""
        for hunt in (self.search, self.filter):
            if hunt is not None:
                await hunt.close()
        for log in self.document.logs:
            log.close()

    def on_resize(self, event: Resize) -> None:
        """Draw at the new size."""
        self._draw_soon()

    # --- what happens by itself

    @work(group="live")
    async def _live(self) -> None:
        while True:
            try:
                grown = await self._feed.step()
            except OSError as error:
                self._say(f"The log can't be read: {error.strerror}. {error.filename or ''}")
                grown = False
            hunts = [hunt for hunt in (self.search, self.filter) if hunt is not None]
            found = [hunt.step() for hunt in hunts]
            told = [hunt.told(self._canvas.pointer) for hunt in hunts]
            if grown or any(found) or told != self._told:
                self._told = told
                self._take_in(grown)
            self._jump_to_first()
            self._frame()
            await asyncio.sleep(0.02 if self._dirty and not self._feed.more else self._feed.wait_s)

    def _take_in(self, grown: bool) -> None:
        self._dirty = True
        if self._feed.restarted:
            self._forget()
        if grown and self._folds:
            self._fold_again()
        if self._canvas.look.began is None:
            times = [log.points.time(0) for log in self.document.logs]
            known = [time for time in times if time is not None]
            self._canvas.look = self._look(began=min(known) if known else None)

    def _forget(self) -> None:
        """The file is another one: what was known of its lines is of the old one."""
        self._canvas.forget()
        self._folds.clear()
        self._leave(search=True, filter=True)

    def _told_marked(self) -> list[tuple[int, str]]:
        """Say what is marked, and what can be done with it."""
        return []

    def _frame(self) -> None:
        """Paint, if there is anything new, it is time, and the terminal keeps up.

        The answer to a key is painted on the lines that stand there: the log moves on with its own next frame.
        """
        due = self._pace.due()
        ready = self.is_mounted and self._canvas.size and not backed_up(self.app)
        if not self._dirty or not ready or not (due or (self._asked and self._pace.key_due())):
            return
        hold = self._asked and self.follow and self._canvas.following
        self._canvas.following = self.follow and not hold
        all_new = self._canvas.draw()
        self._canvas.following = self.follow
        self._pace.painted(moved=not hold, all_new=all_new and self.follow)
        self._dirty, self._asked = hold, False
        self._tell()

    def _draw_soon(self) -> None:
        """A person waits for a change: paint now if that may be, else at the next moment."""
        self._said = ""
        self._dirty = self._asked = True
        self._frame()
        if self._dirty and self.is_mounted:
            self.set_timer(KEY_S, self._frame)

    def _jump_to_first(self) -> None:
        hunt = self.search
        if hunt is None or hunt.jumped:
            return
        if hunt.noun == "error" and len(self.document.logs) > 1 and hunt.busy:
            return
        row = hunt.first()
        if row is not None:
            hunt.jumped = True
            self._point(row)

    # --- what stands in the status line

    def _tell(self) -> None:
        rows, look = self._canvas.rows, self._canvas.look
        total = len(rows)
        if self.follow:
            self._released_at = total
        new = total - self._released_at
        reading = "" if self._feed.loaded else f"reading {self._feed.progress:.0%}"
        self._status.tell(
            [
                (3, f"follow {'on' if self.follow else 'off'}"),
                (4, f"wrap {'on' if look.wrap else 'off'}"),
                (5, f"time {look.times}"),
                (2, f"{total:,} of {self.document.rows:,} lines" if self.filter else f"{total:,} lines"),
                *self._told_marked(),
                (0, f"{glyphs().down} {new:,} new" if new > 0 else ""),
                (1, reading),
                (1, f"filter {self.filter.pattern!r} {self.filter.told(None)}" if self.filter else ""),
                (1, self.search.told(self._canvas.pointer) if self.search else ""),
                (6, f"step {self._step_here()}" if self._step_here() else ""),
            ],
            self._said,
        )
        first = rows.index(self._canvas.top.row)
        self._bar.tell(first, self._canvas.page, total)

    def _step_here(self) -> str:
        row = self._canvas.pointer if self._canvas.pointer is not None else self._canvas.top.row
        if not self._canvas.shown:
            return ""
        number, line = self.document.locate(row)
        return self.document.logs[number].points.step(line)

    def _say(self, text: str) -> None:
        """Say a sentence in the status line until the next key."""
        self._said = text
        self._dirty = True
        self._tell()

    def _look(self, **changes: object) -> Look:
        return replace(self._canvas.look, **changes)  # type: ignore[arg-type] # fields of the look

    # --- moving

    def _move(self, lines: int) -> None:
        self._canvas.scroll_lines(lines)
        self._release()
        self._draw_soon()

    def _release(self) -> None:
        if self.follow:
            self._released_at = len(self._canvas.rows)
        self.follow = False

    def _point(self, row: int) -> None:
        self._release()
        self._canvas.pointer = row
        self._unfold(row)
        self._canvas.to_row(row)
        self._draw_soon()

    def action_down(self) -> None:
        """Scroll a line down."""
        self._move(1)

    def action_up(self) -> None:
        """Scroll a line up."""
        self._move(-1)

    def action_page_down(self) -> None:
        """Scroll a page down; one line stays."""
        self._move(max(self._canvas.page - 1, 1))

    def action_page_up(self) -> None:
        """Scroll a page up; one line stays."""
        self._move(-max(self._canvas.page - 1, 1))

    def action_start(self) -> None:
        """Go to the first line."""
        self._release()
        self._canvas.top = Top()
        self._draw_soon()

    def action_end(self) -> None:
        """Go to the end and follow."""
        self.follow = True
        self._draw_soon()

    def action_follow(self) -> None:
        """Follow, or stop following."""
        remember(self.app, "log.follow", not self.follow)
        if self.follow:
            self._release()
            self._draw_soon()
        else:
            self.action_end()

    def action_right(self) -> None:
        """Show what is further right."""
        self._canvas.scroll_columns(_COLUMNS)
        self._draw_soon()

    def action_left(self) -> None:
        """Show what is further left."""
        self._canvas.scroll_columns(-_COLUMNS)
        self._draw_soon()

    @on(LogCanvas.Scrolled)
    def _scrolled(self, event: LogCanvas.Scrolled) -> None:
        event.stop()
        self._move(event.lines)

    @on(LogScrollBar.Jumped)
    def _jumped(self, event: LogScrollBar.Jumped) -> None:
        event.stop()
        self._release()
        rows = self._canvas.rows
        if len(rows):
            self._canvas.top = Top(rows.row(round((len(rows) - 1) * event.place)))
        self._draw_soon()

    # --- how lines are shown

    def action_wrap(self) -> None:
        """Wrap long lines, or cut them."""
        self._canvas.look = self._look(wrap=not self._canvas.look.wrap, column=0)
        remember(self.app, "log.wrap", self._canvas.look.wrap)
        self._draw_soon()

    def action_times(self) -> None:
        """Go on to the next way of showing times."""
        now = TIMES.index(self._canvas.look.times)
        self._canvas.look = self._look(times=TIMES[(now + 1) % len(TIMES)])
        remember(self.app, "log.times", self._canvas.look.times)
        self._draw_soon()

    # --- what is shown of it

    def _fold_text(self, run: StepRun) -> str:
        took = seconds(run.ended - run.began) if run.began is not None and run.ended is not None else ""
        name = run.step or "(no step)"
        return f"{glyphs().folded} {name:<32} {run.end - run.first:>12,} lines {took:>9}"

    def _fold_again(self) -> None:
        runs = [run for run in self.document.step_runs() if run.first in self._folds]
        if self.filter is None:
            self._canvas.folded = {run.first: run for run in runs}
            self._canvas.rows = FoldedRows(self.document, runs) if runs else AllRows(self.document)

    def _leave(self, *, search: bool = False, filter: bool = False) -> None:
        if search and self.search is not None:
            self.search.stop()
            self.search = None
        if filter and self.filter is not None:
            self.filter.stop()
            self.filter = None
            self._canvas.rows = AllRows(self.document)
            self._released_at = len(self._canvas.rows)
            self._fold_again()

    def _spans(self, row: int, text: str) -> list[tuple[int, int]]:
        hunt = self.search or self.filter
        return hunt.spans(row, text) if hunt is not None else []

    def _unfold(self, row: int) -> None:
        inside = {run.first for run in self._canvas.folded.values() if run.first < row < run.end}
        if inside:
            self._folds -= inside
            self._fold_again()
