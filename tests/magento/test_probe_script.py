"""The probing script, run by real PHP on a miniature of Magento."""

import hashlib
import hmac
import json
import os
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConsoleError
from core.magento.probe_result import ProbeAnswer, read
from core.magento.probes import DatabaseUnreachable, NeedsImport, Unknown, UpToDate
from tests.magento import php, shop

PROBE = php.script("mageconsole-probe")
IMPORT_DUE = (
    "2\nConfig files have changed. Run app:config:import or setup:upgrade command "
    "to synchronize configuration.\n"
)
DB_FINE = "0\nAll modules are up to date.\n"


class Bench:
    """A release, and a place of its own for temporary files."""

    def __init__(self, path: Path) -> None:
        self.release = path / "shop/release"
        self.temporary = path / "tmp"
        self.temporary.mkdir()

    def raw(self, *ask: str, forecast: bool = False, **more: Any) -> bytes:
        question = {"root": str(self.release), "ask": [[name] for name in ask], "forecast": forecast, **more}
        return php.run(PROBE, question, env={**os.environ, "TMPDIR": str(self.temporary)}).stdout

    def ask(self, *ask: str, **more: Any) -> ProbeAnswer:
        return read(self.raw(*ask, **more), where="web1")

    def tree(self) -> dict[str, bytes]:
        files = (path for path in self.release.parent.rglob("*") if path.is_file() and path.name != "seen")
        return {str(path): path.read_bytes() for path in files}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_commands_are_answered_in_one_process(bench: Bench) -> None:
    shop.make(bench.release, app_config_status=IMPORT_DUE, setup_db_status=DB_FINE)
    answer = bench.ask("app:config:status", "setup:db:status")
    assert answer.result("app:config:status", None) == NeedsImport()
    assert answer.result("setup:db:status", None) == UpToDate()
    assert isinstance(answer.result("module:config:status", None), Unknown)
    assert not answer.forecast.asked


def test_a_failed_command_does_not_colour_the_next(bench: Bench) -> None:
    down = "2002\nSQLSTATE[HY000] [2002] Connection refused\n"
    shop.make(bench.release, app_config_status=down, setup_db_status=DB_FINE)
    answer = bench.ask("app:config:status", "setup:db:status")
    assert [asked.exit for asked in answer.commands] == [255, 0]
    assert isinstance(answer.result("app:config:status", None), DatabaseUnreachable)
    assert answer.result("setup:db:status", None) == UpToDate()


def test_configuration_and_cache_are_private(bench: Bench) -> None:
    shop.make(bench.release, app_config_status=IMPORT_DUE)
    before = bench.tree()
    bench.ask("app:config:status", forecast=True)
    env, dirs, cwd, interactive, etc, mode = json.loads((bench.release / "seen").read_text())
    assert env["cache"]["frontend"]["default"] == {"id_prefix": "mc_"}
    assert env["db"]["connection"]["default"]["password"] == "canary-db-password"
    assert dirs["base"]["path"] == str(bench.release)
    assert dirs["cache"]["path"].startswith(str(bench.temporary))
    assert cwd == str(bench.release)
    assert interactive is False
    assert etc == ["config.php", "di.xml", "env.php", "sub"]
    assert mode == "700"
    assert bench.tree() == before
    assert list(bench.temporary.iterdir()) == []


def test_the_forecast_names_what_an_import_would_say(bench: Bench) -> None:
    shop.make(bench.release)
    forecast = bench.ask(forecast=True).forecast
    assert forecast.asked
    assert forecast.sections == ("scopes", "system")
    assert forecast.warnings["scopes"] == ("These Stores will be deleted: French in adminhtml",)
    assert forecast.invalid["scopes"] == ("no website",)
    assert forecast.error == ""
    assert bench.ask(forecast=True).search == ()
    (bench.release / "search_down").touch()
    assert bench.ask(forecast=True).search == ("No alive nodes found in your cluster",)


def test_facts_of_env_hold_no_secret(bench: Bench) -> None:
    shop.make(bench.release)
    output = bench.raw(fingerprint="key")
    assert b"canary" not in output
    env = read(output).env
    assert env is not None
    assert env.crypt_fingerprint == hmac.new(b"key", b"canary-crypt-key", hashlib.sha256).hexdigest()
    assert env.mode == "production"
    assert env.cache["default"].storage == "10.0.0.9:6379:2"
    assert env.cache["page_cache"].storage == "10.0.0.9:6380:1"
    assert env.session.storage == "10.0.0.9:6379:2"
    assert env.shared_redis == ("default",)


@pytest.mark.parametrize("options", ["redis", "valkey"])
def test_sessions_in_valkey_are_seen_beside_the_cache(bench: Bench, options: str) -> None:
    """2.4.8 has it; its documentation shows the options under either name."""
    before = "'session' => ['save' => 'redis', 'redis' =>"
    assert before in shop.ENV
    shop.make(bench.release, shop.ENV.replace(before, f"'session' => ['save' => 'valkey', '{options}' =>"))
    env = read(bench.raw(fingerprint="key")).env
    assert env is not None
    assert env.shared_redis == ("default",)


@pytest.mark.parametrize(
    ("env", "code"),
    [
        (None, "env-missing"),
        ("", "env-empty"),
        ("<?php return [];", "env-broken"),
        ("<?php return ['cache_types' => ['compiled_config' => 1]];", "env-not-installed"),
        ("<?php return [", "env-broken"),
    ],
)
def test_without_an_installed_shop_nothing_is_loaded(bench: Bench, env: str | None, code: str) -> None:
    shop.make(bench.release, env, app_config_status=IMPORT_DUE)
    before = bench.tree()
    with pytest.raises(ConsoleError) as caught:
        bench.ask("app:config:status", forecast=True)
    assert caught.value.code == code
    assert caught.value.where == "web1"
    assert bench.tree() == before
    assert not (bench.release / "seen").exists()
    assert list(bench.temporary.iterdir()) == []


def test_a_dangling_link_is_told_and_left(bench: Bench) -> None:
    shop.make(bench.release)
    (bench.release.parent / "shared-env.php").unlink()
    with pytest.raises(ConsoleError, match="link to nothing"):
        bench.ask("app:config:status")
    assert not (bench.release.parent / "shared-env.php").exists()


@pytest.mark.parametrize("command", ["app:config:import", "setup:upgrade", "cache:flush"])
def test_it_never_runs_what_changes_something(bench: Bench, command: str) -> None:
    shop.make(bench.release, **{command.replace(":", "_"): "0\n"})
    with pytest.raises(ConsoleError) as caught:
        bench.ask(command)
    assert caught.value.code == "not-a-probe"
    assert not (bench.release / "seen").exists()


def test_an_error_of_php_is_that_command_s_answer(bench: Bench) -> None:
    shop.make(bench.release, setup_db_status=DB_FINE)
    answer = bench.ask("maintenance:status", "setup:db:status")
    assert answer.commands[0].exit == 255
    assert "not_a_function" in answer.commands[0].output
    assert answer.result("setup:db:status", None) == UpToDate()


def test_the_end_of_php_is_told_and_leaves_nothing(bench: Bench) -> None:
    shop.make(bench.release)
    with pytest.raises(ConsoleError, match="memory") as caught:
        bench.ask("deploy:mode:show")
    assert caught.value.code == "command-ended-php"
    assert list(bench.temporary.iterdir()) == []
    (bench.release / "exit_at_boot").touch()
    with pytest.raises(ConsoleError) as caught:
        bench.ask("app:config:status")
    assert caught.value.code == "command-ended-php"
    assert list(bench.temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("output", "code"),
    [
        (b"", "probe-no-answer"),
        (b"PHP Fatal error: no such extension\n", "probe-no-answer"),
        (b'MAGECONSOLE-RESULT {"commands":[', "probe-no-answer"),
        (b"MAGECONSOLE-RESULT {}\n", "probe-garbled"),
    ],
)
def test_no_answer_is_an_error(output: bytes, code: str) -> None:
    with pytest.raises(ConsoleError) as caught:
        read(output)
    assert caught.value.code == code
