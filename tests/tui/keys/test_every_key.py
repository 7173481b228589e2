"""Every key of every screen is pressed; the list comes from the bindings, and one that is not pressed is red."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

import tui
from core.environments.load import load
from core.jobs.store import Store
from core.settings.entering import InputKind
from tests.pipeline.test_plans import promoted
from tests.tui.past import past_job
from tests.tui.showing import shows
from tests.tui.snapshots.shown import releases
from tests.tui.start import shop
from tui.app import ConsoleApp
from tui.known_keys import bindings
from tui.options import ScreenOptions
from tui.promotion.wanted import Wanted
from tui.screens.approve import ApproveScreen, Question
from tui.screens.base import ConsoleScreen
from tui.screens.choose import ChooseScreen
from tui.screens.edit_setting import Editing, EditSetting
from tui.screens.help import HelpScreen
from tui.screens.jump import JumpScreen
from tui.screens.palette import PaletteScreen
from tui.screens.pending import Deeds, PendingScreen
from tui.screens.plan_options import PlanOptionsScreen
from tui.screens.reason import ReasonScreen
from tui.screens.release import ReleaseScreen
from tui.settings.pending import Pending
from tui.terminal import Terminal

Name = tuple[str, str]
"""The module and id, or action, of a binding."""


class Recorded(ConsoleApp):
    """Notes every action that a key asks for, whether it is done or refused with a reason."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.asked: list[tuple[DOMNode, str]] = []
        self.left = False

    async def run_action(self, action: Any, default_namespace: Any = None, namespaces: Any = None) -> bool:
        """Note it, then do it."""
        node, name, _ = self._parse_action(action, default_namespace or self, namespaces)
        self.asked.append((node, name))
        return await super().run_action(action, default_namespace, namespaces)

    async def action_quit(self) -> None:
        """Stay: there are more keys to press."""
        self.left = True


def _name(owner: type[Any], binding: Binding) -> Name:
    return owner.__module__, binding.id or binding.action


def _owner(node: DOMNode, binding: Binding) -> type[Any]:
    """Return the class that declares a binding."""
    for kind in type(node).__mro__:
        declared = kind.__dict__.get("BINDINGS", ())
        if any(isinstance(item, Binding) and item.action == binding.action for item in declared):
            return kind
    return type(node)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project of systems that nobody reaches, with two jobs that are over."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)  # exports go where one stands
    made = shop.write(tmp_path / "shop")
    for number in range(2):
        past_job(Store(load(made).state_dir), promoted(), made, at=1_764_000_000.0 + 3600 * number)
    return made


@asynccontextmanager
async def _opened(file: Path) -> AsyncIterator[tuple[Recorded, Pilot[int]]]:
    app = Recorded(load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        yield app, pilot


def _job(app: ConsoleApp) -> str:
    return app.door.store.list()[0].id


RELEASES = releases("production")
WANTED = Wanted(kind="promote", source="staging", target="production")
QUESTION = Question(
    title="Approve", name="production", also="I stay", parts=(("What will happen", ("It is closed.",)),)
)
PENDING = (
    Pending(
        system="production",
        name="web/unsecure/base_url",
        before="a",
        after="b",
        choices=("adopt", "ignore until"),
    ),
)
DEEDS = Deeds(plan=id, undo=id, adopt=id, ignore=id)  # type: ignore[arg-type] # they do nothing
EDITING = Editing(path="a/b/c", system="production", kind=InputKind.TEXT, scopes=("default", "stores/de"))
OPENERS: dict[str, Callable[[ConsoleApp], Any]] = {
    "pipeline": lambda app: None,
    "environment": lambda app: app.screen.run_worker(app.run_action("open", app.focused)),
    "jobs": lambda app: app.open_jobs(),
    "log": lambda app: app.open_log(_job(app)),
    "job": lambda app: app.open_job(_job(app)),
    "plan": lambda app: app.open_build(),
    "releases": lambda app: app.open_releases("production"),
    "release": lambda app: app.push_screen(ReleaseScreen(RELEASES, RELEASES.rows[0])),
    "settings": lambda app: app.open_settings(),
    "pending": lambda app: app.push_screen(PendingScreen(PENDING, DEEDS, "production")),
    "edit": lambda app: app.push_screen(EditSetting(EDITING)),
    "choose": lambda app: app.push_screen(ChooseScreen("Move", "To where?", (("shared", "nothing moves"),))),
    "check": lambda app: app.open_check("production"),
    "options": lambda app: app.push_screen(PlanOptionsScreen(WANTED)),
    "help": lambda app: app.push_screen(HelpScreen(app.screen)),
    "palette": lambda app: app.push_screen(PaletteScreen(app, app.screen)),
    "jump": lambda app: app.push_screen(JumpScreen(app.screen)),
    "approve": lambda app: app.push_screen(ApproveScreen(QUESTION, dead_s=0)),
    "reason": lambda app: app.push_screen(ReasonScreen("Skip", "Why?")),
}
INSIDE: dict[str, tuple[str, ...]] = {"jobs": ("slash",), "log": ("slash", "enter"), "job": ()}
"""Keys that open a part, or a window, with keys of its own; these screens are opened anew for each key."""


def _zoomed(app: ConsoleApp) -> bool:
    return isinstance(app.screen, ConsoleScreen) and app.screen.zoomed is not None


def _part(app: ConsoleApp, place: int) -> Widget | None:
    chain = app.screen.focus_chain
    return chain[place] if place < len(chain) else None


async def _sweep(app: Recorded, pilot: Pilot[int], back: Callable[[], Any], pressed: set[Name]) -> None:
    """Press every key that works where the focus is; what each opens is left again."""
    for key, active in list(app.screen.active_bindings.items()):
        node, binding = active.node, active.binding
        owner = _owner(node, binding)
        if owner.__module__.partition(".")[0] != "tui" or _name(owner, binding) in pressed:
            continue
        await back()
        app.asked.clear()
        await pilot.press(key)
        await pilot.pause()
        action = binding.action.rpartition(".")[2].partition("(")[0]
        assert action in [name for _, name in app.asked], f"{key} of {owner.__name__} does not ask for {action}"
        pressed.add(_name(owner, binding))


async def _press_all(file: Path, name: str, pressed: set[Name]) -> None:
    """Press the keys of one screen that were not pressed on another before."""
    async with _opened(file) as (app, pilot):
        opened: list[Screen[Any]] = [app.screen]

        async def open_it() -> None:
            app.memory.now.layout.clear()  # as at the first start: what a key changed before is remembered
            OPENERS[name](app)
            await pilot.pause()
            await pilot.pause()
            if name == "log":
                await shows(pilot, " 56 lines")

        async def back() -> None:
            if name not in INSIDE and app.screen is opened[0] and not _zoomed(app):
                return
            while len(app.screen_stack) > 1:
                app.pop_screen()
            await open_it()
            opened[0] = app.screen

        await open_it()
        opened[0] = app.screen
        for place in range(max(1, len(app.screen.focus_chain))):
            target = [_part(app, place)]

            async def here(place: int = place, target: list[Widget | None] = target) -> None:
                await back()
                if target[0] is None or not target[0].is_attached or target[0].screen is not app.screen:
                    target[0] = _part(app, place)
                if app.screen.focused is not target[0]:
                    app.screen.set_focus(target[0])
                    await pilot.pause()

            await here()
            await _sweep(app, pilot, here, pressed)
            for key in INSIDE.get(name, ()):

                async def within(key: str = key) -> None:
                    await here()
                    await pilot.press(key)
                    await pilot.pause()

                await within()
                await _sweep(app, pilot, within, pressed)


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(tui.__path__, "tui."):
        yield found.name


@pytest.mark.timeout(400)  # every key of every screen: long where many share the machine
async def test_no_key_is_left_out(file: Path) -> None:
    for module in _modules():
        importlib.import_module(module)
    declared = {_name(owner, binding) for owner, binding in bindings()}
    ids = [name for _, name in declared]
    assert sorted({name for name in ids if ids.count(name) > 1}) == [], "two bindings with one id"
    pressed: set[Name] = set()
    for name in OPENERS:
        await _press_all(file, name, pressed)
    assert sorted(declared - pressed) == []


def test_every_key_has_a_name_and_says_what_it_does() -> None:
    for module in _modules():
        importlib.import_module(module)
    lacking = [
        (owner.__name__, binding.key) for owner, binding in bindings() if not binding.id or not binding.tooltip
    ]
    assert lacking == []
