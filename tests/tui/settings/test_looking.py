"""The matrix on real systems: every filter's key, and the layers of the row under the cursor."""

from functools import partial

import pytest

from tests.tui.settings.conftest import Stage, settings_of
from tests.tui.showing import press_what_is_shown, shows, text, until

pytestmark = [pytest.mark.xdist_group("settings-screen"), pytest.mark.timeout(200)]


def _off(which: str, found: str) -> bool:
    return f"{which} ✓" not in found


async def test_filters_and_layers(stage: Stage) -> None:
    async with settings_of(stage) as (pilot, screen):
        await shows(pilot, "1 all", "2 shared", "differ", "4 findings", "production")
        await press_what_is_shown(pilot, "/ filter")
        await pilot.press(*"base_url", "enter")
        await until(pilot, lambda found: "general/locale" not in found, "only what has these words")
        await shows(pilot, "web/unsecure/base_url", "system", "env.php", "wins", "system-specific")
        await pilot.press("3")
        await shows(pilot, "web/unsecure/base_url")
        await pilot.press("2")
        await shows(pilot, "no setting is like that")
        await pilot.press("4", "1")
        await shows(pilot, "web/unsecure/base_url")
        for key, which in (("o", "only in one"), ("w", "findings"), ("e", "guessed"), ("p", "pending")):
            await pilot.press(key)
            await shows(pilot, f"{which} ✓")
            await pilot.press(key)
            await until(pilot, partial(_off, which), f"{which} off")
        await pilot.press("slash", "escape", "d")
        await until(pilot, lambda found: "general/locale/code" not in found and "differ ✓" in found)
        assert screen.matrix.system == "production"
        await pilot.press("left", "r")
        await shows(pilot, "read:")
        assert screen.matrix.system == "staging"
        start, _ = screen.matrix._layout.cell(0)
        await pilot.click("#matrix", offset=(start + 3, 3))
        await shows(pilot, "▼ development")
        assert screen.matrix.system == "development"


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_sizes(stage: Stage, size: tuple[int, int]) -> None:
    async with settings_of(stage, size) as (pilot, screen):
        await pilot.press("left", "right", "end", "home", "down")
        await shows(pilot, "config.php", "wins")
        assert screen.matrix.current is not None
        assert screen.matrix.current.path in text(pilot.app)
