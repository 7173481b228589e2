"""What each host has of its own: ciphertexts that only it can't read, an env.php that only PHP can tell."""

import pytest

from core.demo.standin import phpfile
from core.demo.standin.settings import encrypted
from tests.settings.applying.stage import YES, Stage

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(180)]
_PATH = "payment/acme/private_key"


def _compute(stage: Stage, host: str) -> None:
    """Let env.php return the array that a function makes."""
    text = stage.env_path(host).read_text()
    stage.env_path(host).write_text(
        text.replace("return [", "return array_merge([], [", 1).replace("\n];", "\n]);")
    )
    assert phpfile.read(stage.env_path(host).read_text()) == phpfile.read(text)


def test_a_value_that_one_host_alone_can_not_read_is_told_with_that_host(stage: Stage) -> None:
    env = stage.env("web1")
    good = encrypted("geheim-4711", env)
    other = encrypted("geheim-4711", {**env, "crypt": {"key": "another-key-that-nobody-has-here"}})
    stage.edit_env("web1", f"system/default/{_PATH}", good)
    stage.edit_env("web2", f"system/default/{_PATH}", other)
    told = stage.settings("show", "production", "--json").json["findings"]
    unreadable = [one for one in told if one["code"] == "secret-unreadable" and one["path"] == _PATH]
    assert [one["hosts"] for one in unreadable] == [["web2"]]
    assert unreadable[0]["what"].startswith("on web2 env.php holds it encrypted with another system's key")


def test_an_env_php_that_is_computed_is_told_and_nothing_is_applied_to_it(stage: Stage) -> None:
    _compute(stage, "web2")
    shown = stage.settings("show", "production", "--json")
    assert shown.code == 0, shown.said
    (told,) = [one for one in shown.json["findings"] if one["code"] == "php-config-computed"]
    assert (told["hosts"], "web2, env.php:" in told["what"]) == (["web2"], True)
    place = stage.shop.toml
    place.write_text(
        place.read_text()
        + '\n[environments.production.settings.default]\n"web/unsecure/base_url" = "https://shop.example.com/"\n'
    )
    before = stage.snapshot()
    ran = stage.settings("apply", "production", *YES)
    assert (ran.code, "[php-config-computed]" in ran.err) == (3, True), ran.said
    assert stage.snapshot() == before


def test_where_no_env_php_can_be_read_a_declaration_is_neither_met_nor_missing(stage: Stage) -> None:
    for host in ("web1", "web2"):
        _compute(stage, host)
    stage.toml('role = "production"\n', f'role = "production"\nsensitive = ["{_PATH}"]\n')
    diff = stage.settings("diff", "production", "--json").json
    assert {one["standing"] for one in diff["differences"]} == {"unknown"}
