"""The stand-in against what a real Magento 2.4.7-p3 answered: exit code, deciding lines, stream."""

import re
from collections.abc import Callable
from typing import Final

import pytest

from core.demo import source
from core.demo.configuration import scopes
from core.demo.standin import phpfile
from tests.demo.conftest import Play
from tests.magento.golden import BUILD, CHANGES, PROBES, Golden

_RIG: Final = "app/code/Rig/Demo"
_DELIVERY: Final = "app/code/Acme/Delivery"
_THEME: Final = "app/design/frontend/Acme/shop/web/css/source/_theme.less"


def _module(play: Play, version: str = "", *, listed: bool = True) -> None:
    """Add Rig_Demo to the release, after all others."""
    for name, text in source.module("Demo").items():
        text = text.replace("Acme", "Rig")
        if version:
            text = text.replace('name="Rig_Demo"', f'name="Rig_Demo" setup_version="{version}"')
        play.write(name.replace("Acme", "Rig"), text)
    if listed:
        modules = phpfile.section(play.config, "modules")
        play.write_config(play.config | {"modules": {**modules, "Rig_Demo": 1}})


def _shop_name(play: Play) -> None:
    config = play.config
    phpfile.plant(config, "system/default/general/store_information/name", "Rig Store")
    play.write_config(config)


def _with_outlet() -> phpfile.Array:
    found = scopes(outlet=True)
    store: phpfile.Array = {
        "store_id": "4", "code": "fr", "website_id": "1", "group_id": "1",
        "name": "French", "sort_order": "5", "is_active": "1",
    }  # fmt: skip
    phpfile.section(found, "stores")["fr"] = store
    return found


def _create_scopes(play: Play) -> None:
    play.write_config(play.config | {"scopes": _with_outlet()})
    play.change(flag={"config_hash": {}, "system_config_snapshot": {}}, themes=["frontend/Magento/blank"])


def _delete_scopes(play: Play) -> None:
    more = _with_outlet()
    groups = {str(phpfile.dig(row, "group_id")): row for row in phpfile.section(more, "groups").values()}
    play.change(websites=more["websites"], stores=more["stores"], groups=groups)
    config = play.config
    phpfile.plant(config, "scopes/websites/base/name", "Main Website Renamed")
    play.write_config(config)


def _newer(play: Play) -> None:
    _module(play, "0.9.0")
    play.write(f"{_RIG}/Setup/Patch/Data/Later.php", "<?php\n")
    play.change(modules={"Rig_Demo": "1.0.0"})


def _column(play: Play) -> None:
    text = (play.root / _DELIVERY / "etc/db_schema.xml").read_text()
    column = '<column xsi:type="int" name="carrier"/></table>'
    play.write(f"{_DELIVERY}/etc/db_schema.xml", text.replace("</table>", column))


def _wrong_password(play: Play) -> None:
    env = (play.root / "app/etc/env.php").read_text()
    play.write("app/etc/env.php", env.replace("demo-db-password", "wrong"))


def _broken_less(play: Play) -> None:
    (play.root / "app/etc/env.php").unlink()
    play.write(_THEME, "\n" * 296 + ".broken { color: @nosuchvar;")


def _patch_fails(play: Play) -> None:
    _module(play)
    play.write(f"{_RIG}/Setup/Patch/Data/Fail.php", "<?php // fails: demo data patch failure\n")


def _missing_class(play: Play) -> None:
    play.write("app/code/Rig/Broken/Model/Oops.php", "<?php function __construct(\\No\\Such\\Thing $t) {}\n")


SITUATIONS: Final[dict[str, Callable[[Play], object]]] = {
    "up-to-date": lambda play: None,
    "nothing-to-import": lambda play: None,
    "maintenance-off": lambda play: None,
    "maintenance-on": lambda play: play.write("var/.maintenance.flag", ""),
    "pending-import": _shop_name,
    "pending-schema": _column,
    "pending-data-patch": lambda play: play.write(f"{_DELIVERY}/Setup/Patch/Data/More.php", "<?php\n"),
    "pending-setup-version": lambda play: _module(play, "1.0.0"),
    "database-newer": _newer,
    "module-not-in-config": lambda play: _module(play, listed=False),
    "no-env": lambda play: (play.root / "app/etc/env.php").unlink(),
    "no-config": lambda play: (play.root / "app/etc/config.php").unlink(),
    "db-down": _wrong_password,
    "create-scopes": _create_scopes,
    "delete-scopes": _delete_scopes,
    "patch-fails": _patch_fails,
    "no-search-engine": lambda play: (play.database / "behaviour.json").write_text('{"search_down": true}'),
    "compiles": lambda play: (play.root / "app/etc/env.php").unlink(),
    "missing-class": _missing_class,
    "theme-unknown": lambda play: (play.root / "app/etc/env.php").unlink(),
    "less-error": _broken_less,
    "less-error-parallel": _broken_less,
}


def _plain(line: str) -> str:
    return re.sub(r"(Execution time:).*", r"\1", line.strip())


def _shows(expected: tuple[str, ...], stream: str) -> bool:
    """Tell whether the lines begin lines of the stream, in their order."""
    rest = iter([_plain(line) for line in stream.splitlines()])
    return all(any(line.startswith(_plain(want)) for line in rest) for want in expected if want.strip())


@pytest.mark.parametrize(
    "case", PROBES + CHANGES + BUILD, ids=lambda case: f"{case.name}{' '.join(case.arguments)}"
)
def test_the_stand_in_answers_as_magento_did(case: Golden, play: Callable[[], Play]) -> None:
    there = play()
    SITUATIONS[case.situation](there)
    done = there.shop.magento("stg", case.command, *case.arguments, root=there.root)
    assert done.returncode == case.exit, (done.stdout, done.stderr)
    assert _shows(case.out, done.stdout), done.stdout
    assert _shows(case.err, done.stderr), done.stderr
    silent = not case.err and not case.command.startswith("setup:di")  # a compilation draws its bar there
    assert not (silent and done.stderr), done.stderr
