"""The app: wiring only. What it shows is core's state; what it does are core's commands."""

import asyncio
import contextlib
import functools
import gc
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.actions import SkipAction
from textual.app import App
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from core.console.snapshot import Magento, Snapshot
from core.console.snapshot_store import SnapshotStore
from core.environments.model import Project
from core.errors import ConsoleError
from tui import glyphs
from tui.crash import told, write_crash
from tui.jobs import JobsNow
from tui.keys import keys_file, read_keys, without_clashes
from tui.memory import Memory
from tui.messages import JobsChanged, Looked
from tui.options import ScreenOptions
from tui.project_now import ProjectNow
from tui.screens.base import ConsoleScreen
from tui.terminal import Terminal
from tui.themes import OURS, VARIABLES, first_theme
from tui.widgets import plain_scroll_bar
from tui.widgets.header import Header
from tui.widgets.key_bar import why_not
from tui.widgets.notice import Notice, Tone

if TYPE_CHECKING:
    from core.console.jobs import Jobs
    from core.console.looker import Looker
    from tui.job_now import JobNow

_NOT_NOW = "Not now: "

_KEYS = {"⏎": "enter", "⇥": "tab", "␣": "space", "↑": "up", "↓": "down", "←": "left", "→": "right"}


class ConsoleApp(ProjectNow):
    """The console of one project."""

    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "mageconsole"
    ENABLE_COMMAND_PALETTE = False  # ours knows more, and has the signs of every terminal
    BINDING_GROUP_TITLE = "Everywhere"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("question_mark,f1", "show_keys", "help", id="help", tooltip="All keys of the focused part"),
        # At once: on a slow line the words that are looked for are on their way already.
        Binding("ctrl+p", "palette", "palette", id="palette", tooltip="Everything, by words", priority=True),
        Binding(
            "colon", "palette", "palette", id="palette-too", tooltip="The same, where it is no text", show=False
        ),
        Binding("semicolon", "jump", "jump", id="jump", tooltip="Jump to a part by its letter", show=False),
        Binding(
            "ctrl+r",
            "read_environments",
            "read environments.toml",
            id="read-environments",
            tooltip="Read environments.toml again now",
            show=False,
        ),
        Binding("ctrl+q", "quit", "quit", id="quit", tooltip="Leave; jobs go on", show=False),
    ]

    def __init__(self, project: Project, found: Terminal, options: ScreenOptions) -> None:
        self.project = project
        self.options = options
        self.terminal = found
        glyphs.choose(found.unicode)
        plain_scroll_bar.choose(found.unicode)
        # Textual greys instead of leaving colours out, unless it is told of ANSI colours before its first theme.
        super().__init__(ansi_color=None if found.colour else True)
        self.animation_level = "none"
        self.memory = Memory(project.name)
        self._looker: Looker | None = None
        self._first_known = SnapshotStore(project).load()
        self.jobs = JobsNow(lambda: self.door.store, self._tell_of_jobs)
        self.fits: dict[tuple[str, str], Magento] = {}
        """What Magento said of releases that need not be live, by environment and release, with when it was asked."""
        for theme in OURS:
            self.register_theme(theme)
        self._begin_with(self._known(first_theme(found, self.memory.now.theme, options.theme)))
        self.set_class(not found.unicode, "-ascii")
        self.crash: BaseException | None = None
        self.key_mistakes: list[str] = []

    def _begin_with(self, theme: str) -> None:
        """Take the first theme before any style is read; assigned as later ones are, all would be read twice."""
        found = self.available_themes[theme]
        if found.ansi:  # colours are sent in another way, which Textual arranges when it is assigned
            self.theme = theme
            return
        self.set_reactive(App.theme, theme)
        dark = found.dark
        self.set_class(True, f"-theme-{theme}", update=False)
        self.set_class(dark, "-dark-mode", update=False)
        self.set_class(not dark, "-light-mode", update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def _known(self, theme: str) -> str:
        return theme if theme in self.available_themes else OURS[0].name

    @property
    def known(self) -> Snapshot:
        """The last known state: from disk at first, then as the looker tells it."""
        return self._first_known if self._looker is None else self._looker.known

    @property
    def watching(self) -> bool:
        """Whether hosts are looked at again and again."""
        return self._looker is not None and bool(self._looker.watching.names)

    @property
    def looker(self) -> "Looker":
        """What looks at hosts; made when it is first asked, which the first frame does not do."""
        if self._looker is None:
            from core.console.looker import Looker

            self._looker = Looker(self.project)
        return self._looker

    @looker.setter
    def looker(self, looker: "Looker") -> None:
        self._looker = looker

    @functools.cached_property
    def door(self) -> "Jobs":
        """The door to the jobs; loaded when it is first used, which the first frame does not do."""
        from core.console.jobs import Jobs

        return Jobs(self.project)

    @property
    def project_name(self) -> str:
        """The project's name, for the header."""
        return self.project.name

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as it is written on a keyboard, in letters that every terminal has."""
        shown = super().get_key_display(binding)
        return _KEYS.get(shown, shown)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give themes that are not ours our own variables too."""
        return dict(VARIABLES)

    def on_mount(self) -> None:
        """Read the operator's keys, and open the first screen."""
        self._use_keys()
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        self.call_after_refresh(self._begin)
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit, 0)

    def _begin(self) -> None:
        """Look at hosts and jobs, now that the last known state is on the screen."""
        gc.freeze()  # what the first frame loaded stays: it need not be looked through again and again
        gc.enable()
        self.run_worker(self.jobs.watch(), group="jobs", exit_on_error=False)
        self.run_worker(self._hear(), group="looker", exit_on_error=False)
        self.watch_hosts(True)
        self.follow_file()

    async def _hear(self) -> None:
        async for push in self.looker.pushes():
            for screen in self.screen_stack:
                screen.post_message(Looked(push))

    def watch_hosts(self, on: bool) -> None:
        """Look at all hosts again and again, or stop that."""
        names = list(self.project.environments) if on else []
        self.run_worker(self._watch(names), group="watch", exclusive=True, exit_on_error=False)

    async def _watch(self, names: list[str]) -> None:
        try:
            await self.looker.watch(names)
        except ConsoleError as error:
            self.say(error.what, "bad")
        self.refresh_header()

    @property
    def asks(self) -> bool:
        """Whether a question is open, or the palette."""
        return any(not isinstance(screen, ConsoleScreen) for screen in self.screen_stack)

    def _tell_of_jobs(self) -> None:
        for item in self.jobs.take_ended():
            self._ring(item)
            target = item.state.plan.target if item.state.plan else ""
            if self.watching and target in self.project.environments:
                self.run_worker(self._look_after_job(target), group="look-after-job", exit_on_error=False)
        for screen in self.screen_stack:
            screen.post_message(JobsChanged())
        self.refresh_header()

    async def _look_after_job(self, target: str) -> None:
        """Show what the job made of its environment now, and not at the next round of looks."""
        with contextlib.suppress(ConsoleError):  # the round of looks says what is wrong
            await self.looker.look([target])

    def _ring(self, item: "JobNow") -> None:
        if self.options.bell and self._driver is not None:
            from tui.bell import ending, rung

            self._driver.write(rung(ending(item)))

    async def on_unmount(self) -> None:
        """End the process that looks; keep what is to be remembered."""
        self.memory.save()
        if self._looker is not None:
            await self._looker.stop()

    def get_default_screen(self) -> Screen[Any]:
        """Return the first screen: the pipeline."""
        from tui.screens.pipeline import PipelineScreen

        return PipelineScreen()

    def _use_keys(self) -> None:
        file = keys_file()
        if not file.exists():
            return
        from tui.known_keys import known_ids, together  # loads every screen, for the names of its keys

        keymap, mistakes = read_keys(file, known_ids())
        keymap, clashes = without_clashes(keymap, together())
        self.set_keymap(keymap)
        self.key_mistakes = [*mistakes, *clashes]
        if self.key_mistakes:
            told = "\n".join(f"{glyphs.glyphs().dot} {mistake}" for mistake in self.key_mistakes)
            self.notify(told, title=str(file).replace(str(Path.home()), "~", 1), severity="warning", timeout=20)

    def _remember_theme(self, theme: Any) -> None:
        if self.terminal.colour and theme.name != self.memory.now.theme:
            self.memory.now.theme = theme.name
            self.memory.save()

    def say(self, text: str, tone: Tone = "plain") -> None:
        """Say a sentence above the keys of the screen in front."""
        if isinstance(self.screen, ConsoleScreen):
            self.screen.say(text, tone)
        else:
            self.notify(text, severity="error" if tone == "bad" else "information")

    def refresh_header(self) -> None:
        """Tell the screen in front what stands in its header."""
        screen = self.screen
        if isinstance(screen, ConsoleScreen) and screen.is_mounted:
            screen.query_one(Header).tell(screen.heading, *self._header_facts())

    def _header_facts(self) -> list[str]:
        running = len(self.jobs.running)
        return [
            "read-only" if self.options.read_only else "",
            f"{running} job{'s' if running != 1 else ''} at work" if running else "",
            "environments.toml is broken" if self.broken else "",
            "" if self.watching else "not watching",
        ]

    def refusal(self, node: DOMNode, action: str) -> str:
        """Return why an action can't be done now; empty when it can."""
        return why_not(node, action)

    async def run_action(
        self,
        action: str | tuple[str, str, tuple[object, ...]],
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Run an action, or say why it can't be run now."""
        node, name, _ = self._parse_action(action, default_namespace or self, namespaces)
        reason = self.refusal(node, name)
        if reason:
            self.say(f"{_NOT_NOW}{reason}", "attention")
            return True
        self._forget_refusal()
        return await super().run_action(action, default_namespace, namespaces)

    def action_palette(self) -> None:
        """Offer everything that can be done, by words; a question is answered first."""
        if self.screen.is_modal:
            raise SkipAction
        from tui.screens.palette import PaletteScreen

        self.push_screen(PaletteScreen(self, self.screen))

    def _forget_refusal(self) -> None:
        """What was refused is no news any more once something else is done."""
        screen = self.screen
        if isinstance(screen, ConsoleScreen) and screen.is_mounted:
            notice = screen.query_one(Notice)
            if notice.text.startswith(_NOT_NOW):
                notice.say("")

    def action_show_keys(self) -> None:
        """Show the keys of the focused part."""
        from tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.screen))

    def action_jump(self) -> None:
        """Put a letter on every part."""
        from tui.screens.jump import JumpScreen

        screen = self.screen

        def go(target: Widget | None) -> None:
            if target is not None:
                screen.set_focus(target)

        self.push_screen(JumpScreen(screen), go)

    async def take_project(self, project: Project) -> None:
        """Go on with environments.toml as it is now: everything here is made from it. Raises ConsoleError."""
        from core.console.jobs import Jobs

        moved, watched = project.state_dir != self.project.state_dir, self.watching
        self.project = project
        if moved:
            self.door = Jobs(project)
        self.door.project = project
        self.keep_secrets(project)
        await self.looker.reload(project)
        if watched and not self.watching:  # it knows other systems, and was started anew
            self.watch_hosts(True)

    def _fatal_error(self) -> None:
        """Leave after a mistake of ours: Textual's own way would print the values of local variables."""
        error = self._exception
        path = write_crash(error) if error is not None else None
        self.bell()
        if error is not None:
            from rich.text import Text

            self._exit_renderables.append(Text(told(error, path)))
        self._close_messages_no_wait()
