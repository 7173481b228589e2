"""Two beside each other: systems, and a system with an artifact."""

import pytest

from tests.tui.settings.conftest import Stage, settings_of
from tests.tui.showing import shows, until

pytestmark = [pytest.mark.xdist_group("settings-screen"), pytest.mark.timeout(300)]


@pytest.fixture
def built(stage: Stage) -> Stage:
    """Return the shop with an artifact of the newest commit, which holds what was planted."""
    code, said = stage.cli("build")
    assert code == 0, said
    return stage


async def test_a_system_is_put_beside_an_artifact(built: Stage) -> None:
    stage = built
    async with settings_of(stage) as (pilot, screen):
        await pilot.press("left", "left")
        await until(pilot, lambda found: screen.matrix.system == "build")
        await pilot.press("right", "c")
        await shows(pilot, "Compare staging with", "build: its newest artifact", "artifact ")
        await pilot.press("end", "enter")
        await shows(
            pilot, "staging beside artifact", "catalog/frontend/grid_per_page", "payment/acme/private_key"
        )
        await pilot.press("right", "enter")
        await shows(pilot, "an artifact is what it is")
        await pilot.press("escape")
        await shows(pilot, "production", "20 of 20")


def test_the_command_line_compares_with_an_artifact_by_its_id(built: Stage) -> None:
    (info,) = (built.shop.path("build") / ".mageconsole/artifacts").glob("*/complete")
    artifact = info.parent.name
    code, said = built.cli("settings", "diff", "staging", artifact[:8])
    assert code == 0 and "catalog/frontend/grid_per_page" in said and artifact[:8] in said


async def test_any_two_are_put_beside_each_other(stage: Stage) -> None:
    async with settings_of(stage) as (pilot, screen):
        assert screen.matrix.system == "production"
        await pilot.press("c")
        await shows(pilot, "Compare production with", "development: dev1", "staging: stg", "enter chooses")
        await pilot.press("down", "enter")
        await shows(pilot, "production beside staging", "c shows all systems again", "differ ✓")
        await until(pilot, lambda found: "general/store_information/name" not in found, "only what differs")
        await shows(pilot, "web/unsecure/base_url", "http://shop.example.com/", "http://staging.example.c")
        await pilot.press("c")
        await shows(pilot, "general/store_information/name", "development")


def test_the_command_line_names_what_is_no_side(stage: Stage) -> None:
    code, said = stage.cli("settings", "diff", "production", "f00d")
    assert code != 0 and ("no artifact" in said or "Nothing has been built" in said or "no-artifact" in said)
