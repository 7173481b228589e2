"""Moving a setting between kinds on the screen: what each system does stays the same, also when all of it is applied."""

import asyncio
import json
import tomllib
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList

from tests.tui.settings.conftest import Stage, settings_of
from tests.tui.settings.test_walk import _apply, _find
from tests.tui.showing import press_what_is_shown, shows, text, until

pytestmark = [pytest.mark.xdist_group("settings-screen"), pytest.mark.timeout(500)]
NAME = "general/store_information/name"
SYSTEMS = ("development", "staging", "production")


async def _move(pilot: Pilot[int], path: str, to: str) -> None:
    await _find(pilot, path)
    await press_what_is_shown(pilot, "m move")
    await shows(pilot, "Move to another kind", f"{to}:", "enter chooses")
    for _ in range(3):
        if f"{to}:" in _highlighted(pilot):
            break
        await pilot.press("down")
    await pilot.press("enter")


def _highlighted(pilot: Pilot[int]) -> str:
    options = pilot.app.screen.query_one(OptionList)
    assert options.highlighted is not None
    return str(options.get_option_at_index(options.highlighted).prompt)


def _project(stage: Stage) -> Any:
    return tomllib.loads(stage.shop.toml.read_text())


def _effective(stage: Stage) -> dict[str, Any]:
    """Return what each system does, by the command line."""
    found = {}
    for name in SYSTEMS:
        code, said = stage.cli("settings", "show", name, NAME, "--json")
        assert code == 0, said
        found[name] = json.loads(said)["layers"][0]["value"]
    return found


async def test_there_and_back_between_all_kinds(stage: Stage) -> None:
    before = stage.shop.toml.read_text()
    async with settings_of(stage) as (pilot, _):
        await _move(pilot, NAME, "system")
        await shows(pilot, "5 pending", "read:")
        found = _project(stage)
        assert found["project"]["kinds"] == {NAME: "system"}
        for name in SYSTEMS:
            assert found["environments"][name]["settings"]["default"][NAME] == "Acme Store"
        await shows(pilot, "read:", "system")
        await _move(pilot, NAME, "sensitive")
        await shows(pilot, "••••", "read:")
        found = _project(stage)
        assert found["project"]["kinds"] == {NAME: "sensitive"} and "Acme Store" not in str(
            found["environments"]
        )
        assert all(found["environments"][name]["sensitive"] == [NAME] for name in SYSTEMS)
        await shows(pilot, "read:", "••••")
        await _move(pilot, NAME, "system")
        await shows(pilot, "confirmed: environments.toml says so", "declared: Acme Store", "read:")
        assert _project(stage)["environments"]["production"]["settings"]["default"][NAME] == "Acme Store"
        await _move(pilot, NAME, "shared")
        await shows(pilot, "2 pending", "read:")
        found = _project(stage)
        assert found["project"]["kinds"] == {NAME: "shared"} and "Acme Store" not in str(found["environments"])
        await shows(pilot, "read:")
        await _find(pilot, "payment/acme/gateway_url")
        await _move(pilot, "payment/acme/gateway_url", "shared")
        await shows(pilot, "What modules declare is not changed")
    assert before != stage.shop.toml.read_text()


def test_no_system_changes_when_a_shared_one_becomes_system_specific_and_is_applied(stage: Stage) -> None:
    before = _effective(stage)
    assert before == dict.fromkeys(SYSTEMS, before["production"])

    async def moved() -> None:
        async with settings_of(stage) as (pilot, _):
            await _move(pilot, NAME, "system")
            await shows(pilot, "5 pending", "read:")

    async def taken_out() -> None:
        async with settings_of(stage) as (pilot, _):
            await press_what_is_shown(pilot, "v review")
            await pilot.press("home")
            await shows(pilot, "out of config.php", "▶✓development")
            await until(pilot, lambda found: "would lose the value" not in found)
            assert NAME in text(pilot.app)
            await _apply(pilot)

    asyncio.run(moved())
    for name in SYSTEMS:
        code, said = stage.cli("settings", "apply", name, NAME, "--yes", "--confirm", name)
        assert code == 0, said
        assert _effective(stage) == before
    asyncio.run(taken_out())
    assert _effective(stage) == before
    assert "Acme Store" not in (stage.shop.path("dev1") / "app/etc/config.php").read_text()
