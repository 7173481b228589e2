"""Terminals that close, connections that break, agents that go home, holders of locks that were thought dead."""

import os
import pty
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chain.stage import PRODUCTION, Stage, wait
from tests.support.shop import OpenSshDemo, tree_digest
from tests.support.ssh_agent import agent

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]

LINES = 300


def _ended(stage: Stage, job: str) -> bool:
    return bool(stage.state(job).outcome) and not stage.job(job).alive


def _drop(stage: Stage, *hosts: str) -> int:
    assert isinstance(stage.demo, OpenSshDemo)
    return sum(stage.demo.sshd[host].drop_connections() for host in hosts)


def _logged(stage: Stage, job: str) -> list[str]:
    logs = [path.read_text() for path in stage.job(job).logs.iterdir() if "Numbered line" in path.read_text()]
    assert len(logs) == 1
    return re.findall(r"Numbered line \d+ of \d+", logs[0])


def test_a_terminal_that_closes_does_not_end_the_promotion(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=3)
    words = stage.words(*stage.promotion("window"))
    child, terminal = pty.fork()
    if child == 0:
        os.execv(words[0], words)
    said = b""
    while not re.search(rb"job \d{8}-\d{4}-[0-9a-f]{4}\s", said):
        said += os.read(terminal, 4096)
    found = re.search(rb"job (\d{8}-\d{4}-[0-9a-f]{4})", said)
    assert found, said
    job = found[1].decode()
    wait(lambda: stage.did(job, "lock"))
    os.killpg(os.tcgetpgrp(terminal), signal.SIGHUP)
    os.close(terminal)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert not stage.state(job).outcome
    wait(lambda: _ended(stage, job))
    assert stage.state(job).outcome == "done"
    assert stage.runs() == {"window"}
    assert stage.answers() == [200, 200]


def test_an_upgrade_runs_once_and_its_log_is_whole_though_the_connection_is_cut(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=6, upgrade_lines=LINES)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: len(stage.shop.printed()) >= 20)
        assert _drop(stage, *PRODUCTION) >= 2
        promotion.until("connected to web1 again")
        wait(lambda: len(stage.shop.printed()) >= LINES // 2)
        assert _drop(stage, "web1") >= 1
        ran = promotion.end()
    assert ran.code == 0, ran.said
    assert stage.shop.times("setup:upgrade") == 1
    printed = stage.shop.printed()
    assert len(printed) == LINES
    assert _logged(stage, ran.job) == printed
    assert stage.answers() == [200, 200]


@pytest.fixture
def only_the_agent(stage: Stage) -> Iterator[list[Path]]:
    """Let logins need an agent; return the keys that it has to hold."""
    assert isinstance(stage.demo, OpenSshDemo)
    config = stage.shop.systems.ssh_config
    text = config.read_text()
    config.write_text(re.sub(r" *(IdentityFile|IdentitiesOnly) .*\n", "", text))
    yield [server.key for server in stage.demo.sshd.values()]
    config.write_text(text)
    stage.surroundings.pop("SSH_AUTH_SOCK", None)


def test_an_agent_that_went_home_is_replaced_by_attaching(
    stage: Stage, only_the_agent: list[Path], tmp_path: Path
) -> None:
    stage.shop.behave(upgrade_s=4, upgrade_lines=LINES)
    with agent(tmp_path / "first", *only_the_agent) as socket:
        stage.surroundings["SSH_AUTH_SOCK"] = socket
        started = stage.background(*stage.promotion("window", "--stay"))
        promotion = started.__enter__()
        wait(lambda: len(stage.shop.printed()) >= 20)
    _drop(stage, *PRODUCTION)
    said = promotion.until("waiting for a login on web1")
    assert f"mageconsole jobs attach {promotion.job}" in said
    assert stage.state(promotion.job).waiting_for == "login"
    with agent(tmp_path / "second", *only_the_agent) as socket:
        stage.surroundings["SSH_AUTH_SOCK"] = socket
        with stage.background("jobs", "attach", promotion.job) as attached:
            assert attached.end().code == 0
        ran = promotion.end()
    started.__exit__(None, None, None)
    assert ran.code == 0, ran.said
    assert stage.shop.times("setup:upgrade") == 1
    assert _logged(stage, ran.job) == stage.shop.printed()


def test_production_that_only_an_agent_reaches_wants_an_explicit_yes(
    stage: Stage, only_the_agent: list[Path], tmp_path: Path
) -> None:
    before = stage.snapshot()
    with agent(tmp_path / "agent", *only_the_agent) as socket:
        stage.surroundings["SSH_AUTH_SOCK"] = socket
        with stage.background(*stage.promotion("quiet")) as early:
            refused = early.end()
        assert refused.code == 3 and "[stay-not-said]" in refused.err and "--stay" in refused.err, refused.said
        assert stage.snapshot() == before
        with stage.background(*stage.promotion("quiet", given=())) as promotion:
            promotion.until("waits for approval")
            unsaid = stage.cli("jobs", "approve", promotion.job)
            assert unsaid.code == 3 and "can't log in to web1, web2 again" in unsaid.err, unsaid.said
            assert stage.runs() == {"live"}
            assert stage.cli("jobs", "approve", promotion.job, "--stay").code == 0
            assert promotion.end().code == 0
    assert stage.runs() == {"quiet"}


def test_of_two_promotions_one_runs_and_the_other_says_who_holds_the_lock(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=8)
    with stage.background(*stage.promotion("window")) as first:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        second = stage.promote("quiet")
        assert second.code == 3, second.said
        assert "[locked]" in second.err
        told = re.search(r"production is locked by (\S+) on \S+ since (\S+ \S+) .*\(job (\S+),", second.err)
        assert told, second.said
        since = time.mktime(time.strptime(told[2], "%Y-%m-%d %H:%M:%S"))
        assert abs(since - (stage.state(first.job).started or 0)) < 60
        assert told[3] == first.job
        assert stage.locked() == [True, True]
        assert first.end().code == 0
    assert stage.runs() == {"window"}
    assert stage.locked() == [False, False]


def _lives(pid: int) -> bool:
    """Tell whether a process is there, and not only its entry that nobody has waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def _trees(stage: Stage) -> dict[str, str]:
    trees = {host: tree_digest(stage.shop.path(host)) for host in PRODUCTION}
    crontabs = {f"crontab of {host}": stage.shop.crontab(host) for host in PRODUCTION}
    return trees | crontabs | {"database": stage.shop.database_digest("production")}


def test_a_holder_that_lost_its_lock_changes_nothing_any_more(stage: Stage) -> None:
    magento = stage.shop.path("web1") / "current/bin/magento"
    (stage.shop.systems.host("web1") / "crontab").write_text(f"* * * * * php {magento} cron:run\n")
    running = stage.cron_job("web1", 600)
    with stage.background(*stage.promotion("quiet")) as promotion:
        promotion.until("waiting for 1 cron job")
        process = stage.job_process(promotion.job)
        os.kill(process, signal.SIGSTOP)
        released = stage.cli("lock", "production", "release", "--stop-tasks", "--yes")
        assert released.code == 0, released.said
        assert stage.locked() == [False, False]
        before = _trees(stage)
        running.kill()
        running.wait()
        os.kill(process, signal.SIGCONT)
        ran = promotion.end()
    assert ran.code == 5, ran.said
    assert "not this job's any more" in ran.err
    assert _trees(stage) == before


def test_taking_the_lock_from_a_job_stops_its_upgrade_first(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=600)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        process = stage.job_process(promotion.job)
        os.kill(process, signal.SIGSTOP)
        refused = stage.cli("lock", "production", "release", "--yes")
        assert refused.code == 3, refused.said
        assert "[lock-in-use]" in refused.err
        assert stage.locked() == [True, True]
        (upgrade,) = stage.shop.ran("setup:upgrade")
        assert _lives(upgrade["pid"])
        released = stage.cli("lock", "production", "release", "--stop-tasks", "--yes")
        assert released.code == 0, released.said
        assert not _lives(upgrade["pid"])
        before = _trees(stage)
        os.kill(process, signal.SIGCONT)
        ran = promotion.end()
    assert ran.code == 5, ran.said
    assert _trees(stage) == before
    assert stage.answers() == [503, 503]
