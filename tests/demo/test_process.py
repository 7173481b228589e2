"""The demo's own process: starts, is reached, stops, and leaves nothing running."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import asyncssh
import pytest

from core.demo import sweeping
from core.environments.load import load
from tests.support.shop import DemoProcess, Shop, ask, make_shop, openssh


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a shop that is live in production."""
    shop = make_shop(tmp_path_factory.mktemp("process") / "shop", scale=1)
    shop.lay_out("production")
    return shop


async def _run(shop: Shop, host: str, command: str) -> asyncssh.SSHCompletedProcess:
    async with asyncssh.connect(host, config=[str(shop.systems.ssh_config)], agent_path=None) as connection:
        return await connection.run(command)


async def test_hosts_are_reached_and_play_their_part(shop: Shop) -> None:
    with DemoProcess(shop) as demo:
        root = shop.path("web2") / "current"
        done = await _run(shop, "web2", f"cd {root} && php bin/magento app:config:status && crontab -l; id -un")
        assert done.stdout
        assert "Config files are up to date." in str(done.stdout)
        assert "no crontab for" in str(done.stderr)
        assert [ask(demo.web[name])[0] for name in ("web1", "web2", "stg")] == [200, 200, 404]
        assert [line["status"] for line in demo.requests("web1")] == [200]
        assert shop.times("app:config:status", "web2") == 1


async def test_its_environments_toml_says_it_all(shop: Shop) -> None:
    with DemoProcess(shop):
        project = load(shop.toml)
    production = project.environments["production"]
    assert [production.path_on(host) for host in production.hosts] == [
        str(shop.path("web1")),
        str(shop.path("web2")),
    ]
    assert project.environments["build"].repository == str(shop.systems.repository)


async def test_it_comes_back_on_the_same_ports(shop: Shop) -> None:
    with DemoProcess(shop) as demo:
        first = demo.described
    with DemoProcess(shop) as demo:
        assert demo.described["ssh"] == first["ssh"]
        assert demo.described["web"] == first["web"]


@pytest.mark.parametrize("way", ["SIGTERM", "end of input"])
async def test_it_leaves_nothing_running(shop: Shop, way: str) -> None:
    demo = DemoProcess(shop)
    with demo:
        await _run(
            shop,
            "web1",
            "setsid sh -c 'trap \"\" TERM; while :; do sleep 60; done' </dev/null >/dev/null 2>&1 &",
        )
        assert sweeping.running(shop.root)
        if way == "end of input":
            assert demo._process
            assert demo._process.stdin
            demo._process.stdin.close()
            await asyncio.to_thread(demo._process.wait, 30)
            demo._process.stdin = None
    assert demo._process
    assert demo._process.returncode == 0
    assert sweeping.running(shop.root) == []


def test_a_directory_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")
    words = [sys.executable, "-P", "-m", "core.demo", "--dir", str(tmp_path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_it_lays_out_and_serves_by_itself(tmp_path: Path) -> None:
    words = [sys.executable, "-P", "-m", "core.demo", "--dir", str(tmp_path / "demo"), "--fast", "--scale", "1"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        described = json.loads(process.stdout.readline())
        assert described["pid"] == process.pid
        assert ask(described["web"]["stg"])[0] == 404
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(30) == 0


async def test_the_same_hosts_behind_real_sshd(shop: Shop) -> None:
    shop.toml.unlink(missing_ok=True)
    with openssh(shop) as demo:
        done = await _run(shop, "web1", "command -v php; php -r 'echo PHP_VERSION;'; cd ~ && echo fine")
        assert str(done.stdout).splitlines()[0] == str(shop.systems.host("web1") / "bin/php")
        assert "8.2.28fine" in str(done.stdout)
        assert ask(demo.web["web1"])[0] == 200
        await _run(shop, "web1", "setsid sleep 60 </dev/null >/dev/null 2>&1 &")
    assert sweeping.running(shop.root) == []
