"""How often hosts are asked: one round trip a look, one connection a host, and less and less where it fails."""

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.actions.connections import Connections
from core.console.looks import look as looks
from core.console.looks.parts import join
from core.console.planning import sites_of
from core.console.protocol import Push
from core.console.snapshot_store import SnapshotStore
from core.console.watching import Watcher
from core.environments.model import Project
from core.ssh.host import Result
from tests.console.test_snapshot_store import project as unreachable
from tests.support.local_host import LocalHost

pytestmark = pytest.mark.xdist_group("console")


class Counting:
    """A host that counts what it is asked."""

    def __init__(self, host: Any) -> None:
        self._host = host
        self.address = host.address
        self.asked: list[str] = []

    async def sh(self, script: str, payload: bytes = b"", *, limit_s: float = 60.0) -> Result:
        """Pass it on."""
        self.asked.append(script)
        found: Result = await self._host.sh(script, payload, limit_s=limit_s)
        return found


async def test_a_look_is_one_round_trip(project: Project) -> None:
    async with Connections(project) as connections:
        for environment in project.environments.values():
            for site in sites_of(project, environment):
                host: Any = Counting(connections.preferring(environment.name).host(site.address))
                found = await looks.look(host, site)
                assert found.failure is None and len(host.asked) == 1


async def test_a_host_that_fails_is_watched_less_and_one_that_refuses_not_at_all(tmp_path: Path) -> None:
    nowhere = unreachable(tmp_path, staging="127.0.0.1:1")
    told: list[Push] = []
    async with Connections(nowhere) as connections:
        watcher = Watcher(nowhere, connections, SnapshotStore(nowhere), told.append)
        first = (await watcher.look("staging", due=True)).first
        assert first.failure is not None and first.failure.code == "connection-refused"
        assert (await watcher.look("staging", due=True)).first.tried == first.tried
        key = ("staging", "127.0.0.1:1")
        pauses = []
        for _ in range(12):
            watcher._not_before[key] = 0.0
            await watcher.look("staging", due=True)
            pauses.append(watcher._not_before[key])
        assert pauses == sorted(pauses)
        again = (await watcher.look("staging")).first  # a person looks
        assert again.tried and first.tried and again.tried > first.tried
        watcher._put_off(key, "login-denied")
        assert watcher._not_before[key] == float("inf")
        assert len(told) == 14


async def test_config_php_is_told_by_how_git_knows_it(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    config = tree / "app/etc/config.php"
    config.parent.mkdir(parents=True)
    git = ("git", "-C", str(tree), "-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    known = unreachable(tmp_path)
    dev = msgspec.structs.replace(known.environments["dev"], path=str(tree))
    (site,) = sites_of(known, dev)

    def run(*words: str) -> None:
        subprocess.run([*git, *words], check=True, capture_output=True)

    host: Any = LocalHost("dev")

    async def told() -> tuple[str, str, bool | None, int]:
        found = (await looks.look(host, site)).development
        assert found is not None
        return found.subject, found.config, found.dumped, found.changed

    config.write_text("<?php return ['scopes' => [], 'themes' => []];")
    assert await told() == ("", "", True, 0)
    (tree / ".git").mkdir()
    refused: Any = await looks.look(host, site)
    assert refused.failure.code == "look-failed" and "not a git repository" in refused.failure.what
    run("init", "--quiet")
    run("commit", "--quiet", "--allow-empty", "--message", "Begin = \x1b[1mbold")
    assert await told() == ("Begin = bold", "new", True, 1)
    (tree / ".gitignore").write_text("config.php\n")
    run("add", "--all")
    assert (await told())[1:] == ("new", True, 1)
    run("add", "--force", "app")
    run("commit", "--quiet", "--message", "Keep it")
    assert await told() == ("Keep it", "committed", True, 0)
    config.write_text("<?php return [];")
    index = (tree / ".git/index").stat()
    assert await told() == ("Keep it", "changed", False, 1)
    assert (tree / ".git/index").stat() == index
    config.unlink()
    assert await told() == ("Keep it", "missing", None, 1)


@pytest.mark.parametrize("broken", ["exit 7", "kill -9 $$", "echo '\x00\xff'; false", "cd /nowhere || fail"])
async def test_scripts_that_are_joined_do_not_touch_each_other(broken: str, tmp_path: Path) -> None:
    host = LocalHost()
    joined = join({"one": "echo 1", "bad": broken, "two": "printf 2"})
    found = joined.split((await host.sh(joined.script)).out)
    assert found["one"].out == b"1\n"
    if "kill" in broken:  # the shell itself: what comes after is missing, and is not taken for empty
        assert "two" not in found
    else:
        assert found["bad"].exit != 0 and (found["two"].exit, found["two"].out) == (0, b"2")
