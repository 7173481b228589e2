"""The first screen: four panes in the order of the flow, what connects them, and what is known of the focused one."""

import itertools
import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import DescendantFocus, Resize

from core.console.snapshot import EnvironmentSnapshot, Snapshot
from core.environments.model import Role
from core.errors import ConsoleError
from tui.messages import Looked, ProjectChanged
from tui.pipeline.detail import detail_lines
from tui.pipeline.gap import IN_STEP, flow, following, gap_text
from tui.pipeline.standing import age
from tui.screens.base import ConsoleScreen
from tui.widgets.environment_pane import EnvironmentPane
from tui.widgets.flow import Between, Flow
from tui.widgets.lines import Lines
from tui.widgets.running_jobs import RunningJobs

_AGES_EVERY_S = 30
"""What is old says how old it is, also while nobody looks at hosts."""
_TARGETS = (Role.STAGING, Role.PRODUCTION)


class PipelineScreen(ConsoleScreen):
    """Is anything wrong? What runs where? What is different? What can I do now?"""

    TITLE = ""
    AUTO_FOCUS = ""  # the pane that had the focus last gets it, and no other before
    BINDING_GROUP_TITLE = "Pipeline"
    CHANGES: ClassVar[frozenset[str]] = frozenset({"promote", "build"})
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "p",
            "promote",
            "promote",
            id="promote",
            tooltip="Promote to the next environment; shows the plan first",
        ),
        Binding(
            "b", "build", "build", id="build", tooltip="Build the branch's last commit; a plan is shown first"
        ),
        Binding("j", "jobs", "jobs", id="jobs", tooltip="Running and past jobs, their logs"),
        Binding(
            "r", "releases", "releases", id="releases", tooltip="The releases of the environment; roll back"
        ),
        Binding(
            "s",
            "settings",
            "settings",
            id="settings",
            tooltip="Settings of all systems, side by side",
        ),
        Binding("o", "running", "running job", id="open-running", tooltip="Open the job that runs", show=False),
        Binding("u", "look", "look now", id="look", tooltip="Look at all hosts now", show=False),
        Binding(
            "a",
            "ask",
            "ask magento",
            id="ask-magento",
            tooltip="Ask bin/magento for pending changes",
            show=False,
        ),
        Binding(
            "w", "watch", "watch", id="watch", tooltip="Look again every 15 seconds, or stop that", show=False
        ),
        Binding(
            "d",
            "development",
            "next system",
            id="next-development",
            tooltip="Show another development system",
            show=False,
        ),
        *(
            Binding(
                str(number),
                f"pane({number})",
                f"pane {number}",
                id=f"pane-{number}",
                show=False,
                tooltip=f"Go to pane {number}",
            )
            for number in range(1, 5)
        ),
        Binding("left,up,h,k", "move(-1)", "before", id="pane-before", tooltip="The pane before", show=False),
        Binding("right,down,l", "move(1)", "after", id="pane-after", tooltip="The pane after", show=False),
    ]
    DEFAULT_CSS = """
    PipelineScreen #panes { layout: horizontal; height: auto; }
    PipelineScreen.-narrow #panes { layout: vertical; padding: 1 0; }
    PipelineScreen #about { height: 1fr; padding: 0 2; }
    PipelineScreen.-narrow #about { padding: 0 1; }
    """

    _about_whom = ""
    """The environment that the detail is about."""

    @property
    def known(self) -> Snapshot:
        """The last known state."""
        return self.console_app.known

    @property
    def shown(self) -> list[EnvironmentSnapshot]:
        """The environments in the order of the flow."""
        return flow(self.known, self.console_app.memory.now.development)

    @property
    def focused_environment(self) -> EnvironmentSnapshot:
        """The environment that the keys are about."""
        pane = self.focused
        shown = self.shown
        if isinstance(pane, EnvironmentPane):
            return next((item for item in shown if item.name == pane.environment.name), shown[0])
        return next((item for item in shown if item.name == self.console_app.memory.now.environment), shown[-1])

    def body(self) -> ComposeResult:
        """Lay out panes, flow, what runs, and the focused one's detail."""
        with Container(id="panes"):
            for number, environment in enumerate(self.shown, 1):
                yield EnvironmentPane(number, environment)
        yield Flow()
        yield RunningJobs()
        yield Lines(id="about")

    def on_mount(self) -> None:
        """Paint what was known last; the app connects afterwards."""
        self._focus(self.console_app.memory.now.environment)
        self.update()
        self.set_interval(_AGES_EVERY_S, self.update)

    def on_resize(self, event: Resize) -> None:
        """More or less of it fits."""
        super().on_resize(event)
        self.call_after_refresh(self._about)

    def _focus(self, name: str) -> None:
        panes = list(self.query(EnvironmentPane))
        pane = next((pane for pane in panes if pane.environment.name == name), panes[-1] if panes else None)
        if pane is not None:
            self.set_focus(pane, scroll_visible=False)

    def update(self) -> None:
        """Show what is known now."""
        shown = self.shown
        for pane, environment in zip(self.query(EnvironmentPane), shown, strict=False):
            pane.show(environment, self._beside(environment), age(environment, time.time()))
        self.query_one(Flow).show(self._flow(shown))
        self._about()
        self.refresh_bindings()

    def _beside(self, environment: EnvironmentSnapshot) -> str:
        if environment.role is not Role.DEVELOPMENT:
            return ""
        names = [item.name for item in self.known.environments if item.role is Role.DEVELOPMENT]
        return f"{names.index(environment.name) + 1} of {len(names)}  d next" if len(names) > 1 else ""

    def _flow(self, shown: list[EnvironmentSnapshot]) -> list[tuple[str, str, Between]]:
        pair = self._promotion() if not self._why_not_promote() else None
        found = []
        for at, (source, target) in enumerate(itertools.pairwise(shown), 1):
            text, style = gap_text(self.known.gap(source.name, target.name), source, target)
            here = (source.name, target.name) == pair
            first = source.role is not Role.DEVELOPMENT and not self._nothing_for(source.name, target.name)
            keys = "p promote" if here else f"{at} p promote" if first else ""
            if source.role is Role.DEVELOPMENT and text != IN_STEP and source.runs:
                keys, here = "b build", True
            found.append((source.name, target.name, Between(text, style, keys, here)))
        return found

    def _promotion(self) -> tuple[str, str] | None:
        """Return from where to where the promotion key leads: out of the focused pane, or into the last one."""
        shown, focused = self.shown, self.focused_environment
        if focused.role is Role.DEVELOPMENT:
            return None
        target = following(shown, focused.name)
        if target is not None:
            return focused.name, target.name
        before = [item for item in shown if following(shown, item.name) is not None]
        return (before[-1].name, focused.name) if before and before[-1].role is not Role.DEVELOPMENT else None

    def _about(self) -> None:
        shown, focused = self.shown, self.focused_environment
        self._about_whom = focused.name
        names = [item.name for item in shown]
        at = names.index(focused.name)
        before = shown[at - 1] if at > 0 else None
        gap = self.known.gap(before.name, focused.name) if before else None
        if gap is not None and before is not None and not gap.fits(before, focused):
            gap = None
        lines = detail_lines(focused, gap, before.name if before else "", time.time(), room=self.app.size.width)
        self.query_one("#about", Lines).show(lines)

    # --- news

    def on_looked(self, message: Looked) -> None:
        """Show it; a looker that is gone says so."""
        if message.push.failure is not None:
            self.say(message.push.failure.what, "bad")
        self.update()

    async def on_project_changed(self, message: ProjectChanged) -> None:
        """Show the environments that there are now; the focus stays where it was, as long as that is there."""
        panes, shown = list(self.query(EnvironmentPane)), self.shown
        if [pane.environment.name for pane in panes] != [item.name for item in shown]:
            place = self.query_one("#panes", Container)
            await place.remove_children()
            await place.mount(*(EnvironmentPane(number, item) for number, item in enumerate(shown, 1)))
            self._focus(self.console_app.memory.now.environment)
        self.update()

    def on_jobs_changed(self) -> None:
        """Show what runs."""
        self.query_one(RunningJobs).show(self.console_app.jobs)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """The detail follows the focus, and it is where one is at the next start."""
        if isinstance(event.widget, EnvironmentPane):
            name = event.widget.environment.name
            self.console_app.memory.now.environment = name
            if name != self._about_whom:  # the first focus is given before the first frame, which tells of it
                self.update()

    # --- what can be done

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There is nothing to go back to from here, but from one part to all."""
        return (action != "back" or self.zoomed is not None) and super().check_action(action, parameters)

    def action_zoom(self) -> None:
        """A pane that has the whole screen says everything that is known; z leads back from there."""
        if isinstance(self.focused, EnvironmentPane):
            self.focused.action_open()
        else:
            super().action_zoom()

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now."""
        focused = self.focused_environment
        if action == "promote":
            return self._why_not_promote()
        if action == "releases" and focused.role not in _TARGETS:
            return f"{focused.name} has no releases: go to staging or production"
        if action == "ask" and focused.role not in _TARGETS:
            return f"{focused.name} has no database to ask about"
        if action == "running" and not self.console_app.jobs.running:
            return "no job runs"
        if action == "development" and not self._beside(self.shown[0]):
            return "there is one development system"
        return ""

    def _why_not_promote(self) -> str:
        pair = self._promotion()
        return (
            "development reaches the others by a build: press b" if pair is None else self._nothing_for(*pair)
        )

    def _nothing_for(self, *pair: str) -> str:
        """Return why nothing of the first can be promoted to the second; empty when something can."""
        source, target = (self.known.environment(name) for name in pair)
        if source is None or target is None or not source.first.seen:
            return f"{pair[0]} was not seen yet"
        if not source.runs:
            return (
                f"{pair[0]} has nothing to promote: build first"
                if not source.mixed
                else f"the hosts of {pair[0]} differ"
            )
        if source.runs == target.runs:
            return f"{pair[1]} runs what {pair[0]} has"
        return ""

    def action_promote(self) -> None:
        """Show what it would do."""
        pair = self._promotion()
        if pair is not None:
            self.console_app.open_promotion(*pair)

    def action_build(self) -> None:
        """Show what it would do."""
        self.console_app.open_build()

    def action_jobs(self) -> None:
        """List them."""
        self.console_app.open_jobs()

    def action_releases(self) -> None:
        """List those of the focused environment."""
        self.console_app.open_releases(self.focused_environment.name)

    def action_settings(self) -> None:
        """Compare and change them."""
        self.console_app.open_settings()

    def action_running(self) -> None:
        """Open the job that runs."""
        running = self.console_app.jobs.running
        if running:
            self.console_app.open_job(running[0].id)

    def action_look(self) -> None:
        """Look at all hosts now."""
        self.say("looking at all hosts", "busy")
        self.run_worker(self._look(), group="look", exclusive=True, exit_on_error=False)

    async def _look(self) -> None:
        try:
            await self.console_app.looker.look()
        except ConsoleError as error:
            self.say(error.what, "bad")
        else:
            self.say("looked at all hosts just now")

    def action_ask(self) -> None:
        """Ask Magento on the focused environment."""
        name = self.focused_environment.name
        self.say(f"asking Magento on {name}", "busy")
        self.run_worker(self._ask(name), group="ask", exclusive=True, exit_on_error=False)

    async def _ask(self, name: str) -> None:
        try:
            await self.console_app.looker.ask_magento(name)
        except ConsoleError as error:
            self.say(error.what, "bad")
        else:
            self.say(f"Magento on {name} has answered")

    def action_watch(self) -> None:
        """Turn watching on or off."""
        self.console_app.watch_hosts(not self.console_app.watching)

    def action_development(self) -> None:
        """Show the next development system."""
        names = [item.name for item in self.known.environments if item.role is Role.DEVELOPMENT]
        at = names.index(self.shown[0].name)
        self.console_app.memory.now.development = names[(at + 1) % len(names)]
        self.update()

    def action_pane(self, number: int) -> None:
        """Go to a pane by its number."""
        panes = list(self.query(EnvironmentPane))
        if number <= len(panes):
            self.set_focus(panes[number - 1])

    def action_move(self, by: int) -> None:
        """Go to a neighbouring pane."""
        panes = list(self.query(EnvironmentPane))
        at = next((index for index, pane in enumerate(panes) if pane is self.focused), len(panes) - 1)
        self.set_focus(panes[max(0, min(len(panes) - 1, at + by))])

    def on_environment_pane_opened(self, message: EnvironmentPane.Opened) -> None:
        """Show the whole of it."""
        self.console_app.open_environment(message.name)
