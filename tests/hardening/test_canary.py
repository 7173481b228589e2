"""Secrets never leave the places where they were put: no file, argument list, environment, log holds them."""

import base64
import contextlib
import json
import os
import signal
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from core.demo.standin import phpfile
from core.demo.standin.world import ROOT
from core.jobs.logs import Logs
from core.secret import Secret
from tests.chain.commands import wait
from tests.hardening.canary import Needles, Sampler, encodings, search
from tests.hardening.git_server import GitServer
from tests.hardening.operator import Operator
from tests.hardening.product import product
from tests.hardening.stage import Stage, demo
from tests.hardening.trees import Trees

pytestmark = pytest.mark.xdist_group("hardening")
Canaries = dict[str, str]


@pytest.fixture
def canaries() -> Canaries:
    """Secrets that no other test has, in none of their lines: processes of the whole machine are searched."""
    one = uuid.uuid4().hex[:10]
    return {
        "database password": f"kö'nig\"s-{one}-datenbank\nzweite'Zeile\\{one}",
        "crypt key": f"base64q7Lz/Xy+{one}-ß'canary\"",
        "sensitive setting": f"gehe'im\"-{one}-zahlung\nschlüssel-{one}",
        "repository password": f"tök'en\"-of-git+/{one}",
        "composer password": f"päckchen'\"-{one}-auth\njson-zeile-{one}",
        "operator's variable": f"umgeb'ung\"-{one}-grün\nzweite-zeile-{one}",
    }


PLANTED = (
    "databases/*", "hosts/*/shop/shared/app/etc/env.php", "hosts/build/home/.git-credentials",
    "hosts/build/home/.composer/auth.json",
)  # fmt: skip
"""Where they were put; a database is Magento's own."""
_HOSTS = ("stg", "web1", "web2")


def _plant_env_php(stage: Stage, canaries: Canaries) -> None:
    for host in _HOSTS:
        path = stage.shop(host) / "shared/app/etc/env.php"
        env = phpfile.read(path.read_text())
        assert isinstance(env, dict)
        phpfile.plant(env, "db/connection/default/password", canaries["database password"])
        phpfile.plant(env, "crypt/key", canaries["crypt key"])
        phpfile.plant(env, "system/default/payment/acme/private_key", canaries["sensitive setting"])
        path.write_text(phpfile.write(env))
    for name in ("staging", "production"):
        database = stage.root / "databases" / f"db.{name}.demo/magento/password"
        database.write_text(canaries["database password"])


def _plant_build_user(stage: Stage, server: GitServer, canaries: Canaries) -> None:
    home = stage.root / "hosts/build/home"
    (home / ".gitconfig").write_text("[credential]\n\thelper = store\n")
    password = quote(canaries["repository password"], safe="")
    (home / ".git-credentials").write_text(f"http://anna:{password}@{server.host}\n")
    (home / ".composer").mkdir()
    auth = {"http-basic": {"repo.magento.com": {"username": "anna", "password": canaries["composer password"]}}}
    (home / ".composer/auth.json").write_text(json.dumps(auth))
    stage.own(home)


@pytest.fixture
def canary_stage(public: Path, person: Operator, canaries: Canaries) -> Iterator[Stage]:
    root = public / "canary"
    with contextlib.ExitStack() as stack:
        facts = stack.enter_context(demo(person, root))
        stage = Stage(person, stack.enter_context(product(person)), root, facts, Trees(root))
        password = canaries["repository password"]
        server = stack.enter_context(GitServer(root / "store.git", "anna", password))
        stage.begin()
        stage.edit(str(root / "store.git"), server.url)
        stage.environment["ACME_TOKEN"] = canaries["operator's variable"]
        _plant_env_php(stage, canaries)
        _plant_build_user(stage, server, canaries)
        yield stage


@pytest.mark.timeout(240)
def test_a_commit_goes_to_production_and_no_secret_leaves_its_place(
    canary_stage: Stage, canaries: Canaries
) -> None:
    stage, needles = canary_stage, Needles(canaries)
    own = frozenset({"operator's variable"})
    with Sampler(needles, own, f"{ROOT}={stage.root}".encode()) as sampler:
        for words in (
            ("build",),
            ("promote", "build", "staging", "--yes"),
            ("promote", "staging", "production", "--yes"),
        ):
            told = stage.run(*words)
            assert told.exit == 0, told.text
            assert needles.found_in(told.out + told.err) == set()
            assert "maintenance flag" in told.text or words == ("build",)
    assert sampler.hits == set()
    assert sampler.samples > 100
    assert sampler.processes > 100
    assert search(stage.root, needles, PLANTED) == []
    _planted_leaks_are_found(stage, needles, canaries)


def _planted_leaks_are_found(stage: Stage, needles: Needles, canaries: Canaries) -> None:
    leaks = {
        "hosts/web1/shop/.mageconsole/tasks/leak.log": b"x" + base64.b64encode(canaries["crypt key"].encode()),
        "hosts/build/shop/.mageconsole/leak": json.dumps(canaries["composer password"]).encode(),
        f"state/jobs/{stage.jobs()[0]}/logs/leak.log": quote(canaries["database password"]).encode(),
    }
    for name, data in leaks.items():
        (stage.root / name).write_bytes(data)
    assert search(stage.root, needles, PLANTED) == sorted(
        [
            "crypt key: hosts/web1/shop/.mageconsole/tasks/leak.log",
            "composer password: hosts/build/shop/.mageconsole/leak",
            f"database password: state/jobs/{stage.jobs()[0]}/logs/leak.log",
        ]
    )


def test_the_sampler_finds_a_planted_leak(canaries: Canaries) -> None:
    secret = canaries["sensitive setting"]
    own = frozenset({"operator's variable"})
    line = ["sh", "-c", "sleep 60; true", "leak", quote(secret, safe="")]
    environment = {"TOKEN": canaries["operator's variable"], "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(line, env=environment, start_new_session=True) as leaking:
        try:
            with Sampler(Needles(canaries), own, b"PATH=/usr/bin:/bin") as sampler:
                wait(lambda: len(sampler.hits) > 1)
        finally:
            os.killpg(leaking.pid, signal.SIGKILL)
    kinds = {hit.split(" of ")[0] for hit in sampler.hits}
    assert kinds >= {"sensitive setting: arguments", "operator's variable: environment"}


@pytest.mark.parametrize("size", [1, 7, 4096])
def test_what_a_command_prints_of_a_known_secret_is_not_in_our_log(
    tmp_path: Path, size: int, canaries: Canaries
) -> None:
    needles = Needles(canaries)
    texts = [text for value in canaries.values() for text in encodings(value)]
    written = b"".join(b"before " + text + b" after\n" for text in texts)
    printed = subprocess.run(["cat"], input=written, capture_output=True, check=True).stdout
    assert needles.found_in(printed) == set(canaries)
    logs = Logs(tmp_path, [Secret(value) for value in canaries.values()])
    for start in range(0, len(printed), size):
        logs.write("web1", printed[start : start + size], task="t", offset=min(start + size, len(printed)))
    logs.end("web1", "t")
    logs.close()
    assert search(tmp_path, needles) == []
    log = (tmp_path / "web1.log").read_bytes()
    assert log.count(b"before ") == log.count(b" after\n") == printed.count(b"before ")
