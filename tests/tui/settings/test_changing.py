"""Changes and their way back: undone, refused on production, kept in memory, never over somebody else's."""

import pytest
from textual.pilot import Pilot

from tests.tui.settings.conftest import Stage, settings_of
from tests.tui.settings.test_walk import URL, _find
from tests.tui.showing import press_what_is_shown, shows, text
from tui import project_now

pytestmark = [pytest.mark.xdist_group("settings-screen"), pytest.mark.timeout(300)]
VALUE = "pw-not-to-be-seen"


async def _edit(pilot: Pilot[int], value: str) -> None:
    await press_what_is_shown(pilot, "enter edit")
    await shows(pilot, "enter takes it")
    await pilot.press(*["backspace"] * 40, *value, "enter")


async def test_a_change_is_undone_and_a_declaration_taken_away(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_now, "FILE_S", 3600)  # somebody else's change is not seen before we write
    async with settings_of(stage) as (pilot, _):
        before = stage.shop.toml.read_text()
        await _find(pilot, "web/unsecure/base_url")
        await _edit(pilot, URL)
        await shows(pilot, "3 pending", "declared: web/unsecure/base_url")
        assert stage.shop.toml.read_text() == before.replace("http://shop.example.com/", URL)
        await pilot.press("u")
        await shows(pilot, "2 pending", "taken back")
        assert stage.shop.toml.read_text() == before
        await press_what_is_shown(pilot, "x unset")
        await shows(pilot, "is not declared any more")
        stage.shop.toml.write_text(stage.shop.toml.read_text() + "# somebody else\n")
        await _edit(pilot, URL)
        await shows(pilot, "nothing was written", "ctrl+r reads it again")
        assert URL not in stage.shop.toml.read_text()
        await pilot.press("ctrl+r")
        await shows(pilot, "read:")
        await press_what_is_shown(pilot, "enter edit")


async def test_a_shared_setting_is_refused_on_production(stage: Stage) -> None:
    async with settings_of(stage) as (pilot, _):
        before = stage.shop.toml.read_text()
        await _find(pilot, "general/locale/code")
        await _edit(pilot, "de_DE")
        await shows(pilot, "A shared setting is the same on all systems", "The way out")
        await pilot.press("escape")
        assert stage.shop.toml.read_text() == before


async def test_without_a_keyring_a_secret_is_kept_in_memory_and_shown_on_request(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    async with settings_of(stage) as (pilot, _):
        await _find(pilot, "payment/payflowpro/pwd")
        await _edit(pilot, VALUE)
        await shows(pilot, "in memory for this run only", "3 pending")
        assert VALUE not in text(pilot.app) and VALUE not in stage.shop.toml.read_text()
        await pilot.press("R")
        await shows(pilot, VALUE, "is recorded")
        (book,) = stage.shop.root.rglob("secrets-shown.jsonl")
        assert "payment/payflowpro/pwd" in book.read_text() and VALUE not in book.read_text()
