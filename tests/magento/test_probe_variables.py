"""Which environment variables reach a shop: told by php-fpm's configuration, as real PHP reads it."""

import base64
import json
import pwd
from importlib.resources import files
from pathlib import Path

import pytest

from tests.magento.php import run

_TRAIT = files("core.magento").joinpath("php", "mageconsole-variables.php")
_MAIN = "[global]\nerror_log = /x\n;include = /nowhere\ninclude={folder}/pool.d/*.conf\n"
_POOL = """[{name}]
user = {user}
listen = /run/x.sock
env[CONFIG__DEFAULT__WEB__SECURE__BASE_URL] = "https://shop.example.com/?a=b"
env[CONFIG__STORES__DE__GENERAL__LOCALE__CODE] = de_DE
env[CONFIG__DEFAULT__A__B__C] = $OUTSIDE
env[PATH] = /usr/bin
"""
BOTH = {
    "CONFIG__DEFAULT__WEB__SECURE__BASE_URL": "https://shop.example.com/?a=b",
    "CONFIG__STORES__DE__GENERAL__LOCALE__CODE": "de_DE",
}


class Fpm:
    """A php-fpm as /proc and its files tell of it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.etc = root / "fpm"
        (self.etc / "pool.d").mkdir(parents=True)
        (self.etc / "php-fpm.conf").write_text(_MAIN.format(folder=self.etc))
        (root / "proc/77").mkdir(parents=True)
        (root / "proc/77/cmdline").write_bytes(
            f"php-fpm: master process ({self.etc}/php-fpm.conf)\0\0\0".encode()
        )
        (root / "proc/78").mkdir()
        (root / "proc/78/cmdline").write_bytes(b"php-fpm: pool shop\0\0")
        self.owner = pwd.getpwuid(root.stat().st_uid).pw_name

    def pool(self, more: str = "", name: str = "shop", user: str = "") -> None:
        text = _POOL.format(name=name, user=user or self.owner) + more
        (self.etc / f"pool.d/{name}.conf").write_text(text)

    def ask(self, order: str = "GPCS") -> dict[str, str] | None:
        code = (
            f"require '{_TRAIT}'; $one = new class {{ use MageconsoleVariables;"
            ' function ask($root) { return $this->variables($root, "$root/proc"); } };'
            f" echo json_encode($one->ask('{self._root}'));"
        )
        done = run(code, ini=("-d", f"variables_order={order}"))
        assert done.stderr == b""
        told = json.loads(done.stdout)
        return (
            None if told is None else {name: base64.b64decode(value).decode() for name, value in told.items()}
        )


@pytest.fixture
def fpm(tmp_path: Path) -> Fpm:
    return Fpm(tmp_path)


def test_what_php_does_not_take_has_no_effect(fpm: Fpm) -> None:
    fpm.pool()
    (fpm.etc / "php.ini").write_text('; variables_order = "EGPCS"\nvariables_order = "GPCS"\n')
    assert fpm.ask("EGPCS") == {}


@pytest.mark.parametrize("place", ["php.ini", "conf.d", "pool", "none", "empty"])
def test_a_pool_s_own_variables_are_told_where_php_takes_them(fpm: Fpm, place: str) -> None:
    fpm.pool("php_admin_value[variables_order] = EGPCS\n" if place == "pool" else "")
    if place != "none":
        (fpm.etc / "php.ini").write_text(
            {"php.ini": "variables_order=EGPCS", "empty": ""}.get(place, "variables_order = GPCS\n")
        )
    if place == "conf.d":
        (fpm.etc / "conf.d").mkdir()
        (fpm.etc / "conf.d/90-shop.ini").write_text("variables_order = 'EGPCS'\n")
    assert fpm.ask("EGPCS" if place == "none" else "GPCS") == BOTH


def test_the_pool_of_another_shop_says_nothing_of_this_one(fpm: Fpm) -> None:
    (fpm.etc / "php.ini").write_text("variables_order=EGPCS")
    fpm.pool(name="other", user="somebody-else")
    assert fpm.ask() == BOTH  # nobody knows better
    (fpm.etc / "pool.d/shop.conf").write_text(f"[shop]\nuser = {fpm.owner}\n")
    assert fpm.ask() == {}


def test_what_php_fpm_was_started_with_can_not_be_told(fpm: Fpm) -> None:
    (fpm.etc / "php.ini").write_text("variables_order=EGPCS")
    (fpm.etc / "pool.d/shop.conf").write_text(f"[shop]\nuser = {fpm.owner}\nclear_env = no\n")
    assert fpm.ask() is None
    (fpm.etc / "pool.d/shop.conf").unlink()
    assert fpm.ask() is None
