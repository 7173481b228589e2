"""The palette has everything: what keys do here, where one can go, colours; and what is typed too early is not lost."""

from pathlib import Path

import pytest

from core.environments.load import load
from tests.support import terminal
from tests.tui.showing import shows, text
from tests.tui.snapshots.shown import StillConsole
from tests.tui.start import shop
from tui.keys_told import grouped
from tui.options import ScreenOptions
from tui.palette import Entry, everything, found
from tui.screens.check import CheckScreen
from tui.screens.jobs import JobsScreen
from tui.screens.promotion import PromotionScreen
from tui.screens.reason import ReasonScreen
from tui.screens.releases import ReleasesScreen
from tui.terminal import Terminal


def _entry(title: str, text: str = "") -> Entry:
    return Entry(title, text, "", "group", lambda: None)


def test_words_find_what_begins_with_them_first() -> None:
    entries = [
        _entry("see where", "the theme of this"), _entry("anthem"), _entry("theme nord"), _entry("promote"),
    ]  # fmt: skip
    assert [entry.title for entry in found(entries, "them")] == ["theme nord", "anthem", "see where"]
    assert [entry.title for entry in found(entries, "nord theme")] == ["theme nord"]
    assert found(entries, "") == entries
    assert found(entries, "no such") == []


async def test_it_has_every_key_and_every_place(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        entries = everything(app, app.screen)
        titles = {entry.title for entry in entries}
        keys = {binding.description for group in grouped(app.screen).values() for binding, _, _ in group}
        assert keys - {"palette"} <= titles
        assert {"first screen", "all jobs", "all settings", "releases of staging", "check production"} <= titles
        assert {"build the last commit", "promote staging to production", "roll back production"} <= titles
        assert {f"theme {name}" for name in app.available_themes} <= titles
        assert "quit" in titles


@pytest.mark.parametrize(
    ("words", "screen"),
    [
        ("all jobs", JobsScreen),
        ("releases production", ReleasesScreen),
        ("check staging", CheckScreen),
        ("promote staging", PromotionScreen),
    ],
)
async def test_one_goes_anywhere_by_words(app: StillConsole, words: str, screen: type) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p", *(letter if letter != " " else "space" for letter in words), "enter")
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, screen)


def test_words_typed_in_one_burst_are_words(tmp_path: Path) -> None:
    """As from a slow line: none of them reaches the screen beneath, where `b` would plan a build."""
    file = shop.write(tmp_path / "shop")
    with terminal.Terminal(shop.command(file), environ=shop.environ(tmp_path)) as screen:
        screen.wait(lambda seen: b"4 production" in seen)
        screen.press(b"\x10bnoj")
        screen.wait(lambda seen: b"bnoj" in seen and b"no words like these" in seen)


async def test_a_question_is_answered_first(app: StillConsole) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(ReasonScreen("Skip", "Why?"))
        await shows(pilot, "Why?")
        await pilot.press("ctrl+p", "x")
        await shows(pilot, "Why?", " x")
        assert isinstance(app.screen, ReasonScreen)


async def test_a_theme_is_chosen_by_its_name_and_remembered(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+p", *"nord", "enter")
        await pilot.pause()
        await pilot.pause()
        assert app.theme == "nord"
        assert app.memory.now.theme == "nord"


async def test_what_is_not_possible_says_why(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("2", "ctrl+p", *"releases")
        await shows(pilot, "(releases)", "not now: build has no releases")
        await pilot.press("enter")
        await shows(pilot, "Not now: build has no releases")


async def test_read_only_plans_nothing_and_says_so(file: Path) -> None:
    app = StillConsole(
        load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions(read_only=True)
    )
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+p", *"promote", "space", *"staging", "enter")
        await shows(pilot, "Not now: mageconsole was started with --read-only")
        assert len(app.screen_stack) == 1


async def test_a_click_does_it(app: StillConsole) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("ctrl+p", *"jobs")
        await shows(pilot, "all jobs")
        row = next(at for at, line in enumerate(text(app).splitlines()) if "all jobs" in line)
        await pilot.click(offset=(30, row))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, JobsScreen)
