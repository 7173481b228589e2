"""The file after Magento changed its settings: its entries alone, and what hashes as Magento's own."""

import pytest

from core.errors import ConsoleError
from core.magento.php_config import read
from core.magento.php_edit import REMOVE
from core.magento.php_values import Array, Value
from core.magento.scope import DEFAULT, website
from core.magento.setting_key import SettingKey
from core.settings.new_file import new_file

ENV = b"""<?php
// kept by hand
return [
    'db' => ['host' => getenv('DB') ?: 'db'],
    'system' => [
        'default' => [
            // where the shop lives
            'web' => ['url' => 'http://old/', 'path' => getenv('P') ?: '/'],
            'a' => ['b' => '1']
        ]
    ]
];
"""
URL = SettingKey("web/url")
NEW = SettingKey("web/url", website("eu"))


def _result(**default: Value) -> Array:
    """Return what Magento writes: computed values are frozen in it, comments are gone."""
    web: Array = {"url": "http://new/", "path": "/"}
    system: Array = {"web": web, "a": {"b": "1"}}
    return {"db": {"host": "db"}, "system": {"default": system | dict(default.items())}}


def test_comments_and_what_is_computed_stay() -> None:
    after = new_file(ENV, "env.php", _result(), [URL.in_file])
    assert after == ENV.replace(b"http://old/", b"http://new/")


def test_new_entries_come_in_magento_s_order_and_others_beside_them() -> None:
    result = _result(c={"d": "0:3:x"})
    assert isinstance(result["system"], dict)
    result["system"]["websites"] = {"eu": {"web": {"url": "http://eu/"}}}
    keys = [NEW.in_file, SettingKey("c/d", DEFAULT).in_file, URL.in_file]
    after = new_file(ENV, "env.php", result, keys, {("db", "host"): "10.0.0.5", ("gone",): REMOVE})
    values = read(after).values
    assert values["db"] == {"host": "10.0.0.5"}
    assert list(values["system"]) == ["default", "websites"]  # type: ignore[arg-type] # an array
    assert b"'path' => getenv('P') ?: '/'" in after
    assert b"// where the shop lives" in after


def test_what_magento_took_away_goes_with_the_arrays_that_are_empty_then() -> None:
    result: Array = {"system": {"default": {"web": {"url": "http://old/", "path": "/"}}}}
    after = new_file(ENV, "env.php", result, [SettingKey("a/b").in_file])
    assert read(after).values["system"] == {"default": {"web": read(ENV).values["system"]["default"]["web"]}}  # type: ignore[index] # arrays


def test_all_of_system_is_written_anew_where_its_order_is_another() -> None:
    result: Array = {"system": {"default": {"a": {"b": "1"}, "web": {"url": "http://new/", "path": "/"}}}}
    plain = ENV.replace(b"getenv('P') ?: '/'", b"'/'")
    after = new_file(plain, "env.php", result, [URL.in_file])
    assert list(read(after).values["system"]["default"]) == ["a", "web"]  # type: ignore[index,arg-type] # arrays
    assert after.startswith(plain[: plain.index(b"'system'")])
    with pytest.raises(ConsoleError) as caught:
        new_file(ENV, "env.php", result, [URL.in_file])
    assert caught.value.code == "php-config-computed"


def test_without_settings_only_the_other_entries_are_edited() -> None:
    assert new_file(ENV, "env.php", None, [], {("db", "host"): "x"}) == ENV.replace(
        b"getenv('DB') ?: 'db'", b"'x'"
    )
