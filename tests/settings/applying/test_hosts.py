"""Two hosts with an env.php each and one database: both take the change, or both are as they were."""

import os
import re
import signal
import time
from collections.abc import Callable

import pytest

from core.demo.standin import phpfile
from core.demo.standin.settings import decrypted
from tests.settings.applying.stage import PRODUCTION, YES, Stage

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(180)]

SECRET = "geheim'\"$x\\ü 4711"
URL = "https://shop.example.com/"
DECLARED = f"""
[environments.production.settings.default]
"web/unsecure/base_url" = "{URL}"
"dev/js/merge_files" = false

[environments.production.settings.websites.base]
"general/store_information/name" = "Größe & 'Co'"

[environments.production.env]
"downloadable_domains/0" = "files.example.com"
"""


def _declare(stage: Stage, text: str = DECLARED) -> None:
    place = stage.shop.toml
    place.write_text(place.read_text() + text)
    stage.toml('role = "production"\n', 'role = "production"\nsensitive = ["payment/acme/private_key"]\n')
    ran = stage.settings("secret", "set", "production", "payment/acme/private_key", given=SECRET)
    assert ran.code == 0, ran.said


def test_both_hosts_answer_and_agree_with_the_database_afterwards(stage: Stage) -> None:
    _declare(stage)
    rest = {
        host: {key: item for key, item in stage.env(host).items() if key != "system"} for host in PRODUCTION
    }
    before = {host: stage.env_path(host).read_bytes() for host in PRODUCTION}
    stage.env_path("web2").chmod(0o640)
    ran = stage.settings("apply", "production", *YES)
    assert ran.code == 0, ran.said
    assert stage.answers() == [200, 200]
    assert [stage.status(host) for host in PRODUCTION] == [0, 0]
    systems = [
        re.search(r"    'system' => \[.*^    \]", stage.env_path(host).read_text(), re.S | re.M)
        for host in PRODUCTION
    ]
    assert systems[0] and systems[1] and systems[0][0] == systems[1][0]
    for host in PRODUCTION:
        env = stage.env(host)
        values = phpfile.section(env, "system")
        assert phpfile.dig(values, "default/web/unsecure/base_url") == URL
        assert phpfile.dig(values, "default/dev/js/merge_files") == "0"
        assert phpfile.dig(values, "websites/base/general/store_information/name") == "Größe & 'Co'"
        assert decrypted(str(phpfile.dig(values, "default/payment/acme/private_key")), env) == SECRET
        rest[host]["downloadable_domains"] = {0: "files.example.com"}
        assert {key: item for key, item in env.items() if key != "system"} == rest[host]
        kept = stage.shop.path(host) / ".mageconsole/backups" / f"env.php.{stage.newest_job().id}"
        assert (kept.read_bytes(), kept.stat().st_mode & 0o777) == (before[host], 0o600)
        assert not list((stage.shop.path(host) / ".mageconsole").glob("settings/*"))
        (line,) = stage.history(host)
        assert "payment/acme/private_key" in line["settings"]
    assert [stage.env_path(host).stat().st_mode & 0o777 for host in PRODUCTION] == [0o660, 0o640]
    again = stage.settings("apply", "production", *YES)
    assert (again.code, again.out) == (0, "Everything on production is as it is declared.\n")


def test_when_the_second_host_fails_both_are_as_before_files_and_hash(stage: Stage) -> None:
    _declare(stage)
    (stage.shop.path("web2") / ".mageconsole").mkdir()
    before = stage.snapshot()
    stage.refuse_rename("web2")
    ran = stage.settings("apply", "production", *YES)
    assert ran.code == 1, ran.said
    assert "Read-only file system" in ran.err
    assert stage.snapshot() == before
    assert stage.answers() == [200, 200]
    assert [stage.status(host) for host in PRODUCTION] == [0, 0]


def test_what_magento_refuses_changes_nothing(stage: Stage) -> None:
    _declare(stage, DECLARED.replace(URL, "shop.example.com"))
    before = stage.snapshot()
    ran = stage.settings("apply", "production", *YES)
    assert ran.code == 1, ran.said
    assert "Invalid Base URL" in ran.err
    assert {**stage.snapshot(), "hash": ""} == {**before, "hash": ""}
    assert stage.snapshot()["hash"] == before["hash"]
    assert stage.answers() == [200, 200]


def test_a_host_that_drifted_is_told_and_gets_what_the_other_has(stage: Stage) -> None:
    good = stage.env_path("web1").read_bytes()
    stage.edit_env("web2", "system/default/web/unsecure/base_url", "http://old.example.com/")
    (stage.shop.systems.host("web2") / "php-fpm.reload").touch()
    assert stage.answers() == [200, 500]
    told = stage.settings("diff", "production", "--json").json
    assert [(one["code"], one["hosts"], one["blocks"]) for one in told["findings"]] == [
        ("host-drift", ["web2"], True)
    ]
    ran = stage.settings("apply", "production", *YES)
    assert ran.code == 0, ran.said
    assert "http://old.example.com/ -> http://shop.example.com/" in ran.said
    assert stage.env_path("web1").read_bytes() == good
    assert stage.answers() == [200, 200]


def test_a_job_that_dies_after_magento_ran_goes_on_to_the_end(stage: Stage) -> None:
    _declare(stage)
    stage.shop.behave(command_s=0.4)
    with stage.background("settings", "apply", "production", *YES):
        _wait(lambda: _started(stage, "config:set") >= 2)
        job = stage.newest_job()
        os.kill(job.state().pid, signal.SIGKILL)
        _wait(lambda: not job.alive)
    stage.shop.behave(command_s=None)
    ran = stage.cli("jobs", "resume", job.id)
    assert ran.code == 0, ran.said
    assert stage.answers() == [200, 200]
    assert [stage.status(host) for host in PRODUCTION] == [0, 0]
    assert stage.settings("diff", "production", "--exit-code").code == 0


def _started(stage: Stage, command: str) -> int:
    return stage.shop.times(command, "web1")


def _wait(condition: Callable[[], bool], limit_s: float = 60) -> None:
    until = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until, "it did not come to hold in time"
        time.sleep(0.05)
