"""Editing by type, at a scope: each type's field takes what fits it, and says beside itself what does not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key
from textual.pilot import Pilot

from core.environments.load import load
from core.magento.source_models import source_options
from core.settings.entering import InputKind, input_kind
from tests.tui.showing import lines, shows, text, until
from tests.tui.start import shop
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.screens.edit_setting import Edited, Editing, EditSetting
from tui.terminal import Terminal

SCOPES = ("default", "websites/base", "stores/de")
MODES = source_options("Magento\\Catalog\\Model\\Config\\Source\\ListMode")


@asynccontextmanager
async def asked(tmp_path: Path, **given: Any) -> AsyncIterator[tuple[Pilot[int], list[Edited | None]]]:
    """Open the question; what it is answered with comes into the list."""
    project = load(shop.write(tmp_path / "shop"))
    app = ConsoleApp(project, Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
    answers: list[Edited | None] = []
    async with app.run_test(size=(80, 24)) as pilot:
        told = {"path": "a/b/c", "system": "production", "scopes": SCOPES, **given}
        app.push_screen(EditSetting(Editing(**told)), answers.append)
        await shows(pilot, "a/b/c on production", "takes it", "ctrl+o")
        yield pilot, answers


@pytest.mark.parametrize("scope", range(3), ids=SCOPES)
@pytest.mark.parametrize(
    ("kind", "value", "more", "keys", "taken"),
    [
        (InputKind.YES_NO, "1", {}, ("down", "enter"), "0"),
        (InputKind.CHOICE, "grid", {"options": MODES}, ("down", "enter"), "list"),
        (InputKind.CHOICES, "grid,list", {"options": MODES}, ("space", "down", "down", "space", "ctrl+s"),
         "list,grid-list"),
        (InputKind.NUMBER, "5", {}, ("0", "enter"), "50"),
        (InputKind.URL, "https://a.example", {}, ("/", "enter"), "https://a.example/"),
        (InputKind.TEXT, " a", {}, ("b", "space", "enter"), "ab"),
        (InputKind.LINES, "one\n", {}, (*"two", "enter", "ctrl+s"), "one\ntwo\n"),
        (InputKind.SECRET, "", {}, (*"hush", "enter"), "hush"),
    ],
    ids=lambda item: str(item) if isinstance(item, InputKind) else "",
)  # fmt: skip
async def test_each_type_at_each_scope(
    tmp_path: Path,
    scope: int,
    kind: InputKind,
    value: str,
    more: dict[str, Any],
    keys: tuple[str, ...],
    taken: str,
) -> None:
    async with asked(tmp_path, kind=kind, value=value, **more) as (pilot, answers):
        await pilot.press(*["ctrl+o"] * scope)
        await shows(pilot, f"scope  {SCOPES[scope]}")
        await pilot.press(*keys)
        await pilot.pause()
        assert answers == [Edited(taken, SCOPES[scope])]


@pytest.mark.parametrize(
    ("kind", "typed", "told", "validate"),
    [
        (InputKind.NUMBER, "many", "It takes a number", ""),
        (InputKind.NUMBER, "-1", "no number below 0", "validate-digits"),
        (InputKind.URL, "shop", "It takes a URL", ""),
        (InputKind.TEXT, " ", "may not be empty", "required-entry"),
    ],
)
async def test_what_is_wrong_stands_below_the_field_and_nothing_is_lost(
    tmp_path: Path, kind: InputKind, typed: str, told: str, validate: str
) -> None:
    async with asked(tmp_path, kind=kind, validate=validate, goes="It goes there.") as (pilot, answers):
        await pilot.press(*("space" if letter == " " else letter for letter in typed), "enter")
        await shows(pilot, told, "It goes there.")
        painted = lines(pilot.app)
        field = next(at for at, line in enumerate(painted) if "scope  default" in line) + 2
        wrong = next(at for at, line in enumerate(painted) if told in line)
        assert 0 < wrong - field <= 2 and wrong < next(
            at for at, line in enumerate(painted) if "It goes" in line
        )
        assert answers == [] and typed.strip() in text(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert answers == [None]


async def test_a_value_that_is_none_of_the_choices_is_told(tmp_path: Path) -> None:
    async with asked(tmp_path, kind=InputKind.CHOICE, options=MODES, value="list-grid-slider") as (pilot, _):
        await shows(pilot, "Now it is list-grid-slider, which is none of these", "Grid Only (grid)")


async def test_a_secret_is_never_seen_while_it_is_typed(tmp_path: Path) -> None:
    async with asked(tmp_path, kind=InputKind.SECRET) as (pilot, _):
        await pilot.press(*"hush-hush")
        await shows(pilot, "•••••••••")
        assert "hush" not in text(pilot.app)


def test_choices_that_magento_itself_knows() -> None:
    assert [value for value, _ in source_options("\\Magento\\Config\\Model\\Config\\Source\\Web\\Redirect")] == [
        "0", "1", "301",
    ]  # fmt: skip
    assert source_options("Magento\\Directory\\Model\\Config\\Source\\Country") == ()
    assert input_kind("a/b/c", "a,b", type="multiselect", options=MODES) is InputKind.CHOICES


@pytest.mark.parametrize("kind", [InputKind.TEXT, InputKind.LINES])
async def test_keys_of_one_burst_are_taken_in_their_order(tmp_path: Path, kind: InputKind) -> None:
    async with asked(tmp_path, kind=kind, value="12") as (pilot, answers):
        last = Key("enter", "\r") if kind is InputKind.TEXT else Key("ctrl+s", None)
        for key in [Key("backspace", "\x7f")] * 3 + [Key("2", "2"), Key("left", None), Key("4", "4"), last]:
            pilot.app.post_message(Key(key.key, key.character))
        await until(pilot, lambda _: answers, "it is taken")
        assert answers == [Edited("42", "default")]
