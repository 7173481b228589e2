"""The jobs that run or need a person: a line each, between the panes and the detail."""

import time
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from core.console.figures import clock, seconds
from core.jobs.state import Standing, Status
from tui.jobs import JobsNow
from tui.jobs_text import look
from tui.pipeline.rows import cut
from tui.widgets.lines import STYLES

if TYPE_CHECKING:
    from tui.job_now import JobNow

_MOST = 3
_WIDE = 96
"""Cells from which on a line tells which step runs, and since when."""
_STEP = 34
_WORD = 17


class RunningJobs(Widget):
    """No line while there is nothing to tell; it is painted anew when what it tells changed."""

    DEFAULT_CSS = """
    RunningJobs { height: auto; padding: 0 2; margin: 0 0 1 0; display: none; }
    RunningJobs.-some { display: block; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._jobs: list[JobNow] = []
        self._told: list[Content] = []

    def show(self, jobs: JobsNow) -> None:
        """Show what runs now."""
        self._jobs = jobs.running[:_MOST]
        self.set_class(bool(self._jobs), "-some")
        self._told = [self._line(item) for item in self._jobs]
        self.refresh(layout=True)

    def on_mount(self) -> None:
        """Let the seconds of the running step go on."""
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        told = [self._line(item) for item in self._jobs]
        if told != self._told:
            self._told = told
            self.refresh()

    def render(self) -> Content:
        """Return a line a job."""
        return Content("\n").join([self._line(item) for item in self._jobs])

    def _line(self, item: "JobNow") -> Content:
        state = item.state
        sign, style, word = look(item.standing)
        if state.turn is not None and item.standing is Standing.RUNNING:
            word = "is undone"
        done = sum(1 for step in state.steps if step.status in (Status.DONE, Status.SKIPPED))
        step = state.under_way or state.current
        title = state.plan.title if state.plan else ""
        goes_on = item.standing is Standing.RUNNING and step is not None and step.ended is None
        elapsed = seconds(max(0.0, time.time() - step.started)) if goes_on and step and step.started else ""
        told = [
            f"{done} of {len(state.steps)} steps",
            f"since {clock(state.started)}" if state.started else "",
            elapsed,
        ]
        middle = f"   {cut(step.step.title, _STEP)}" if step else ""
        if self.size.width < _WIDE:
            told, middle = [f"{done} of {len(state.steps)}", elapsed], ""
        right = "   ".join(part for part in (*told, "o open") if part)
        room = self.size.width - _WORD - cell_len(right) - cell_len(middle) - 3
        left = cut(f"Job {item.number}  {title}", max(10, room))
        gap = " " * max(3, self.size.width - _WORD - cell_len(left) - cell_len(middle) - cell_len(right))
        return Content.assemble(
            (f"{f'{sign} {word}':<{_WORD}}", STYLES[style]), (left, "bold"), middle, gap, (right, STYLES["dim"])
        )
