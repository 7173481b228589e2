"""What is seen of a plan or a job: its steps, and in tabs what belongs to them. It decides nothing.

Left the steps, right the tabs. Where there is no room for both, the steps are the first tab.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal
from textual.widget import Widget

from core.console.possible import stopped_at
from core.jobs.logs import log_name
from core.jobs.state import JobState
from core.jobs.store import Job
from core.text import one_line
from tui.promotion.material import changes
from tui.promotion.now import Choice, now_text
from tui.promotion.plan_view import plan_text
from tui.promotion.rows import count, rows
from tui.promotion.situation import Headline, Situation, headline, situation
from tui.promotion.text import Line
from tui.screens.base import ConsoleScreen
from tui.widgets.headline import JobHeadline
from tui.widgets.lines import Lines
from tui.widgets.log_view import LogPanes, LogView
from tui.widgets.step_list import StepList

TABS: Final = ("steps", "now", "changes", "plan", "log")
_TICK_S: Final = 1.0

_FIRST_TABS: Final[Mapping[Situation, str]] = {
    Situation.PLANNED: "changes",
    Situation.GATE: "changes",
    Situation.RUNNING: "now",
    Situation.PAUSED: "now",
    Situation.UNDOING: "now",
}
"""What is opened when a job comes to stand so; everything else opens "now"."""
_MOVING: Final = (Situation.RUNNING, Situation.UNDOING, Situation.PAUSED)


class JobView(ConsoleScreen):
    """The state of one job, painted: only what changed, at most ten times a second."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(at), f"tab('{name}')", name, id=f"tab-{name}", tooltip=f"Show: {name}", show=False)
        for at, name in enumerate(TABS, 1)
    ]
    DEFAULT_CSS = """
    JobView #halves { height: 1fr; }
    JobView #steps { width: 1fr; max-width: 78; height: 1fr; }
    JobView #right { width: 1fr; height: 1fr; }
    JobView #right > * { height: 1fr; display: none; }
    JobView #right > .-shown { display: block; }
    JobView.-narrow #steps { display: none; max-width: 100%; }
    JobView.-narrow.-steps #steps { display: block; }
    JobView.-narrow.-steps #right { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.state = JobState()
        self.forecast: Mapping[str, Any] = {}
        self.alive = False
        self.job_title = ""
        self.notice: Headline | None = None
        """What stands at the top in place of how the job stands: a plan that is being made, or was refused."""
        self.trouble: tuple[Line, ...] = ()
        """What the tab "now" begins with: why there is no plan."""
        self.heard: float | None = None
        """When the job's logs last grew, seconds since the epoch."""
        self.pen = ""
        """Who may steer, for the right edge of the headline."""
        self._logs: list[Path] = []
        self._titles = ("", "", "")
        self.tab = "changes"
        self._chosen = False
        self._situation: Situation | None = None

    def body(self) -> ComposeResult:
        """Lay out the headline and the two halves."""
        yield JobHeadline(id="headline")
        with Horizontal(id="halves"):
            steps = StepList(id="steps")
            steps.add_class("pane")
            yield steps
            with Container(id="right", classes="pane"):
                yield Lines(id="now")
                yield Lines(id="changes")
                yield Lines(id="plan")
                yield Container(id="log")

    def on_mount(self) -> None:
        """Open the first tab, and let the seconds of what runs go on."""
        self.set_interval(_TICK_S, self._tick)
        self.open_tab(self.tab)
        self.query_one(StepList).focus()

    def _tick(self) -> None:
        if self._situation in _MOVING:
            self.paint()

    # --- tabs

    def open_tab(self, name: str, *, focus: bool = False) -> None:
        """Show a tab; the steps are one where there is no room for them beside the others."""
        self.tab = name
        self.set_class(name == "steps", "-steps")
        for part in self.query_one("#right").children:
            part.set_class(part.id == (name if name != "steps" else "now"), "-shown")
        self._title_tabs()
        if focus:
            self._part(name).focus()

    def _part(self, name: str) -> Widget:
        """Return what the keys of a tab go to."""
        if name == "steps":
            return self.query_one(StepList)
        views = self.query(LogView)
        return views.first() if name == "log" and views else self.query_one(f"#{name}")

    def action_tab(self, name: str) -> None:
        """Show a tab because a person chose it."""
        self._chosen = True
        self.open_tab(name, focus=True)
        self.paint()

    def _title_tabs(self) -> None:
        """Write the tabs where a title stands: the open one reversed, so that no colour is needed."""
        narrow = self.has_class("-narrow")
        shown = TABS if narrow else TABS[1:]
        parts: list[tuple[str, str]] = []
        for name in shown:
            here = name == self.tab or (not narrow and self.tab == "steps" and name == "now")
            link = f"@click=screen.tab('{name}')"
            parts.append((f" {TABS.index(name) + 1} {name} ", f"[{'reverse ' if here else ''}{link}]"))
        markup = "".join(f"{style}{text}[/]" for text, style in parts)
        settled, total = count(self.state)
        steps = self.query_one(StepList)
        told = f"{settled} of {total}" if self.state.job_id else f"{total} steps"
        titles = (markup, markup if narrow else "1 steps", told)
        # Setting a title paints the whole pane again.
        if titles != self._titles:
            self._titles = titles
            self.query_one("#right").border_title = markup
            steps.border_title, steps.border_subtitle = titles[1:]

    def on_resize(self, event: Any) -> None:
        """The title names other tabs where there is less room."""
        super().on_resize(event)
        self.call_after_refresh(self._title_tabs)
        self.call_after_refresh(self._focus_something)

    def _focus_something(self) -> None:
        """What had the focus may have no room any more: keys go to what is shown in its place."""
        if self.is_current and (self.focused is None or not self.focused.region.area):
            self._part("steps" if not self.has_class("-narrow") else self.tab).focus()

    # --- what is shown

    def show_state(self, state: JobState, *, alive: bool) -> None:
        """Show how the job stands now."""
        self.state, self.alive = state, alive
        how = situation(state, alive=alive)
        if how is not self._situation:
            self._situation = how
            self.say("")
            self._come_to(how)
            self.console_app.refresh_header()
        self.paint()

    @property
    def in_log(self) -> bool:
        """Whether a person reads the log."""
        focused = self.focused
        return focused is not None and any(node.id == "log" for node in focused.ancestors_with_self)

    def _come_to(self, how: Situation) -> None:
        """Open what belongs to a new situation, unless a person reads the log."""
        if not self.in_log:
            self._chosen = False
            first = _FIRST_TABS.get(how, "now")
            narrow = self.has_class("-narrow")
            self.open_tab("steps" if narrow and how in _MOVING else first, focus=narrow)

    def choices(self) -> Iterable[Choice]:
        """Return what a person can do, for the tab "now"."""
        return ()

    def paint(self) -> None:
        """Paint what has changed; what is not in sight is made when it is opened."""
        if not self.is_mounted:
            return
        now = time.time()
        shown = self.notice or headline(self.state, self.forecast, now, alive=self.alive, heard=self.heard)
        self.query_one(JobHeadline).show(one_line(self.job_title, 120), shown, self.pen)
        steps = self.query_one(StepList)
        steps.show(rows(self.state, self.forecast, now), self._current())
        self._title_tabs()
        tab = "now" if self.tab == "steps" else self.tab
        if tab != "log":
            self.query_one(f"#{tab}", Lines).show(self._text(tab))

    def _current(self) -> str:
        """Return the step that matters now: what runs, failed, is next; at the end the last one."""
        state = self.state
        found = state.under_way or state.step(state.choosing) or stopped_at(state) or state.current
        last = state.steps[-1] if state.steps else None
        here = found or last
        return here.step.id if here is not None else ""

    def _text(self, tab: str) -> Sequence[Line]:
        if tab == "changes":
            return self.trouble or changes(self.state, self.forecast)
        if tab == "plan":
            return plan_text(self.state, self.forecast)
        said = now_text(self.state, self.forecast, tuple(self.choices()), alive=self.alive)
        return (*self.trouble, *said)

    @property
    def headline(self) -> str:
        """The two lines at the top."""
        return self.query_one(JobHeadline).text

    @property
    def shown_text(self) -> str:
        """The text of the open tab, for those who look for something in it."""
        tab = "now" if self.tab == "steps" else self.tab
        return self.query_one(f"#{tab}", Lines).text if tab != "log" else ""

    # --- logs

    def lay_logs(self, job: Job) -> None:
        """Open the logs of the job's hosts, merged; those that say nothing yet are empty."""
        plan = self.state.plan
        hosts = dict.fromkeys(host for step in (plan.steps if plan else ()) for host in step.hosts)
        paths = [job.logs / f"{log_name(host)}.log" for host in hosts]
        if paths != self._logs and paths:
            self._logs = paths
            place = self.query_one("#log", Container)
            place.remove_children()
            place.mount(LogPanes(paths))

    def on_step_list_opened(self, event: StepList.Opened) -> None:
        """Show what the step wrote, and go on with what it writes while it runs."""
        event.stop()
        self.action_tab("log")
        item = self.state.step(event.step)
        for view in self.query(LogView):
            if item is not None and item is self.state.under_way:
                view.action_end()
            elif not view.show_step(event.step, item.started if item is not None else None):
                self.say("This step has written nothing.")

    def on_step_list_moved(self, event: StepList.Moved) -> None:
        """Another step may be skipped, or not."""
        event.stop()
        self.refresh_bindings()
