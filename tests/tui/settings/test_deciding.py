"""What is there and not declared: adopted, taken away, let be until a day; and changes chosen one by one."""

import datetime
import tomllib

import pytest
from textual.pilot import Pilot

from tests.tui.settings.conftest import Stage, settings_of
from tests.tui.settings.test_walk import _find
from tests.tui.showing import press_what_is_shown, shows, until

pytestmark = [pytest.mark.xdist_group("settings-screen"), pytest.mark.timeout(400)]
GATEWAY = "payment/acme/gateway_url"
EMAIL = "trans_email/ident_general/email"


def _declared(stage: Stage, environment: str) -> dict[str, object]:
    found: dict[str, object] = tomllib.loads(stage.shop.toml.read_text())["environments"][environment]
    return found


async def _on(pilot: Pilot[int], words: str, system: str) -> None:
    await _find(pilot, words)
    for _ in range(4):
        await pilot.press("left")
    for _ in range(("development", "staging", "production").index(system)):
        await pilot.press("right")
    await shows(pilot, f"▼ {system}")


async def test_what_nobody_declared_is_adopted_let_be_or_taken_away(stage: Stage) -> None:
    before = stage.shop.toml.read_text()
    async with settings_of(stage) as (pilot, _):
        await pilot.press("n")
        await shows(pilot, "undeclared ✓", GATEWAY)
        await pilot.press("n")
        await _on(pilot, GATEWAY, "staging")
        await shows(pilot, "not declared: env.php has it", "a adopts it, x takes it away, i lets it be")
        await pilot.press("a")
        await shows(pilot, "adopted: payment/acme/gateway_url is declared for staging")
        assert "https://sandbox.acme.example/" in str(_declared(stage, "staging")["settings"])
        added = [line for line in stage.shop.toml.read_text().splitlines() if line not in before.splitlines()]
        assert added == [f'"{GATEWAY}" = "https://sandbox.acme.example/"']
        await pilot.press("u")
        await shows(pilot, "taken back")
        assert stage.shop.toml.read_text() == before
        await pilot.press("i")
        await shows(pilot, "Let it be", "or a number of days")
        await pilot.press(*"yesterday", "enter")
        await shows(pilot, "is no day")
        await pilot.press(*["backspace"] * 9, "3", "enter")
        day = datetime.date.today() + datetime.timedelta(days=3)
        await shows(pilot, f"let be until {day}")
        assert _declared(stage, "staging")["ignore"] == {GATEWAY: day}
        await pilot.press("i")
        await shows(pilot, str(day), "or a number of days")
        await pilot.press(*["backspace"] * 12, "enter")
        await shows(pilot, "told again")
        assert "ignore" not in _declared(stage, "staging") or _declared(stage, "staging")["ignore"] == {}
        await pilot.press("x")
        await shows(pilot, "to be taken away", "3 pending")
        await press_what_is_shown(pilot, "v review")
        await shows(pilot, "taken away", "nobody declared it", "needs an import", "u undo")
        await pilot.press("u")
        await until(pilot, lambda found: "2 of 2 chosen" in found, "it is taken back")


async def test_one_change_is_left_out_and_the_other_applied(stage: Stage) -> None:
    async with settings_of(stage) as (pilot, _):
        await press_what_is_shown(pilot, "v review", "2 pending")
        await shows(pilot, "2 of 2 chosen", "web2: old-shop.example.com", GATEWAY, "space leave out")
        await until(pilot, lambda found: f"▶✓production     {GATEWAY}" in found, "the first")
        await pilot.press("space")
        await shows(pilot, "1 of 2 chosen")
        await press_what_is_shown(pilot, "v plan them")
        await shows(
            pilot, "apply 1 setting on production", "downloadable_domains/0", "nothing has been changed yet"
        )
        await until(pilot, lambda found: GATEWAY not in found, "what was left out is not planned")
        await press_what_is_shown(pilot, "S run all")
        await press_what_is_shown(pilot, "a approve", "waits for approval")
        await shows(pilot, "Type production")
        await pilot.pause(0.7)
        await pilot.press(*"production", "enter")
        await shows(pilot, "done in")
        await press_what_is_shown(pilot, "esc back")
        await shows(pilot, "read:", "1 pending")
    assert "old-shop" not in stage.env_php("web2")
    assert "sandbox.acme.example" in stage.env_php("web1")


async def test_a_secret_is_adopted_into_the_keyring_or_named(stage: Stage) -> None:
    async with settings_of(stage) as (pilot, _):
        await _on(pilot, EMAIL, "staging")
        await pilot.press("a")
        await shows(pilot, "adopted:", "in memory for this run only")
        assert _declared(stage, "staging")["sensitive"] == [EMAIL]
        assert "acme.example" not in str(_declared(stage, "staging")["sensitive"])


def test_the_command_line_adopts_and_lets_be(stage: Stage) -> None:
    before = stage.shop.toml.read_text()
    code, said = stage.cli("settings", "adopt", "staging", GATEWAY)
    assert code == 0 and "as it is there" in said
    assert '"payment/acme/gateway_url" = "https://sandbox.acme.example/"' in stage.shop.toml.read_text()
    assert stage.cli("settings", "adopt", "staging", "general/nothing/there")[0] == 2
    stage.shop.toml.write_text(before)
    code, said = stage.cli("settings", "ignore", "staging", GATEWAY, "--until", "2")
    day = datetime.date.today() + datetime.timedelta(days=2)
    assert code == 0 and f"is let be until {day}" in said
    lines = stage.shop.toml.read_text().splitlines()
    assert f'"{GATEWAY}" = {day}' in lines and [line for line in before.splitlines() if line not in lines] == []
    code, said = stage.cli("settings", "diff", "staging")
    assert code == 0 and f"{GATEWAY} until {day}" in said
    assert stage.cli("settings", "ignore", "staging", GATEWAY, "--no-more")[0] == 0
    assert stage.cli("settings", "ignore", "staging", GATEWAY, "--no-more")[0] == 2
    assert stage.cli("settings", "ignore", "staging", GATEWAY, "--until", "2020-01-01")[0] == 2
    scoped = ("settings", "ignore", "staging", "general/locale/code", "--scope", "stores", "--scope-code", "de")
    assert stage.cli(*scoped, "--until", str(day))[0] == 0
    assert f'"stores/de/general/locale/code" = {day}' in stage.shop.toml.read_text()
