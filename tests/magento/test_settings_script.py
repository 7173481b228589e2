"""The script that changes settings, run by real PHP on a miniature of Magento."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConsoleError
from core.magento.php_config import read as read_php
from core.magento.php_values import Value
from core.magento.scope import Scope
from core.magento.setting_key import SettingKey
from core.magento.settings_script import Put, bring_back, change, read
from core.secret import Secret
from tests.magento import php, settings_shop

SCRIPT = php.script("mageconsole-settings")
C = SettingKey("a/b/c")
NASTY = "pw'\"$x\\ü\nline"


class Bench:
    """A release, and where its settings are computed."""

    def __init__(self, path: Path) -> None:
        self.root = settings_shop.make(path / "shop/release")
        self.env = self.root.parent / "shared-env.php"
        self.work = path / "dot/settings/job"
        self.work.parent.parent.mkdir()

    def run(self, question: bytes) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            ["php", str(SCRIPT)], input=question, capture_output=True, timeout=60, check=False
        )

    def change(
        self, put: Sequence[Put], unset: Sequence[SettingKey] = ()
    ) -> "subprocess.CompletedProcess[bytes]":
        return self.run(change(str(self.root), str(self.work), "env", put, unset))

    def result(self) -> bytes:
        return (self.work / "result.json").read_bytes()

    def system(self) -> Value:
        done = php.run(f"echo json_encode((require '{self.work}/etc/env.php')['system']);")
        found: Value = json.loads(done.stdout)
        return found

    def ran(self) -> list[Any]:
        return [json.loads(line) for line in (self.root / "ran").read_text().splitlines()]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_all_commands_run_in_one_process_on_a_private_copy(bench: Bench) -> None:
    before = bench.env.read_bytes()
    put = [
        Put(C, Secret(NASTY)),
        Put(SettingKey("x/y/w", Scope("websites", "eu")), "https://shop.example.com/"),
    ]
    done = bench.change(put)
    assert (done.returncode, done.stderr) == (0, b"")
    assert bench.system() == {
        "default": {"a": {"b": {"c": NASTY, "d": "kept"}}},
        "stores": {"de": {"x": {"y": {"z": "1"}}}},
        "websites": {"eu": {"x": {"y": {"w": "https://shop.example.com/"}}}},
    }
    assert bench.env.read_bytes() == before
    assert [command[0] for command in bench.ran()] == ["config:set", "config:set"]
    assert bench.ran()[0][1] == {"command": "config:set", "path": "a/b/c", "--lock-env": True}
    assert bench.ran()[1][1]["--scope-code"] == "eu"
    assert not any(interactive for _, _, interactive in bench.ran())
    result = read(bench.result(), "web1")
    assert [(item.about, item.exit) for item in result.commands] == [("a/b/c", 0), ("x/y/w (websites/eu)", 0)]
    assert NASTY.encode() not in done.stdout + bench.result()
    private = [bench.work, bench.work / "etc", *bench.work.glob("etc/*"), bench.work / "result.json"]
    assert all(path.stat().st_mode & 0o077 == 0 for path in private)


def test_the_private_file_has_caches_of_its_own(bench: Bench) -> None:
    bench.change([Put(C, "new")])
    values = read_php((bench.work / "etc/env.php").read_bytes(), "env.php").values
    assert values["cache"] == {
        "frontend": {"default": {"id_prefix": "mc_"}, "page_cache": {"id_prefix": "mc_"}}
    }


def test_what_is_refused_ends_it_and_is_told_without_the_secret(bench: Bench) -> None:
    done = bench.change([Put(C, Secret("refuse-this-value")), Put(SettingKey("a/b/d"), "never")])
    assert done.returncode == 1
    assert len(bench.ran()) == 1
    with pytest.raises(ConsoleError) as caught:
        read(bench.result(), "web1")
    assert caught.value.code == "setting-refused"
    assert "The value **** is no good" in caught.value.what
    assert b"refuse-this-value" not in done.stdout + done.stderr + bench.result()


def test_a_command_that_ends_php_is_no_success(bench: Bench) -> None:
    assert bench.change([Put(C, "die")]).returncode != 0
    with pytest.raises(ConsoleError) as caught:
        read(bench.result(), "web1")
    assert caught.value.code == "command-ended-php"


def test_a_value_is_taken_away_with_what_it_leaves_empty_and_imported(bench: Bench) -> None:
    done = bench.change([Put(SettingKey("a/b/e"), "1")], [C, SettingKey("x/y/z", Scope("stores", "de"))])
    assert done.returncode == 0, done.stdout
    assert bench.system() == {"default": {"a": {"b": {"d": "kept", "e": "1"}}}}
    names = [command[0] for command in bench.ran()]
    assert names == ["config:set", "saved", "app:config:import"]
    assert bench.ran()[1] == ["saved", True]


HIDDEN = SettingKey("hidden/of/admin", Scope("websites", "eu"))


def test_what_no_module_has_a_field_for_is_written_and_imported(bench: Bench) -> None:
    put = [
        Put(C, "new"),
        Put(HIDDEN, "plain", direct=True),
        Put(SettingKey("hidden/of/key"), Secret("geheim-4711"), direct=True, encrypt=True),
        Put(SettingKey("a/b/known"), "x", direct=True),
    ]
    done = bench.change(put, [SettingKey("x/y/z", Scope("stores", "de"))])
    assert done.returncode == 0, done.stdout + done.stderr
    assert bench.system() == {
        "default": {
            "a": {"b": {"c": "new", "d": "kept", "known": "x"}},
            "hidden": {"of": {"key": "0:3:Z2VoZWltLTQ3MTE="}},
        },
        "websites": {"eu": {"hidden": {"of": {"admin": "plain"}}}},
    }
    # What has a field goes by the command, whatever the plan thought of it.
    names = [command[0] for command in bench.ran()]
    assert names == ["config:set", "config:set", "saved", "app:config:import"]
    assert b"geheim-4711" not in done.stdout + bench.result()


def test_where_one_path_is_none_nothing_is_begun(bench: Bench) -> None:
    done = bench.change([Put(C, "new"), Put(HIDDEN, "x")])
    assert done.returncode == 1
    assert not (bench.root / "ran").exists()
    with pytest.raises(ConsoleError) as caught:
        read(bench.result(), "web1")
    assert caught.value.code == "no-such-setting"
    assert "hidden/of/admin" in caught.value.what


@pytest.mark.parametrize("path", ["hidden/of", "hidden/of/key/inner"])
def test_a_value_never_takes_the_place_of_a_group_nor_a_group_of_a_value(bench: Bench, path: str) -> None:
    text = bench.env.read_text().replace(
        "'default' => [", "'default' => ['hidden' => ['of' => ['key' => '1']], "
    )
    bench.env.write_text(text)
    assert bench.change([Put(SettingKey(path), "x", direct=True)]).returncode == 1
    with pytest.raises(ConsoleError) as caught:
        read(bench.result(), "web1")
    assert caught.value.code == "setting-is-group"
    assert not (bench.root / "ran").exists()


@pytest.mark.parametrize("section", ["scopes", "themes"])
def test_an_import_that_would_do_more_than_settings_is_never_run(bench: Bench, section: str) -> None:
    (bench.root / f"pending_{section}").touch()
    assert bench.change([Put(HIDDEN, "x", direct=True)]).returncode == 1
    with pytest.raises(ConsoleError) as caught:
        read(bench.result(), "web1")
    assert (caught.value.code, section in caught.value.what) == ("import-pending", True)
    assert bench.run(bring_back(str(bench.root))).returncode == 1
    assert not (bench.root / "ran").exists()


def test_a_field_that_makes_nothing_of_a_value_is_told(bench: Bench) -> None:
    assert bench.change([Put(SettingKey("design/header/logo_src"), "upload.png")]).returncode == 1
    with pytest.raises(ConsoleError) as caught:
        read(bench.result(), "web1")
    assert caught.value.code == "value-not-kept"


def test_bringing_the_hash_back_works_on_the_shop_itself(bench: Bench) -> None:
    before = bench.env.read_bytes()
    assert bench.run(bring_back(str(bench.root))).returncode == 0
    assert [command[0] for command in bench.ran()] == ["app:config:import", "cache:clean"]
    assert bench.ran()[1][1]["types"] == ["config"]
    assert bench.env.read_bytes() == before
    assert not bench.work.exists()


def test_without_an_env_php_nothing_of_magento_is_loaded(bench: Bench) -> None:
    bench.env.unlink()
    assert bench.change([Put(C, "new")]).returncode == 1
    assert not bench.env.exists()
    assert not (bench.root / "ran").exists()
    assert not bench.work.exists()
