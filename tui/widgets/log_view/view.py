"""The log view: searching, filtering, folding, copying and writing out."""

from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.events import Key

from core.errors import ConsoleError
from core.logs.export import export, rows_text
from core.logs.rows import AllRows, FilteredRows, PartOf, Rows
from core.logs.severity import ERROR, ERROR_HINTS
from tui.widgets.log_view.canvas import LogCanvas
from tui.widgets.log_view.copying import NOT_COPIED, copy
from tui.widgets.log_view.hunt import Hunt
from tui.widgets.log_view.keys import KEYS
from tui.widgets.log_view.marking import MarkingLog
from tui.widgets.log_view.prompt import LogPrompt
from tui.widgets.log_view.whole_line import WholeLine


class LogView(MarkingLog):
    """Shows raw logs of a job: one, or several merged."""

    BINDING_GROUP_TITLE = "Log"
    BINDINGS: ClassVar[list[BindingType]] = KEYS

    @on(LogCanvas.Pointed)
    def _pointed(self, event: LogCanvas.Pointed) -> None:
        event.stop()
        self.focus()
        self.stop_marking()
        if event.row in self._canvas.folded:
            self._toggle_fold({event.row})
            return
        self._point(event.row)

    # --- folding by step

    def _toggle_fold(self, firsts: set[int]) -> None:
        self._folds = self._folds - firsts if firsts <= self._folds else self._folds | firsts
        self._release()
        self._fold_again()
        self._draw_soon()

    def action_fold(self) -> None:
        """Fold the step of the row pointed at, else of the first row on the screen."""
        if self.filter is not None:
            self._say("Steps are not folded while a filter is on; esc leaves it")
            return
        row = self._canvas.pointer
        if row is None or not any(shown == row for shown, _ in self._canvas.shown):
            row = self._canvas.top.row
        inside = {run.first for run in self.document.step_runs() if run.first <= row < run.end}
        if inside:
            self._toggle_fold(inside)
        else:
            self._say("Nobody noted which step wrote this line")

    def action_fold_all(self) -> None:
        """Fold all steps, or none."""
        if self.filter is not None:
            self._say("Steps are not folded while a filter is on; esc leaves it")
            return
        every = {run.first for run in self.document.step_runs()}
        self._folds = set() if self._folds else every
        self._release()
        self._fold_again()
        self._draw_soon()

    def show_step(self, step: str, since: float | None = None) -> bool:
        """Go to what a step wrote, from a time on (seconds since the epoch); tell whether it wrote anything."""
        runs = [run for run in self.document.step_runs() if run.step == step]
        late = [run for run in runs if since is not None and run.ended is not None and run.ended >= since]
        if runs:
            self._point((late or runs)[0].first)
        return bool(runs)

    # --- searching

    def action_search(self) -> None:
        """Ask for a pattern to search."""
        self._prompt.ask("search", self.search.pattern if self.search and self.search.noun == "match" else "")

    def action_filter(self) -> None:
        """Ask for a pattern to filter by."""
        self._prompt.ask("filter", self.filter.pattern if self.filter else "")

    async def on_key(self, event: Key) -> None:
        """Open the prompt before the next key is looked at, and give it those that it cannot get yet."""
        active = self.screen.active_bindings.get(event.key)
        if self._prompt.waiting:
            event.stop()
            self._prompt.take(event)
        elif active is not None and active.node is self and active.binding.action in ("search", "filter"):
            event.stop()
            await self.run_action(active.binding.action)

    @on(LogPrompt.Given)
    def _given(self, event: LogPrompt.Given) -> None:
        event.stop()
        self.focus()
        if event.purpose == "search":
            self._leave(search=True)
            if event.pattern:
                self.search = Hunt(self.document, event.pattern, self._canvas.top.row)
        else:
            self._leave(filter=True)
            if event.pattern:
                self.filter = Hunt(self.document, event.pattern, self._canvas.top.row)
                self._canvas.folded = {}
                self._canvas.rows = FilteredRows(self.filter.matches)
                self._released_at = 0
        self._draw_soon()

    @on(LogPrompt.Left)
    def _left(self, event: LogPrompt.Left) -> None:
        event.stop()
        self.focus()

    def action_first_error(self) -> None:
        """Look for errors from the start on."""
        self._leave(search=True)
        self.search = Hunt(self.document, ERROR, 0, noun="error", hints=ERROR_HINTS)
        self._draw_soon()

    def action_next_match(self) -> None:
        """Go to the match behind the one pointed at, or to the first again."""
        self._to_match(forward=True)

    def action_previous_match(self) -> None:
        """Go to the match before, or to the last again."""
        self._to_match(forward=False)

    def _to_match(self, *, forward: bool) -> None:
        if self.search is None:
            self._say("Nothing is searched for; / asks for a pattern, e finds errors")
            return
        matches, row = self.search.matches, self._canvas.pointer
        if row is None:
            row = self._canvas.top.row - forward
        found = matches.after(row) if forward else matches.before(row)
        while found is not None and self.filter is not None and not self.filter.matches.has(found):
            found = matches.after(found) if forward else matches.before(found)
        if found is None and len(matches) and self.filter is None:
            found = matches.rows[0 if forward else -1]
        if found is not None:
            self._point(found)

    def action_step_back(self) -> None:
        """Let go of what is marked, stop what searches, leave the filter, then the search; else it is not ours."""
        if self.marking:
            self.stop_marking()
            self._draw_soon()
            return
        busy = [hunt for hunt in (self.search, self.filter) if hunt and hunt.busy and not hunt.stopped]
        if busy:
            for hunt in busy:
                hunt.stop()
        elif self.filter is not None:
            self._leave(filter=True)
        elif self.search is not None:
            self._leave(search=True)
            self._canvas.pointer = None
        else:
            raise SkipAction
        self._draw_soon()

    # --- taking out

    def action_copy(self) -> None:
        """Copy what is marked, and let go of it; else what is on the screen."""
        if self.marking:
            rows_marked, first, stop = self.marked_rows()
            said = copy(self.app, rows_text(self.document, rows_marked, first, stop), self.document)
            if not said.startswith(NOT_COPIED):
                self.stop_marking()
            self._draw_soon()
            self._say(said)
            return
        rows = sorted({row for row, _ in self._canvas.shown})
        lines = [self._canvas.line(row) for row in rows]
        self._say(copy(self.app, [line.text for line in lines if line], self.document))

    def action_copy_all(self) -> None:
        """Copy all rows that are shown, if a terminal takes so many."""
        rows = self._canvas.rows
        self._say(copy(self.app, rows_text(self.document, rows, 0, len(rows)), self.document))

    @work(group="export")
    async def action_export(self) -> None:
        """Write what is marked, else all rows that are shown, to a file."""
        rows: Rows = FilteredRows(self.filter.matches) if self.filter else AllRows(self.document)
        if self.marking:
            rows = PartOf(*self.marked_rows())
        name = "-".join(log.host.replace("/", "_") for log in self.document.logs)[:80]
        total = len(rows)

        def tell(count: int) -> None:
            self._say(f"Writing {count:,} of {total:,} lines")

        try:
            path = await export(self.document, rows, (Path.cwd(), Path.home()), name, tell)
        except ConsoleError as error:
            self._say(f"{error.what} {error.remedy}")
            return
        self._say(f"Wrote {total:,} lines to {path}")

    def action_whole_line(self) -> None:
        """Show the whole of the line pointed at, else of the first that is cut."""
        rows = list(dict.fromkeys(row for row, _ in self._canvas.shown))
        if not rows:
            return
        wide = [row for row in rows if self._is_cut(row)]
        pointed = self._canvas.pointer
        row = pointed if pointed in rows and pointed is not None else (wide or rows)[0]
        self.app.push_screen(WholeLine(self.document, row))

    def _is_cut(self, row: int) -> bool:
        line = self._canvas.line(row)
        return line is not None and (line.cut or len(line.text) > self._canvas.look.room)
