"""A secret on the screen for ten seconds; and the keyring that is an encrypted file, unlocked from our own question."""

import asyncio
import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from core.demo.planted import KEY
from core.settings.secrets.name import SecretName
from tests.tui.settings.conftest import Stage, settings_of
from tests.tui.settings.test_walk import _find
from tests.tui.showing import press_what_is_shown, shows, text, until
from tui.screens import settings as screens

pytestmark = [pytest.mark.xdist_group("settings-screen"), pytest.mark.timeout(400)]
VALUE = "pw-not-to-be-seen"
PASSPHRASE = "open sesame"


def _backend() -> Any:
    return importlib.import_module("keyrings.cryptfile.cryptfile").CryptFileKeyring


@pytest.fixture
def cryptfile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let this login's keyring be the real encrypted file of `keyrings.cryptfile`."""
    real = _backend()
    place = tmp_path / "cryptfile_pass.cfg"
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyrings.cryptfile.cryptfile.CryptFileKeyring")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    monkeypatch.setattr(real, "file_path", str(place))
    monkeypatch.setattr(real, "time_cost", 1, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda *_: pytest.fail("the back end asked by itself"))
    return place


async def test_a_planted_secret_is_shown_for_its_time_and_that_is_recorded(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screens, "SHOWN_S", 3.0)
    async with settings_of(stage) as (pilot, screen):
        await _find(pilot, "payment/acme/private_key")
        await pilot.press("left", "left")
        await shows(pilot, "▼ development")
        assert KEY not in text(pilot.app)
        await pilot.press("R")
        await shows(pilot, KEY, "from config.php", "shown for 3 seconds", "recorded")
        await until(pilot, lambda found: KEY not in found and "hidden again" in found, "it is hidden again")
        (book,) = stage.shop.root.rglob("secrets-shown.jsonl")
        (line,) = map(json.loads, book.read_text().splitlines())
        assert (line["environment"], line["path"], line["source"]) == (
            "development", "payment/acme/private_key", "config.php",
        )  # fmt: skip
        assert line["who"] and KEY not in book.read_text()
        monkeypatch.setattr(screens, "SHOWN_S", 60.0)
        await pilot.press("R")
        await shows(pilot, KEY)
        await pilot.press("right")
        await until(pilot, lambda found: KEY not in found, "it goes with the cursor")
        await pilot.press("R")
        await shows(pilot, "no value for payment/acme/private_key")
        await _find(pilot, "general/locale/code")
        await pilot.press("R")
        await shows(pilot, "it is no secret")
        assert screen.matrix.current is not None


async def test_the_keyrings_file_is_made_and_unlocked_from_the_screen(stage: Stage, cryptfile: Path) -> None:
    async with settings_of(stage) as (pilot, _):
        await _find(pilot, "payment/payflowpro/pwd")
        await press_what_is_shown(pilot, "enter edit")
        await shows(pilot, "payment/payflowpro/pwd on production", "enter takes it")
        await pilot.press(*VALUE, "enter")
        await shows(pilot, "The keyring", "an encrypted file, which is locked", "the one that you choose")
        await pilot.press(*("space" if letter == " " else letter for letter in PASSPHRASE), "enter")
        await shows(pilot, "it is in the keyring", "3 pending")
    held = await asyncio.to_thread(cryptfile.read_bytes)
    assert held and VALUE.encode() not in held
    assert VALUE not in stage.shop.toml.read_text() and PASSPHRASE not in stage.shop.toml.read_text()


async def test_a_locked_file_is_asked_for_when_the_settings_are_opened(stage: Stage, cryptfile: Path) -> None:
    made = _backend()()
    made.keyring_key = PASSPHRASE
    name = SecretName("production", "payment/payflowpro/pwd")
    made.set_password(name.service("Acme Store"), name.path, VALUE)
    toml = stage.shop.toml.read_text()
    role = next(line for line in toml.splitlines() if line.startswith("[environments.production]"))
    stage.shop.toml.write_text(toml.replace(role, f'{role}\nsensitive = ["payment/payflowpro/pwd"]'))
    async with settings_of(stage) as (pilot, _):
        await shows(pilot, "The keyring", "an encrypted file, which is locked")
        await pilot.press(*"wrong", "enter")
        await shows(pilot, "does not open the file")
        await pilot.press(*("space" if letter == " " else letter for letter in PASSPHRASE), "enter")
        await shows(pilot, "3 pending")
        assert VALUE not in text(pilot.app)
