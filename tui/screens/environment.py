"""One environment, whole: every host, every fact, what a promotion would bring."""

import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from core.console.snapshot import EnvironmentSnapshot
from core.errors import ConsoleError
from tui.messages import Looked, ProjectChanged
from tui.pipeline.detail import asks_role, detail_lines
from tui.pipeline.gap import flow
from tui.promotion.text import line
from tui.screens.base import ConsoleScreen
from tui.widgets.lines import Lines


class EnvironmentScreen(ConsoleScreen):
    """All that is known of one environment, and looking again."""

    BINDING_GROUP_TITLE = "Environment"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "look", "look now", id="look-environment", tooltip="Look at its hosts now"),
        Binding("a", "ask", "ask magento", id="ask-environment", tooltip="Ask bin/magento for pending changes"),
        Binding(
            "c",
            "check",
            "check",
            id="check-environment",
            tooltip="Say what is missing or dangerous on its hosts",
        ),
        Binding("r", "releases", "releases", id="environment-releases", tooltip="Its releases; roll back"),
    ]
    DEFAULT_CSS = """
    EnvironmentScreen #whole { height: 1fr; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._environment = name
        self._findings: tuple[tuple[str, str], ...] = ()

    @property
    def heading(self) -> str:
        """Which environment it is."""
        found = self.environment
        if found is None or found.role.value == self._environment:
            return self._environment
        return f"{self._environment}, {found.role.value}"

    @property
    def environment(self) -> EnvironmentSnapshot | None:
        """Its last known state; None once environments.toml has it no more."""
        return self.console_app.known.environment(self._environment)

    @property
    def _gone(self) -> str:
        return "" if self.environment else f"environments.toml has no {self._environment} any more"

    def body(self) -> ComposeResult:
        """Lay out one text that scrolls."""
        yield Lines(id="whole", classes="pane")

    def on_mount(self) -> None:
        """Show what is known."""
        self.query_one(Lines).border_title = self._environment
        self.query_one(Lines).focus()
        self.update()

    def update(self) -> None:
        """Show what is known now."""
        known, found = self.console_app.known, self.environment
        if found is None:
            self.query_one(Lines).show((line(self._gone, "attention"),))
            return
        shown = flow(known, self.console_app.memory.now.development)
        names = [item.name for item in shown]
        at = names.index(self._environment) if self._environment in names else 0
        before = shown[at - 1] if at > 0 else None
        gap = known.gap(before.name, self._environment) if before else None
        if gap is not None and before is not None and not gap.fits(before, found):
            gap = None
        source = before.name if before else ""
        room = self.app.size.width
        lines = detail_lines(found, gap, source, time.time(), room=room, whole=True)
        self.query_one(Lines).show(lines)

    def on_looked(self, message: Looked) -> None:
        """Show it."""
        self.update()

    def on_project_changed(self, message: ProjectChanged) -> None:
        """Show it as it is now, or that it is gone."""
        self.console_app.refresh_header()
        self.update()
        self.refresh_bindings()

    def why_not(self, action: str) -> str:
        """Return why an action is not possible now."""
        found = self.environment
        if found is None:
            return self._gone if action in ("look", "ask", "check", "releases") else ""
        if action in ("ask", "releases") and not asks_role(found.role):
            return (
                f"{self._environment} has no {'releases' if action == 'releases' else 'database to ask about'}"
            )
        return ""

    def action_zoom(self) -> None:
        """It has the whole screen already: all panes again."""
        self.action_back()

    def action_look(self) -> None:
        """Look now."""
        self._work(self.console_app.looker.look([self._environment]), f"looking at {self._environment}")

    def action_ask(self) -> None:
        """Ask Magento."""
        self._work(
            self.console_app.looker.ask_magento(self._environment), f"asking Magento on {self._environment}"
        )

    def action_check(self) -> None:
        """Check its hosts."""
        self.console_app.open_check(self._environment)

    def action_releases(self) -> None:
        """List its releases."""
        self.console_app.open_releases(self._environment)

    def _work(self, asked: object, text: str) -> None:
        self.say(text, "busy")
        self.run_worker(self._answer(asked), group="ask", exclusive=True, exit_on_error=False)

    async def _answer(self, asked: object) -> None:
        try:
            await asked  # type: ignore[misc] # one of the looker's coroutines
        except ConsoleError as error:
            self.say(error.what, "bad")
        else:
            self.say("done")
            self.update()
