"""Plan, approve, run, watch: one screen for promotions, roll backs and builds, from the plan to the end of its job.

Closing it leaves the job as it is: it runs in a process of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType

from core.console.approval import ahead, comes_back, happens, typed_name
from core.console.possible import Act, abort_leaves, command, stopped_at, why_not
from core.environments.model import Role
from core.errors import ConsoleError
from core.jobs.attended import needs_you, would_wait
from core.jobs.commands import HandPen, TakePen
from core.jobs.who import who
from core.pipeline.leftovers import Judged
from core.text import one_line
from tui.promotion.acts import AFTERWARDS, RELEASED, called, foremost, told, why_no_roll_back
from tui.promotion.now import Choice
from tui.promotion.situation import Situation, situation
from tui.screens.approve import ApproveScreen, Question
from tui.screens.job_life import LAUNCHING, JobLife
from tui.screens.plan_options import PlanOptionsScreen
from tui.screens.reason import ReasonScreen
from tui.widgets.step_list import StepList

_TAKEN: Final = "They see that it was taken, and by whom; it is recorded. Better ask them to hand it over."


_KINDS: Final = {"promote": "promotion", "rollback": "roll back", "build": "build", "settings": "settings"}


class PromotionScreen(JobLife):
    """One plan, and the job that it becomes."""

    TITLE = "promotion"
    BINDING_GROUP_TITLE = "Job"
    CHANGES = frozenset({*(str(act) for act in Act), "take_pen", "hand_pen", "roll_back"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "approve", "approve", id="approve", tooltip="Approve what the gate shows; asks once more"),
        Binding(
            "d", "refuse", "refuse", id="refuse", tooltip="Refuse at the gate: what was done is taken back"
        ),
        Binding(
            "S", "run_all", "run all", id="run-all", tooltip="Start, or go on, to the next gate or the end"
        ),
        Binding("s", "step", "step", id="step", tooltip="Run the next step, then pause; starts a plan paused"),
        Binding("p", "pause", "pause", id="pause", tooltip="Start no further step; the one that runs ends"),
        Binding("r", "retry", "retry", id="retry", tooltip="Run the failed step again; resume; plan again"),
        Binding(
            "o", "options", "options", id="plan-options", tooltip="Ask for more, and have it planned again"
        ),
        Binding("x", "skip", "skip", id="skip", tooltip="Leave the step under the cursor out, with a reason"),
        Binding("t", "take_pen", "take the pen", id="take-pen", tooltip="Steer this job from here"),
        Binding("T", "hand_pen", "hand the pen", id="hand-pen", tooltip="Let somebody else steer", show=False),
        Binding("b", "abort", "abort", id="abort", tooltip="End the job; what that leaves is shown first"),
        Binding("l", "log", "log", id="open-job-log", tooltip="What its hosts wrote"),
        Binding(
            "B",
            "roll_back",
            "roll back",
            id="job-roll-back",
            tooltip="Make the release of before live again; plans first",
        ),
        Binding("R", "releases", "releases", id="job-releases", tooltip="The releases of its environment"),
    ]

    @property
    def heading(self) -> str:
        """Which job it is, or what the plan is for."""
        plan = self.state.plan
        kind = plan.kind if plan is not None else self.wanted.kind if self.wanted is not None else ""
        what = _KINDS.get(kind, "job")
        return f"job {self.job.number}, {what}" if self.job is not None else what

    # --- what is possible

    @property
    def foremost(self) -> Sequence[str]:
        """The ids of the keys that come first now; while somebody else steers, first of all taking the pen."""
        if self.state.outcome and self.in_log:
            return ()  # nothing waits for a person: where the log is read, its own keys come first
        first = foremost(self.how)
        steered = self.job is not None and self.alive and not self.state.outcome and self.pen_is_elsewhere()
        return ("take-pen", *first) if steered else first

    @property
    def how(self) -> Situation:
        """How the job stands."""
        return situation(self.state, alive=self.alive)

    def label(self, action: str) -> str:
        """Return what a key is called now, where it does something else than usual."""
        return "plan again" if action == Act.RETRY and self._plans_again else called(action, self.how)

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now; empty when it is."""
        if action in ("take_pen", "hand_pen"):
            return self._why_no_pen(action)
        if action == "back":
            return self.busy if self.busy in LAUNCHING else ""
        if action == "options":
            return self.busy or (
                "" if self.job is None and self.wanted is not None else "the plan runs already"
            )
        if action in AFTERWARDS:
            return self._why_not_afterwards(action)
        if action not in set(Act):
            return super().why_not(action)
        if self.busy:
            return self.busy
        act = Act(action)
        if self.job is None and self.planned is None:
            return "" if act is Act.RETRY else "there is no plan yet"
        if act is Act.RETRY and self._plans_again:
            return ""
        elsewhere = self.pen_is_elsewhere() if self.alive and not self.state.outcome else ""
        if elsewhere:
            return f"{elsewhere}; take it first"
        cursor = self.query_one(StepList).step if self.is_mounted else ""
        return why_not(act, self.state, alive=self.alive, step=cursor)

    def _why_not_afterwards(self, action: str) -> str:
        if action == "log":
            return "" if self.job is not None else "nothing runs yet, so nothing was written"
        if action == "roll_back":
            return self.busy or why_no_roll_back(self.state, self._role)
        return "" if self._role in RELEASED else f"{self._target or 'it'} has no releases"

    @property
    def _target(self) -> str:
        plan = self.state.plan
        return plan.target if plan is not None else self.wanted.target if self.wanted is not None else ""

    @property
    def _role(self) -> Role | None:
        environment = self.console_app.project.environments.get(self._target)
        return environment.role if environment is not None else None

    def _why_no_pen(self, action: str) -> str:
        if self.job is None or self.state.outcome or not self.alive:
            return "no job runs here"
        elsewhere = self.pen_is_elsewhere()
        if action == "take_pen":
            return "" if elsewhere or self.state.pen is None else "you hold the pen already"
        return elsewhere or ("" if self.state.pen is not None else "nobody holds the pen")

    @property
    def _plans_again(self) -> bool:
        """Whether `retry` makes the plan anew: nothing runs, or what ran has ended without getting there."""
        if self.job is None:
            return True
        return self.state.outcome in ("failed", "cancelled", "abandoned")

    def choices(self) -> Iterator[Choice]:
        """Yield every action as it stands now, the foremost first."""
        if self.job is None and self.wanted is not None:
            yield Choice("o", "ask for more than this plan has, and have it planned again", self.busy)
        keys = {item.action: item for item in self.BINDINGS if isinstance(item, Binding)}
        ended = self.state.outcome not in ("", "stopped")
        acts = [Act.RETRY] if ended and self._plans_again else [] if ended else self._acts(keys)
        texts = {
            str(act): told(act, self.how, planned=self.job is None and self.planned is not None) for act in acts
        }
        for action, text in {**texts, **(AFTERWARDS if ended else {})}.items():
            reason = self.app.refusal(self, action) if hasattr(self.app, "refusal") else self.why_not(action)
            yield Choice(self.app.get_key_display(keys[action]), text, reason)

    def _acts(self, keys: Mapping[str, Binding]) -> list[Act]:
        first = [act for name in self.foremost for act in Act if keys[str(act)].id == name]
        return list(dict.fromkeys([*first, *Act]))

    # --- what a person does

    def action_run_all(self) -> None:
        """Start the plan, or let a paused job run by itself."""
        if self.job is None:
            self.start(stepwise=False)
        else:
            self.tell_job(command(Act.RUN_ALL, self.state), "goes on by itself")

    def action_step(self) -> None:
        """Start the plan paused, or let one step of a paused job run."""
        if self.job is None:
            self.start(stepwise=True)
        else:
            self.tell_job(command(Act.STEP, self.state), "one step runs")

    def action_pause(self) -> None:
        """Start no further step."""
        self.tell_job(command(Act.PAUSE, self.state), "paused: the step that runs ends, no other starts")

    @work(exclusive=True, group="question")
    async def action_approve(self) -> None:
        """Ask once more, and approve exactly the plan that was shown."""
        state, plan = self.state, self.state.plan
        if plan is None:
            return
        approving = command(
            Act.APPROVE, state, staying=True
        )  # sent only when that was agreed to, where it is asked
        needed = needs_you(state)
        steps = ahead(state)
        forecast = {**self.forecast, **plan.forecast}
        question = Question(
            title=f"Approve: {plan.title}",
            parts=(
                ("What will exactly happen", happens(steps, forecast)),
                ("How you come back", comes_back(plan, steps)),
                *((("If you leave", (f"{would_wait(needed)}.",)),) if needed else ()),
            ),
            also="I stay until it has ended" if needed else "",
            yes="Approve",
            no="Cancel",
            name=typed_name(self.console_app.project.environments.get(plan.target)),
        )
        if await self.app.push_screen_wait(ApproveScreen(question)):
            self.tell_job(approving, "approved")

    @work(exclusive=True, group="question")
    async def action_refuse(self) -> None:
        """Refuse at the gate, with a reason."""
        asked = ReasonScreen("Refuse", "What was done so far is taken back; the shop stays as it is. Why?")
        reason = await self.app.push_screen_wait(asked)
        if reason is not None:
            self.tell_job(command(Act.REFUSE, self.state, reason=reason), "refused")

    def action_retry(self) -> None:
        """Run the failed step again, resume the job, or make the plan again."""
        if self._plans_again:
            self.plan_again()
        elif self.state.outcome or not self.alive:
            self.resume("retry", "")
        else:
            self.tell_job(command(Act.RETRY, self.state), "runs again")

    @work(exclusive=True, group="question")
    async def action_options(self) -> None:
        """Ask for more than the plan has, and have it planned again."""
        if self.wanted is not None:
            wanted = await self.app.push_screen_wait(PlanOptionsScreen(self.wanted))
            if wanted is not None and self.job is None:
                self.wanted = wanted
                self.plan()

    @work(exclusive=True, group="question")
    async def action_skip(self) -> None:
        """Leave a step out, with a reason."""
        failed = self.state.step(self.state.choosing) or stopped_at(self.state)
        step = failed or self.state.step(self.query_one(StepList).step)
        if step is None:
            return
        named = one_line(step.step.title)
        asked = ReasonScreen("Skip", f'"{named}" does not run. The job goes on without it. Why?')
        reason = await self.app.push_screen_wait(asked)
        if reason is None:
            return
        if self.state.outcome:
            self.resume("skip", reason)
        else:
            self.tell_job(command(Act.SKIP, self.state, step=step.step.id, reason=reason), f"skipped: {named}")

    @work(exclusive=True, group="question")
    async def action_abort(self) -> None:
        """Show what an abort leaves, ask, and abort; a job that does not run is given up."""
        state = self.state
        if state.outcome or not self.alive:
            await self._give_up()
            return
        question = Question(
            title=f"Abort: {state.plan.title if state.plan else state.job_id}",
            parts=(("What an abort does now, and what it leaves", abort_leaves(state)),),
            yes="Abort the job",
            no="Let it be",
        )
        if await self.app.push_screen_wait(ApproveScreen(question)):
            # What the job has come to meanwhile decides; past what was shown it refuses, and says why.
            self.tell_job(command(Act.ABORT, state), "aborted")

    async def _give_up(self) -> None:
        """Ask the hosts what giving the job up would put back and leave, show it, ask for the reason."""
        if self.job is None:
            return
        self.say("asks the hosts what giving it up would put back", "busy")
        try:
            found = await self.console_app.looker.preview_abandon(self.job.id)
        except ConsoleError as error:
            self.say(f"{error.what} {error.remedy}".strip(), "bad")
            return
        self.say("")
        parts = (
            ("Put back", tuple(f"{one_line(item.back)}." for item in found.put_back)),
            ("Left", _left(found)),
        )
        question = Question(
            title=f"Give up: {self.job_title}", parts=tuple(part for part in parts if part[1]),
            yes="Give it up", no="Let it be",
        )  # fmt: skip
        if not await self.app.push_screen_wait(ApproveScreen(question)):
            return
        asked = ReasonScreen("Give the job up", "It can't be resumed any more. Why is it given up?")
        reason = await self.app.push_screen_wait(asked)
        if reason is not None:
            try:
                await self.jobs.abandon(self.job, found, reason)
            except ConsoleError as error:
                self.say(f"{error.what} {error.remedy}".strip(), "bad")

    @work(exclusive=True, group="question")
    async def action_take_pen(self) -> None:
        """Steer from here; asked first when somebody is at it."""
        held = self.state.pen
        forced = held is not None and self.holder_there is not False and held.who != who()
        if held is not None and forced:
            question = Question(
                title="Take the pen",
                parts=((f"{held.who} holds the pen, and is at a screen", (_TAKEN,)),),
                yes="Take it",
                no="Leave it",
            )
            if not await self.app.push_screen_wait(ApproveScreen(question)):
                return
        self.tell_job(TakePen(force=forced), "you hold the pen")

    @work(exclusive=True, group="question")
    async def action_hand_pen(self) -> None:
        """Give the pen to a person, or lay it down."""
        text = "To whom? Their name as jobs show it; nothing lays the pen down for whoever takes it."
        to = await self.app.push_screen_wait(
            ReasonScreen("Hand the pen over", text, hint="a name", needed=False)
        )
        if to is not None:
            self.tell_job(HandPen(to=to), f"{to} holds the pen" if to else "the pen is free")

    def action_log(self) -> None:
        """Show what its hosts wrote."""
        self.action_tab("log")

    def action_roll_back(self) -> None:
        """Show what going back to the release of before would do."""
        self.console_app.open_rollback(self._target)

    def action_releases(self) -> None:
        """List those of its environment."""
        self.console_app.open_releases(self._target)

    def action_back(self) -> None:
        """Leave; a job goes on."""
        if self.zoomed is not None:
            super().action_back()
            return
        unseen = not self.state.job_id
        if self.job is not None and not self.state.outcome and (self.alive or unseen):
            self.app.notify("The job goes on; open it again from the first screen.", timeout=4)
        super().action_back()


def _left(found: Judged) -> tuple[str, ...]:
    """Return what stays when a job is given up, and what a person does about it."""
    left = [
        f"{one_line(item.what)}{f': {one_line(item.remedy, 400)}' if item.remedy else ''}."
        for item in found.left
    ]
    return (*left, *([one_line(found.why, 400)] if found.why else []))
