"""From what a person types to what is declared and planned: types, pending changes, plans made again."""

from pathlib import Path

import pytest

from core.console import declaring
from core.console.declaring import declare, declared_at, inverse
from core.environments.load import load
from core.errors import Refused
from core.magento.setting_key import SettingKey
from core.settings.entering import InputKind, input_kind, mistake
from core.settings.row import State
from tests.tui.settings.made import difference, finding, setting, table
from tui.settings.pending import OUT, pending

TOML = """# A comment.
[project]
name = "Shop"

[environments.development]
role = "development"
hosts = ["dev@dev.example.com"]
path = "/srv/shop"
sensitive = ["payment/acme/key"]

[environments.build]
role = "build"
hosts = ["build@build.example.com"]
path = "/srv/build"
repository = "git@git.example.com:shop.git"
branch = "main"

[environments.production]  # the shop
role = "production"
hosts = ["web@web.example.com"]
path = "/srv/shop"
"""
KEY = SettingKey("web/unsecure/base_url")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return an environments.toml."""
    made = tmp_path / "environments.toml"
    made.write_text(TOML)
    return made


@pytest.mark.parametrize(
    ("kind", "text", "wrong"),
    [
        (InputKind.URL, "https://shop.example.com/", ""),
        (InputKind.URL, "https://shop.example.com", "/ at the end"),
        (InputKind.URL, "shop", "takes a URL"),
        (InputKind.URL, "{{base_url}}", ""),
        (InputKind.NUMBER, "1.5", "whole number"),
        (InputKind.NUMBER, "-1", "below 0"),
        (InputKind.NUMBER, "25", ""),
        (InputKind.YES_NO, "2", "yes (1) or no (0)"),
        (InputKind.SECRET, "", "no secret"),
    ],
)
def test_what_is_typed_is_held_to_its_type(kind: InputKind, text: str, wrong: str) -> None:
    told = mistake(kind, text, path="web/unsecure/base_url", validate="validate-digits")
    assert wrong in told and bool(told) == bool(wrong)


def test_the_type_comes_from_the_field_first() -> None:
    assert input_kind("a/b/c", "1", yes_no=True) is InputKind.YES_NO
    assert input_kind("a/b/c", "1", options=(("1", "One"),)) is InputKind.CHOICE
    assert input_kind("a/b/c", "1", validate="validate-number") is InputKind.NUMBER
    assert input_kind("a/b/c", "1\n2") is InputKind.LINES
    assert input_kind("a/b/base_url", "") is InputKind.URL
    assert input_kind("a/b/base_url", "", sensitive=True) is InputKind.SECRET


def test_a_declaration_changes_its_line_alone_and_is_taken_back(file: Path) -> None:
    project = load(str(file))
    placed = declaring.setting("production", KEY, "https://shop.example.com/")
    back = inverse(project, placed)
    changed = declare(project, placed)
    lines = file.read_text().splitlines()
    assert [line for line in TOML.splitlines() if line not in lines] == []
    assert declaring.same_systems(project, changed)
    assert declared_at("production", KEY) in placed
    declare(changed, back)
    assert load(str(file)).environments["production"].settings in ({}, {"default": {}})


def test_what_somebody_else_changed_is_not_overwritten(file: Path) -> None:
    project = load(str(file))
    file.write_text(TOML + "# somebody else\n")
    with pytest.raises(Refused, match="changed since it was read"):
        declare(project, declaring.setting("production", KEY, "https://shop.example.com/"))
    assert file.read_text() == TOML + "# somebody else\n"


def test_a_secret_is_pending_until_config_php_has_lost_it(file: Path) -> None:
    project = load(str(file))
    row = setting("payment/acme/key", "•••• a1", None, None, None, state=State.SENSITIVE, kind="sensitive")
    code = "secret-in-config"
    found = type(finding("x"))(
        code=code, environment="development", name="payment/acme/key", what="w", remedy="r", blocks=True
    )
    read = table(row, findings=(found,))
    (first,) = pending(project, read, {"development": (difference("payment/acme/key", after="••••"),)})
    assert (first.does, first.after) == ("apply", "••••")
    (then,) = pending(project, read, {})
    assert (then.does, then.after) == ("take out", OUT)
