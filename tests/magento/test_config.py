"""config.php before a build, and what differs between two of them."""

import copy

import pytest

from core.magento.config_check import check
from core.magento.config_difference import scopes_difference, settings_difference
from core.magento.php_values import Array, Expression


def _config() -> Array:
    return {
        "modules": {"Magento_Store": 1},
        "scopes": {
            "websites": {
                "admin": {"website_id": "0", "code": "admin", "name": "Admin", "is_default": "0"},
                "base": {"website_id": "1", "code": "base", "name": "Main", "is_default": "1"},
            },
            "groups": {
                0: {"group_id": "0", "website_id": "0", "code": "default", "name": "Default"},
                1: {"group_id": "1", "website_id": "1", "code": "main", "name": "Main Store"},
            },
            "stores": {
                "admin": {
                    "store_id": "0",
                    "code": "admin",
                    "website_id": "0",
                    "group_id": "0",
                    "name": "Admin",
                },
                "default": {
                    "store_id": "1",
                    "code": "default",
                    "website_id": "1",
                    "group_id": "1",
                    "name": "Default",
                },
                "fr": {"store_id": "2", "code": "fr", "website_id": "1", "group_id": "1", "name": "French"},
            },
        },
        "themes": {"frontend/Magento/luma": {"type": "0"}},
        "system": {
            "default": {
                "general": {"locale": {"code": "de_DE", "firstday": None}},
                "dev": {"js": {"merge": "1"}},
            },
            "stores": {"fr": {"general": {"locale": {"code": "fr_FR"}}}},
        },
    }


def _set(config: Array, path: str, value: object) -> Array:
    """Return a copy with one value set, or removed where it is `...`."""
    changed = copy.deepcopy(config)
    node: object = changed
    *parents, last = (int(part) if part.isdigit() else part for part in path.split("/"))
    for part in parents:
        assert isinstance(node, dict)
        node = node[part]
    assert isinstance(node, dict)
    if value is ...:
        del node[last]
    else:
        node[last] = value
    return changed


def test_a_complete_config_has_no_findings() -> None:
    assert check(_config()) == ()


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("modules", ..., "config-modules-missing"),
        ("modules", {}, "config-modules-missing"),
        ("modules/Magento_Store", 0, "config-modules-incomplete"),
        ("scopes", ..., "config-scopes-missing"),
        ("scopes/websites/base", ..., "config-scopes-incomplete"),
        ("scopes/groups/1", ..., "config-scopes-incomplete"),
        ("scopes/stores", {}, "config-scopes-incomplete"),
        ("scopes/websites/base/is_default", "0", "config-scopes-no-default"),
        ("scopes/stores/fr/group_id", "99", "config-scopes-dangling"),
        ("scopes/groups/1/website_id", "7", "config-scopes-dangling"),
        ("themes", ..., "config-themes-missing"),
        ("system/default/dev/js/merge", Expression("getenv('X')"), "config-computed"),
    ],
)
def test_what_a_build_lacks_is_found(path: str, value: object, code: str) -> None:
    findings = check(_set(_config(), path, value))
    assert [finding.code for finding in findings] == [code]
    assert findings[0].remedy


def test_scopes_by_code_and_name() -> None:
    new = _set(_set(_config(), "scopes/stores/fr", ...), "scopes/websites/base/name", "Renamed")
    new = _set(new, "scopes/websites/out", {"website_id": "2", "code": "out", "name": "Outlet"})
    found = scopes_difference(_config(), new)
    assert [(one.kind, one.code, one.name) for one in found.created] == [("website", "out", "Outlet")]
    assert [(one.code, one.name, one.changes) for one in found.changed] == [("base", "Renamed", ("name",))]
    assert [(one.kind, one.code, one.name) for one in found.deleted] == [("store", "fr", "French")]


def test_a_new_code_with_the_same_id_is_a_change() -> None:
    old = _config()
    fr = {"store_id": "2", "code": "fr_fr", "website_id": "1", "group_id": "1", "name": "French"}
    found = scopes_difference(old, _set(_set(old, "scopes/stores/fr", ...), "scopes/stores/fr_fr", fr))
    assert [(one.code, one.changes) for one in found.changed] == [("fr_fr", ("code",))]
    assert found.created == found.deleted == ()


def test_scopes_that_are_gone_from_the_file_are_not_imported() -> None:
    found = scopes_difference(_config(), _set(_config(), "scopes", ...))
    assert found.deleted == ()


def test_settings_that_change() -> None:
    new = _set(_config(), "system/default/dev/js/merge", 1)
    new = _set(new, "system/stores/fr", ...)
    new = _set(new, "system/default/general/locale/firstday", "1")
    new = _set(new, "system/default/new", {"a": {"b": "x"}})
    found = {(one.scope, one.path): one for one in settings_difference(_config(), new)}
    assert set(found) == {
        ("default", "dev/js/merge"),
        ("default", "general/locale/firstday"),
        ("default", "new/a/b"),
        ("stores/fr", "general/locale/code"),
    }
    assert found["default", "dev/js/merge"].before == "1"
    assert found["default", "dev/js/merge"].after == 1
    assert found["default", "new/a/b"].absent_before
    assert not found["default", "general/locale/firstday"].absent_before
    assert found["stores/fr", "general/locale/code"].absent_after


def test_the_same_settings_do_not_change() -> None:
    assert settings_difference(_config(), _config()) == ()
