"""From what is wanted to a plan, from a plan to a job, and following it: what happens without a person's answer."""

import asyncio
import contextlib
import os
import secrets
from typing import Any, Final, Literal

import msgspec
from textual import work

from core.console.answers import Planned
from core.console.durations import earlier
from core.console.jobs import Jobs
from core.errors import ConsoleError
from core.jobs import pen
from core.jobs.commands import AnyCommand, Ask, TakePen
from core.jobs.control import Line
from core.jobs.store import Job
from core.jobs.who import who
from core.model.pins import moved
from tui.promotion.rows import unstarted
from tui.promotion.situation import Headline
from tui.promotion.text import labelled, line
from tui.promotion.wanted import Wanted, wanted_of
from tui.screens.job_view import JobView
from tui.widgets.headline import HELD

_ATTEND_S: Final = 1.0
_STARTS: Final = "starts the job"
_RESUMES: Final = "resumes the job"
LAUNCHING: Final = (_STARTS, _RESUMES)
"""While this goes on the screen stays: a process is being given what it needs."""


class JobLife(JobView):
    """A plan that becomes a job. Everything slow is in a worker or a thread."""

    def __init__(self, *, wanted: Wanted | None = None, job: Job | None = None) -> None:
        super().__init__()
        self.wanted = wanted
        self.job = job
        self.planned: Planned | None = None
        self.busy = ""
        """What goes on that is no step: a plan being made, a job being started. Nothing else is possible then."""
        self.job_title = wanted.title if wanted is not None else ""
        self.screen_id = secrets.token_hex(6)
        """By which the job knows this screen: who holds the pen is a person at a screen."""
        self.holder_there: bool | None = None
        """Whether the screen of who holds the pen is open; None: the job was not asked yet."""
        self._line: Line | None = None
        self._started_here = False

    @property
    def jobs(self) -> Jobs:
        """The jobs of the project."""
        return self.console_app.door

    def on_mount(self) -> None:
        """Find the job, or have the plan made."""
        super().on_mount()
        if self.job is not None:
            self.watch_job(self.job)
        else:
            self.plan()

    def _announce(self, text: str, detail: str = "") -> None:
        self.busy = text
        self.notice = Headline(sign="busy", tone="busy", text=text, detail=detail)
        self.paint()
        self.refresh_bindings()

    def _settle(self, notice: Headline | None = None) -> None:
        self.busy, self.notice = "", notice
        self.paint()
        self.refresh_bindings()

    # --- the plan

    @work(exclusive=True, group="plan")
    async def plan(self) -> None:
        """Have the plan made; it changes nothing."""
        if self.wanted is None:
            return
        self._announce("makes the plan", "Reads the hosts; nothing is changed.")
        try:
            self._show_plan(await self._planned_now(self.wanted))
        except ConsoleError as error:
            self._show_refusal(error)

    async def _planned_now(self, wanted: Wanted) -> Planned:
        """Have it planned; what is to be set may be known to the screen alone."""
        if wanted.kind == "settings":
            await self.console_app.tell_secrets(wanted.target)
        return await wanted.plan(self.console_app.looker)

    def plan_again(self) -> None:
        """Have it planned anew, also what a job was made from."""
        if self.job is not None and self.state.plan is not None:
            self.wanted = wanted_of(self.state.plan)
            self.workers.cancel_group(self, "watch")
            self.job = None
        self.plan()

    def _show_plan(self, planned: Planned) -> None:
        self.planned, self.job = planned, None
        self.forecast = planned.plan.forecast
        self.job_title = planned.plan.title
        self.trouble = ()
        self.busy, self.notice = "", None
        self.show_state(unstarted(planned.plan), alive=False)
        self.refresh_bindings()

    def _show_refusal(self, error: ConsoleError) -> None:
        """Say why there is no plan: that is an answer, not a crash."""
        self.planned = None
        text = "nothing to do" if error.code == "already-live" else "no plan: nothing was changed"
        self._show_trouble(error, text)

    def _show_trouble(self, error: ConsoleError, text: str) -> None:
        self.trouble = (
            line(error.what, "attention"),
            *([labelled("where", error.where)] if error.where else []),
            *([labelled("do", error.remedy, "accent")] if error.remedy else []),
            labelled("code", error.code, "dim"),
            line(),
        )
        self.open_tab("now")
        self._settle(Headline(sign="attention", tone="attention", text=text, detail=error.what))

    # --- the job

    @work(exclusive=True, group="plan")
    async def start(self, *, stepwise: bool) -> None:
        """Start the plan that was read, after looking whether it is still that."""
        planned, wanted = self.planned, self.wanted
        if planned is None or wanted is None:
            return
        self._announce("looks whether the plan still holds", "Nothing is changed yet.")
        try:
            again = await self._planned_now(wanted)
            if again.digest != planned.digest:
                self._show_stale(planned, again)
                return
            self._announce(_STARTS)
            plan = again.plan
            if stepwise:
                plan = msgspec.structs.replace(plan, options={**plan.options, "step": True})
            job = await self.jobs.start(plan, self.console_app.secrets)
            self._started_here = True
        except ConsoleError as error:
            self._show_refusal(error)
            return
        self.watch_job(job)

    def _show_stale(self, old: Planned, new: Planned) -> None:
        self._show_plan(new)
        told = "; ".join(moved(old.plan.pins, new.plan.pins)) or "its steps or options are others"
        self.notice = Headline(
            sign="attention", tone="attention",
            text="the plan was stale: nothing was started, this is the new one",
            detail=f"{told}. Read it again, then start it.",
        )  # fmt: skip
        self.paint()

    @work(exclusive=True, group="plan")
    async def resume(self, choice: Literal["retry", "skip"], reason: str) -> None:
        """Start the job's process again; it joins what still runs on the hosts."""
        if self.job is None:
            return
        self._announce(_RESUMES)
        try:
            told = await self.jobs.resume(self.job, choice, reason, self.console_app.secrets)
            if told:
                self.say(" ".join(told))
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
        self._settle()

    @work(exclusive=True, group="watch")
    async def watch_job(self, job: Job) -> None:
        """Follow the job: what was written since the last look, ten times a second at most."""
        self.job, self.busy, self.notice, self.trouble = job, "", None, ()
        self._attend(job)
        try:
            await self._follow(job)
        except ConsoleError as error:
            self._show_trouble(error, "the job can't be shown; it goes on by itself")

    async def _follow(self, job: Job) -> None:
        before = await asyncio.to_thread(self._forecast_of, job)
        async for moment in self.jobs.watch(job):
            plan = moment.state.plan
            if plan is not None:
                self.job_title, self.forecast = plan.title, {**before, **plan.forecast}
            if moment.state.pen != self.state.pen:
                self.holder_there = None
            self.show_state(moment.state, alive=moment.alive)
            self.lay_logs(job)
            self._show_pen()
            self.refresh_bindings()

    def _forecast_of(self, job: Job) -> dict[str, Any]:
        """Return what the plan said before it was amended, and how long such jobs took before."""
        plan = job.load_plan()
        return {**earlier(self.jobs.store, plan.kind, plan.target), **plan.forecast}

    @work(exclusive=True, group="attend")
    async def _attend(self, job: Job) -> None:
        """Be there for the job while this screen is open; learn whether who holds the pen is, and what is heard."""
        self._leave()
        self._line = self.jobs.line(job, self.screen_id)
        while True:
            self.heard = await asyncio.to_thread(_last_written, job)
            if self.alive and not self.state.outcome:
                with contextlib.suppress(ConsoleError):  # it ended, or was interrupted: what is watched says so
                    reply = await self._line.send(TakePen() if self._started_here else Ask())
                    self._started_here = False
                    self.holder_there = reply.holder_there
                    self._show_pen()
            await asyncio.sleep(_ATTEND_S)

    def on_unmount(self) -> None:
        """Leave the job as it is."""
        self._leave()

    def _leave(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None

    # --- the pen

    def pen_is_elsewhere(self) -> str:
        """Return who else steers the job, in a sentence; empty when this screen may."""
        held = self.state.pen
        present = (
            frozenset({held.screen}) if held is not None and self.holder_there is not False else frozenset()
        )
        return pen.why_not(self.state, pen.Giver(who=who(), screen=self.screen_id, present=present))

    def _show_pen(self) -> None:
        held = self.state.pen
        elsewhere = self.pen_is_elsewhere()
        if self.job is None or self.state.outcome or held is None:
            told = ""
        elif elsewhere:
            told = elsewhere
        else:
            told = HELD
        if told != self.pen:
            self.pen = told
            self.paint()
            self.refresh_bindings()

    @work(group="command")
    async def tell_job(self, wanted: AnyCommand, said: str) -> None:
        """Give the job a command, and say what became of it."""
        if self._line is None:
            return
        try:
            reply = await self._line.send(wanted)
            self.holder_there = reply.holder_there
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
        else:
            self.say(said, "good")


def _last_written(job: Job) -> float | None:
    """Return when a log of the job last grew, seconds since the epoch."""
    try:
        with os.scandir(job.logs) as found:
            return max((entry.stat().st_mtime for entry in found), default=None)
    except OSError:
        return None
