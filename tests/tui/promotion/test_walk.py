"""As a new user would: by keyboard alone, and only by keys that the screen shows before they are pressed."""

import pytest
from textual.pilot import Pilot

from core.environments.load import load
from tests.chain.stage import Stage
from tests.tui.showing import press_what_is_shown, shows, text, until
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.terminal import Terminal

pytestmark = [pytest.mark.xdist_group("promotion-screen"), pytest.mark.timeout(400)]


async def _approve(pilot: Pilot[int], *typed: str) -> None:
    """Answer the gate: it says what will happen; then type what it asks for, or choose yes."""
    await press_what_is_shown(pilot, "a approve", "waits for approval", "When you approve")
    if typed:
        await shows(pilot, "Type production")
        await pilot.pause(0.7)  # it takes no answer at first: a repeated Enter is none
        await pilot.press(*typed, "enter")
    else:
        await shows(pilot, "Approve", "Cancel")
        await pilot.pause(0.7)
        await pilot.press("right", "enter")
    await pilot.pause()


async def test_the_whole_way_by_keyboard(stage: Stage) -> None:
    app = ConsoleApp(
        load(str(stage.shop.toml)), Terminal(remote=False, colour=True, unicode=True), ScreenOptions()
    )
    async with app.run_test(size=(120, 36)) as pilot:
        await _promote_to_staging(pilot)
        await _step_to_production(pilot)
        await _find_the_log(pilot)
        assert stage.runs() == {"window"} and stage.runs("stg") == {"window"}
        await _roll_back(pilot)
        assert stage.runs() == {"live"}


async def _promote_to_staging(pilot: Pilot[int]) -> None:
    await press_what_is_shown(pilot, "2 build", "artifact")
    await press_what_is_shown(pilot, "p promote", "2 build")
    await press_what_is_shown(pilot, "S run all", "nothing has been changed yet", "to staging")
    await _approve(pilot)
    await shows(pilot, "done in")
    await press_what_is_shown(pilot, "esc back")
    await shows(pilot, "1 development", "in step")


async def _step_to_production(pilot: Pilot[int]) -> None:
    await press_what_is_shown(pilot, "3 staging", "1 development")
    await press_what_is_shown(pilot, "p promote")
    await press_what_is_shown(pilot, "s step", "nothing has been changed yet", "to production")
    await until(pilot, lambda found: "paused" in found and "(s step)" not in found, "a pause after one step")
    await press_what_is_shown(pilot, "s step", "paused")
    await press_what_is_shown(pilot, "S run all", "paused")
    await _approve(pilot, *"production")
    await shows(pilot, "done in")


async def _find_the_log(pilot: Pilot[int]) -> None:
    await press_what_is_shown(pilot, "esc back")
    await press_what_is_shown(pilot, "j jobs", "1 development")
    await press_what_is_shown(pilot, "l log", "promote", "to production", "done")
    await press_what_is_shown(pilot, "/ search", "log of job", "follow on")
    await pilot.press(*"Schema", "enter")
    await until(pilot, lambda found: "match" in found and "0 of 0" not in found, "a match")
    # Escape stops a search that still goes on, then leaves it, then goes back: how often depends on its speed.
    while "log of job" in text(pilot.app):
        await press_what_is_shown(pilot, "esc back")
    await press_what_is_shown(pilot, "esc back", "Jobs")


async def _roll_back(pilot: Pilot[int]) -> None:
    await press_what_is_shown(pilot, "4 production", "1 development")
    await press_what_is_shown(pilot, "r releases", "4 production")
    await shows(pilot, "Releases of production", "the one before")
    await pilot.press("down")
    await press_what_is_shown(pilot, "b roll back")
    await press_what_is_shown(pilot, "S run all", "nothing has been changed yet", "roll back")
    await _approve(pilot, *"production")
    await shows(pilot, "done in")
