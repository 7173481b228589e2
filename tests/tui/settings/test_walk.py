"""As a new user would: find what is planted, move the secret, change a base URL, apply, by keyboard alone.

Only keys that the screen shows before they are pressed.
"""

import json
from pathlib import Path

import pytest
from textual.pilot import Pilot

from core.demo.planted import KEY
from tests.support.keyring_file import NAME, PLACE
from tests.tui.settings.conftest import Stage, settings_of
from tests.tui.showing import press_what_is_shown, shows, text, until

pytestmark = [pytest.mark.xdist_group("settings-screen"), pytest.mark.timeout(400)]
URL = "https://www.example.com/"


async def _find(pilot: Pilot[int], words: str) -> None:
    """Filter until one setting is left, and stand on it."""
    await press_what_is_shown(pilot, "/ filter")
    await pilot.press(*["backspace"] * 40, *words, "enter")
    await until(pilot, lambda found: f"▶ {words}" in found, words)


async def _apply(pilot: Pilot[int], *typed: str) -> None:
    """From the list of pending changes to the end of the job, and back to the settings."""
    await press_what_is_shown(pilot, "v plan them", "Pending:")
    await press_what_is_shown(pilot, "S run all", "nothing has been changed yet")
    await press_what_is_shown(pilot, "a approve", "waits for approval", "settings ")
    await shows(pilot, *(["Type production"] if typed else ["Approve", "Cancel"]))
    await pilot.pause(0.7)  # it takes no answer at first: a repeated Enter is none
    await pilot.press(*(typed or ("right",)), "enter")
    await shows(pilot, "done in")
    assert KEY not in text(pilot.app)
    await press_what_is_shown(pilot, "esc back")
    await shows(pilot, "1 all", "read:")


async def test_planted_mistakes_are_found_and_mended(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "keyring.json"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", NAME)
    monkeypatch.setenv(PLACE, str(kept))
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    async with settings_of(stage) as (pilot, _):
        await shows(pilot, "4 findings", "w ")
        await pilot.press("w")
        await shows(pilot, "downloadable_domains/0", "payment/acme/private_key", "web/secure/base_url")
        await pilot.press("w")
        await _move_the_secret(pilot)
        assert KEY in json.dumps(json.loads(kept.read_text()))
        await _apply_on_development(pilot)
        await _change_the_url(pilot)
    config = (stage.shop.path("dev1") / "app/etc/config.php").read_text()
    assert KEY not in config and "'modules'" in config
    for host in ("web1", "web2"):
        assert URL in stage.env_php(host)
        assert stage.shop.magento(host, "app:config:status").returncode == 0
        assert stage.shop.magento(host, "setup:db:status").returncode == 0


async def _move_the_secret(pilot: Pilot[int]) -> None:
    await _find(pilot, "payment/acme/private_key")
    await shows(pilot, "config.php holds a secret", "it blocks promotions", "finding")
    await press_what_is_shown(pilot, "m move")
    await shows(pilot, "Move to another kind", "sensitive:", "enter chooses")
    await pilot.press("enter")
    await shows(pilot, "it is in the keyring", "3 pending")


async def _apply_on_development(pilot: Pilot[int]) -> None:
    await pilot.press("left", "left")
    await shows(pilot, "▼ development")
    await press_what_is_shown(pilot, "v review", "3 pending")
    await shows(pilot, "development", "will be", "••••", "3 of 3 chosen", "locked in the Admin from now on")
    await _apply(pilot)
    await press_what_is_shown(pilot, "v review", "3 pending")
    await shows(pilot, "development", "out of config.php")
    await _apply(pilot)
    await until(pilot, lambda found: "it blocks promotions" not in found and "2 pending" in found)


async def _change_the_url(pilot: Pilot[int]) -> None:
    await _find(pilot, "web/unsecure/base_url")
    await pilot.press("right", "right")
    await press_what_is_shown(pilot, "enter edit", "▼ production")
    await shows(pilot, "web/unsecure/base_url on production", "enter takes it")
    await pilot.press(*["backspace"] * 40, *"shop", "enter")
    await shows(pilot, "It takes a URL")
    await pilot.press(*["backspace"] * 10, *URL, "enter")
    await shows(pilot, "declared: web/unsecure/base_url", "3 pending")
    await press_what_is_shown(pilot, "v review")
    await shows(pilot, URL, "http://shop.example.com/")
    await _apply(pilot, *"production")
    await until(pilot, lambda found: "0 pending" in found, "nothing is pending any more")
