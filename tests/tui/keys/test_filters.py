"""`/` filters every list; what was asked of a release stays known, with its age."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest
from textual.events import Key
from textual.pilot import Pilot

from core.console.answers import Releases
from core.console.snapshot import Magento, Pending
from core.environments.load import load
from tests.tui.showing import lines, shows, text, until
from tests.tui.snapshots.shown import NOW, StillConsole, releases
from tests.tui.start import shop
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.screens.release import ReleaseScreen
from tui.terminal import Terminal


@asynccontextmanager
async def _opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *keys: str, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[int], ConsoleApp]]:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr(time, "time", lambda: NOW)
    file = shop.write(tmp_path / "shop")
    app = StillConsole(load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
    async with app.run_test(size=size) as pilot:
        await pilot.press(*keys)
        yield pilot, app


async def test_releases_are_filtered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _opened(tmp_path, monkeypatch, "4", "r") as (pilot, app):
        await shows(pilot, "Fix tax rounding", "/ filter")
        await pilot.press("slash", *"goes next")
        found = await until(pilot, lambda seen: "1 of 3" in seen and "Fix tax" not in seen)
        assert any(line.startswith(" / goes next") and line.endswith("1 of 3") for line in lines(app))
        assert "Speed up the category" in found and "release    35-" in found
        await pilot.press("enter", "enter")
        await shows(pilot, "release 35-51aa51aa51aa of production", "locales    en_US de_DE", "web2  whole")
        assert isinstance(app.screen, ReleaseScreen)
        await pilot.press("escape")
        await shows(pilot, "1 of 3")
        await pilot.press("slash", "x")
        await shows(pilot, "no release has these words")
        await pilot.press("escape")
        await shows(pilot, "Fix tax rounding", "Speed up")


async def test_findings_are_filtered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _opened(tmp_path, monkeypatch, "4", "enter", "c") as (pilot, app):
        await shows(pilot, "env.php differs", "/ filter", "3 findings")
        for key in ("slash", *"zstd", "enter"):  # at once, as on a slow line
            app.post_message(Key(key, key if len(key) == 1 else None))
        found = await until(pilot, lambda seen: "1 of 3" in seen and "env.php differs" not in seen)
        assert "Install zstd." in found and "Good to know" in found and "Dangerous" not in found
        await pilot.press("slash", *"nothing", "enter")
        await shows(pilot, "No finding has these words.")


async def test_enter_opens_a_release_and_b_rolls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with _opened(tmp_path, monkeypatch, "4", "r") as (pilot, app):
        wanted: list[tuple[str, str]] = []
        monkeypatch.setattr(app, "open_rollback", lambda *named: wanted.append(named))
        await shows(pilot, "Fix tax rounding", "(b roll back)")
        await pilot.press("down", "enter")
        await shows(pilot, "release 40-51aa51aa51aa of production", "b roll back")
        assert not wanted
        await pilot.press("b")
        assert wanted == [("production", "40-51aa51aa51aa")]


async def test_what_was_asked_stays_known_with_its_age(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    switched = 0.0

    async def ask(self: Any, name: str, release: str) -> Magento:
        asked.append(release)
        fits = Pending(word="up to date")
        return Magento(asked=time.time(), configuration=fits, database=fits)

    async def rows(self: Any, name: str) -> Releases:
        found = releases(name)
        live, *older = found.rows
        hosts = tuple(
            msgspec.structs.replace(host, live_since=switched or host.live_since) for host in live.hosts
        )
        return msgspec.structs.replace(found, rows=(msgspec.structs.replace(live, hosts=hosts), *older))

    async with _opened(tmp_path, monkeypatch, size=(120, 36)) as (pilot, app):
        monkeypatch.setattr(type(app.looker), "ask_release", ask)
        monkeypatch.setattr(type(app.looker), "releases", rows)
        await pilot.press("4", "r", "end", "f")
        await shows(pilot, "It fits the database as it now is, asked just now.")
        assert sorted(asked) == ["35-51aa51aa51aa", "40-51aa51aa51aa"]
        monkeypatch.setattr(time, "time", lambda: NOW + 720)
        await pilot.press("enter")
        await shows(pilot, "asked 12 min ago", "locales")
        await pilot.press("escape")  # back to the list, which is asked for again
        await shows(pilot, "Releases of production", "It fits the database as it now is, asked 12 min ago.")
        await pilot.press("escape", "r", "end")
        await shows(pilot, "asked 12 min ago")
        assert len(asked) == 2
        switched = NOW + 600
        await pilot.press("u")
        await shows(pilot, "Before the last switch it fitted, asked 12 min ago; that may have changed")
        await until(pilot, lambda _: len(asked) == 3)  # where a roll back leads is asked again by itself
        assert asked[-1] == "40-51aa51aa51aa" and "asking" not in lines(app)[-2], text(app)
