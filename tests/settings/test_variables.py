"""Scopes, and the names of environment variables both ways."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.magento.scope import DEFAULT, Scope, ScopeTree, parse_scope, scope_tree, store, website
from core.magento.setting_key import SettingKey, above, file_settings, is_path
from core.magento.variables import setting_of, variable_name, variable_settings
from tests.magento import php

TREE = ScopeTree(("base", "eu"), {"default": "base", "fr_FR": "eu", "de": "eu"})


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (SettingKey("web/secure/base_url"), "CONFIG__DEFAULT__WEB__SECURE__BASE_URL"),
        (SettingKey("general/locale/code", website("base")), "CONFIG__WEBSITES__BASE__GENERAL__LOCALE__CODE"),
        (SettingKey("general/locale/code", store("fr_FR")), "CONFIG__STORES__FR_FR__GENERAL__LOCALE__CODE"),
        (SettingKey("system/full_page_cache/varnish/access_list"), "CONFIG__DEFAULT__"
         "SYSTEM__FULL_PAGE_CACHE__VARNISH__ACCESS_LIST"),
    ],
)  # fmt: skip
def test_a_setting_has_its_variable_and_the_variable_its_setting(key: SettingKey, name: str) -> None:
    assert variable_name(key) == name
    assert setting_of(name, TREE) == key


@pytest.mark.parametrize(
    "key",
    [
        SettingKey("a/b/c", store("de__ch")),
        SettingKey("a/b/c", store("_de")),
        SettingKey("a/b/c", store("de_")),
        SettingKey("a/b/tokenFormat"),
        SettingKey("a/b/c-d"),
        SettingKey("a/b__c/d"),
    ],
)
def test_what_no_variable_can_name_has_none(key: SettingKey) -> None:
    assert variable_name(key) is None


@pytest.mark.parametrize(
    "name", ["PATH", "CONFIG__", "CONFIG__DEFAULT", "CONFIG__DEFAULT__A", "CONFIG__GROUPS__A__B__C", "CONFIG__1__A__B",
             "config__default__a__b", "CONFIG__WEBSITES__BASE__A", "CONFIG__DEFAULT__A____B"],
)  # fmt: skip
def test_other_variables_are_no_settings(name: str) -> None:
    assert setting_of(name, TREE) is None


# Magento\Config\Model\Placeholder\Environment::restore: the prefix goes, `__` becomes `/`, all in small letters.
RESTORE = r"""
foreach (json_decode(stream_get_contents(STDIN)) as $name)
    $found[] = preg_match('/^CONFIG__[a-zA-Z]+[a-zA-Z0-9_]*$/', $name)
        ? strtolower(str_replace('__', '/', substr($name, strlen('CONFIG__')))) : null;
echo json_encode($found);
"""


@settings(max_examples=3, deadline=None)  # each is a process of PHP
@given(st.lists(st.tuples(
    st.sampled_from([DEFAULT, website("base"), website("a_b"), store("de"), store("x1")]),
    st.lists(st.from_regex(r"[a-z0-9]+(_[a-z0-9]+){0,2}", fullmatch=True), min_size=2, max_size=4),
), min_size=40, max_size=80))  # fmt: skip
def test_what_we_name_magento_reads_back_as_the_same_place(examples: list[tuple[Scope, list[str]]]) -> None:
    keys = [SettingKey("/".join(parts), scope) for scope, parts in examples]
    names = [variable_name(key) for key in keys]
    assert all(names)
    restored = json.loads(php.run(RESTORE, names).stdout)
    assert restored == ["/".join(map(str, key.in_file[1:])) for key in keys]
    assert [setting_of(str(name), TREE) for name in names] == keys


def test_the_variables_of_a_process_are_settings_by_scope() -> None:
    found = variable_settings(
        {"PATH": "/bin", "CONFIG__STORES__FR_FR__A__B__C": "1", "CONFIG__DEFAULT__A__B__C": "2"}, TREE
    )
    assert found == {store("fr_FR"): {"a/b/c": "1"}, DEFAULT: {"a/b/c": "2"}}


def test_scopes_fall_back_and_are_read_from_the_file() -> None:
    config = {"scopes": {
        "websites": {"admin": {"website_id": "0", "code": "admin"}, "eu": {"website_id": "2", "code": "eu"}},
        "stores": {"de": {"website_id": "2", "code": "de"}, "lost": {"website_id": "9", "code": "lost"}},
    }}  # fmt: skip
    tree = scope_tree(config)  # type: ignore[arg-type] # an array as PHP has it
    assert tree.chain(store("de")) == (store("de"), website("eu"), DEFAULT)
    assert tree.chain(store("lost")) == (store("lost"), DEFAULT)
    assert tree.chain(website("eu")) == (website("eu"), DEFAULT)
    assert tree.below(website("eu")) == (store("de"),)
    assert set(tree.below(DEFAULT)) == {website("admin"), website("eu"), store("de")}


def test_scopes_are_named_as_magentos_commands_name_them() -> None:
    assert [str(parse_scope(text)) for text in ("default", "website/eu", "stores/de")] == [
        "default",
        "websites/eu",
        "stores/de",
    ]
    for wrong in ("", "websites", "stores/", "groups/1", "stores/a/b", "default/x"):
        with pytest.raises(ValueError, match="no scope"):
            parse_scope(wrong)


def test_a_file_s_settings_are_by_scope_and_path() -> None:
    config = {
        "system": {"default": {"a": {"b": {"c": "1", "d": None, "e": {}}}}, "stores": {"de": {"a": {"b": "x"}}}}
    }
    assert file_settings(config) == {  # type: ignore[arg-type] # an array as PHP has it
        DEFAULT: {"a/b/c": "1", "a/b/d": None, "a/b/e": {}},
        store("de"): {"a/b": "x"},
    }
    assert SettingKey("a/b", store("de")).in_file == ("system", "stores", "de", "a", "b")
    assert SettingKey("a/7/c", store("33")).in_file == ("system", "stores", 33, "a", 7, "c")


def test_paths() -> None:
    assert [is_path(text) for text in ("a/b/c", "a/b", "a", "a//b", "a b/c", "a/b\n")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert list(above("a/b/c")) == ["a/b", "a"]
