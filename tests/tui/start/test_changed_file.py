"""environments.toml that somebody changes while the console is open: taken over by itself, a broken one is not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.environments.load import load
from core.errors import ConsoleError
from tests.tui.showing import shows, text, until
from tests.tui.start import shop
from tui import project_now
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.screens.approve import ApproveScreen, Question
from tui.terminal import Terminal

_STAGING = shop.ENVIRONMENTS.index("[environments.staging]")
_PRODUCTION = shop.ENVIRONMENTS.index("[environments.production]")
WITHOUT_STAGING = shop.ENVIRONMENTS[:_STAGING] + shop.ENVIRONMENTS[_PRODUCTION:].replace(
    '"deploy@127.0.0.4:9"', '"deploy@127.0.0.9:9"'
)


@asynccontextmanager
async def _opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Pilot[int], ConsoleApp, Path]]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(project_now, "FILE_S", 0.1)
    file = shop.write(tmp_path / "shop")
    app = ConsoleApp(load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "3 staging", "4 production", "127.0.0.4")
        yield pilot, app, file


async def test_other_systems_are_shown_and_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _opened(tmp_path, monkeypatch) as (pilot, app, file):
        await until(pilot, lambda _: app.watching)
        file.write_text(WITHOUT_STAGING)
        await shows(
            pilot, "3 production", "127.0.0.9", "environments.toml was changed: the console goes on with it"
        )
        assert "staging" not in text(app) and "127.0.0.4" not in text(app)
        # The process that looks was told: it knows no staging, and looks at the new host by itself.
        with pytest.raises(ConsoleError) as unknown:
            await app.looker.look(["staging"])
        assert unknown.value.code == "no-such-environment"

        def tried(_: str) -> bool:
            found = app.known.environment("production")
            return found is not None and found.hosts[-1].tried is not None

        await until(pilot, tried, "looked at")
        assert app.watching and app.door.project.digest == load(file).digest


async def test_a_broken_file_keeps_what_was_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _opened(tmp_path, monkeypatch) as (pilot, app, file):
        before = app.project
        file.write_text(shop.ENVIRONMENTS.replace('role = "staging"', 'role = "stage"'))
        await shows(
            pilot, "environments.toml can't be used as it is now", "environments.toml is broken", "3 staging"
        )
        assert app.project is before
        file.write_text("[project")
        await shows(pilot, "environments.toml is broken", "4 production")
        file.write_text(shop.ENVIRONMENTS)
        await until(pilot, lambda seen: "whole again" in seen and "is broken" not in seen)
        assert app.project is before
        file.unlink()
        await shows(pilot, "environments.toml is broken", "4 production")


async def test_a_system_that_is_gone_says_so_on_its_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with _opened(tmp_path, monkeypatch) as (pilot, app, file):
        await pilot.press("3", "enter")
        await until(pilot, lambda _: len(app.screen_stack) == 2)
        file.write_text(WITHOUT_STAGING)
        await shows(pilot, "environments.toml has no staging any more")
        await pilot.press("u")
        await shows(pilot, "Not now: environments.toml has no staging any more")
        await pilot.press("escape")
        await shows(pilot, "3 production")
        assert app.focused is not None and app.focused.id == "pane-3"


async def test_nothing_changes_under_a_question(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _opened(tmp_path, monkeypatch) as (pilot, app, file):
        before = app.project
        app.push_screen(ApproveScreen(Question(title="Approve", parts=(("What", ("It switches.",)),))))
        await shows(pilot, "It switches.")
        looked: list[object] = []
        look = app._file.look

        def counted() -> object:
            looked.append(1)
            return look()

        monkeypatch.setattr(app._file, "look", counted)
        file.write_text(WITHOUT_STAGING)
        await pilot.pause(0.6)
        assert not looked and app.project is before
        await pilot.press("escape")
        await shows(pilot, "3 production")
