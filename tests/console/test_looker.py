"""Looking from a screen: through a process of its own, at the demo's real SSH servers."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from core.console.answers import Planned
from core.console.jobs import Jobs
from core.console.looker import Looker
from core.console.protocol import PIECE, Answer, Piece, framed, pieces, put_together
from core.console.snapshot import EnvironmentSnapshot, HostSnapshot
from core.console.snapshot_store import SnapshotStore
from core.environments.model import Project
from core.errors import ConsoleError
from core.jobs import events
from core.jobs.journal import Journal
from core.model.plan import Plan
from tests.console.conftest import ARTIFACT, RELEASE, Laid
from tests.support.toy import plan_of

pytestmark = pytest.mark.xdist_group("console")


async def one(looker: Looker, name: str) -> EnvironmentSnapshot:
    """Look at one environment."""
    (found,) = await looker.look([name])
    return found


async def test_a_look_tells_what_each_system_runs(looker: Looker, laid: Laid, project: Project) -> None:
    development, build, staging, production = await looker.look()
    tree = development.first.development
    assert tree is not None and tree.branch == "main" and tree.config == "committed" and tree.dumped
    assert (tree.commit, tree.changed) == (laid.shop.systems.commits.quiet, 0)
    assert development.first.magento_version == "2.4.7-p3"
    assert build.first.build is not None and build.first.build.newest is None
    live = staging.first.target
    assert live is not None
    assert (live.release, live.artifact, live.who, live.releases) == (RELEASE, ARTIFACT, "priya", 1)
    assert live.subject == "Open the shop" and live.verified_at and not live.closed and not live.leftovers
    assert (staging.first.mode, staging.first.php) == ("production", "8.2.28")
    disk = staging.first.disk
    assert disk is not None and 0 < disk.free < disk.total
    assert [host.runs for host in production.hosts] == ["", ""] and not production.failures
    assert SnapshotStore(project).load().environments == (development, build, staging, production)
    assert looker.known.environments == (development, build, staging, production)


async def test_what_jobs_left_behind_is_told(looker: Looker, laid: Laid) -> None:
    place = laid.shop.path("stg")
    lock = place / ".mageconsole/lock"
    lock.mkdir()
    (lock / "owner").write_text(
        'token-of-old\n1000\n{"token":"token-of-old","who":"ops","host":"bastion",'
        '"pid":7,"job":"j","what":"promote"}\n'
    )
    os.utime(lock, (1000, 1000))
    flag = laid.shop.live("stg") / "var/.maintenance.flag"
    flag.touch()
    (place / "current.next").symlink_to(f"releases/{RELEASE}")
    try:
        found = (await one(looker, "staging")).first
    finally:
        (place / "current.next").unlink()
        flag.unlink()
        (lock / "owner").unlink()
        lock.rmdir()
    assert found.target is not None and found.target.closed
    assert {item.kind for item in found.target.leftovers} == {"dead-lock", "next-link"}
    assert found.lock is not None and (found.lock.who, found.lock.alive) == ("ops", False)
    assert (await one(looker, "staging")).first.lock is None


async def test_a_job_that_stopped_half_way_is_told_with_what_it_left(
    looker: Looker, project: Project, tmp_path: Path
) -> None:
    steps = ({"id": "pause-cron", "kind": "ensure"}, {"id": "upgrade", "kind": "probe"})
    plan = replace(plan_of(tmp_path, *steps), target="staging")
    jobs = Jobs(project)
    job = jobs.store.create(plan, b"")
    journal = Journal(job.journal)
    journal.open()
    for event in (
        events.JobStarted(job_id=job.id, plan=plan, digest="d", who="ada"),
        events.StepStarted(step="pause-cron", attempt=1),
        events.Intent(step="pause-cron", attempt=1, task="t"),
        events.StepFinished(step="pause-cron", facts={"paused": {"stg": {}}}),
        events.JobEnded(outcome="stopped", exit_code=5, what="It broke."),
    ):
        journal.append(event)
    journal.close()
    try:
        (told,) = (await one(looker, "staging")).unfinished
        assert (told.id, told.who, told.left) == (job.id, "ada", ("cron and consumers are paused on stg",))
        assert SnapshotStore(project).load().environments[2].unfinished == (told,)
        shown = await looker.preview_abandon(job.id)
        assert [item.step for item in shown.put_back + shown.left] == ["pause-cron"]
    finally:
        shutil.rmtree(job.directory)
    assert (await one(looker, "staging")).unfinished == ()


async def test_a_host_that_is_gone_says_why_and_keeps_what_is_known(looker: Looker, laid: Laid) -> None:
    before = await one(looker, "staging")
    await looker.stop()
    config = laid.shop.systems.ssh_config
    kept = config.read_text()
    config.write_text(re.sub(r"Port \d+", "Port 1", kept))
    try:
        after = await one(looker, "staging")
        await looker.stop()
    finally:
        config.write_text(kept)
    assert after.first.failure is not None and after.first.failure.code == "connection-refused"
    assert after.first.failure.where and after.first.failure.remedy
    assert (after.first.target, after.first.seen) == (before.first.target, before.first.seen)
    assert after.first.tried and before.first.tried and after.first.tried > before.first.tried
    again = (await one(looker, "staging")).first
    assert again.failure is None and again.seen and again.seen > after.first.tried


async def test_magento_is_asked_on_request_only(looker: Looker, laid: Laid) -> None:
    assert (await one(looker, "staging")).first.magento is None
    found = (await looker.ask_magento("staging")).first.magento_now
    assert found is not None and (found.database.word, found.configuration.word) == ("up to date", "up to date")
    down = laid.shop.database("staging") / "down"
    down.touch()
    try:
        assert (await one(looker, "staging")).first.magento_now == found
        failed = (await looker.ask_magento("staging")).first.magento_now
    finally:
        down.unlink()
    assert failed is not None and failed.database.word == "unknown" and failed.database.told
    assert (await looker.ask_release("staging", RELEASE)).database.word == "up to date"


async def test_errors_come_back_as_they_are(looker: Looker) -> None:
    with pytest.raises(ConsoleError) as error:
        await looker.plan_promotion("build", "production")
    assert error.value.code == "nothing-built" and error.value.remedy
    with pytest.raises(ConsoleError) as error:
        await looker.releases("development")
    assert error.value.code == "wrong-role"


async def test_watching_tells_by_itself(looker: Looker) -> None:
    await looker.watch(["build"], interval_s=0.2)
    pushes = looker.pushes()
    seen = [await anext(pushes) for _ in range(3)]
    assert [push.environment.name for push in seen if push.environment] == ["build"] * 3
    await looker.watch([])
    assert looker.watching.names == ()


async def test_connections_are_kept_open(looker: Looker) -> None:
    def sockets() -> int:
        assert looker._process is not None
        place = Path(f"/proc/{looker._process.pid}/fd")
        return sum(str(entry.readlink()).startswith("socket:") for entry in place.iterdir())

    await looker.look()
    logged_in = sockets()
    for _ in range(3):
        await looker.look()
    assert sockets() == logged_in


async def test_a_process_that_dies_is_told_and_started_again(looker: Looker) -> None:
    await looker.watch(["build"], interval_s=60)
    await one(looker, "build")
    process = looker._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    asked = asyncio.create_task(looker.check(["production"]))
    async with asyncio.timeout(20):
        while not looker._waiting:  # noqa: ASYNC110 - nothing tells that a request is on its way
            await asyncio.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(ConsoleError) as error:
        await asked
    assert error.value.code == "looker-gone"
    pushes = looker.pushes()
    async with asyncio.timeout(20):
        while (push := await anext(pushes)).failure is None:
            pass
    assert push.failure.code == "looker-gone" and not looker.watching.names
    assert (await one(looker, "staging")).first.reachable
    async with asyncio.timeout(20):  # what was watched is watched again
        while not ((push := await anext(pushes)).environment and push.environment.name == "build"):
            pass
    assert looker.watching.names == ("build",)


async def test_it_ends_with_its_input_and_leaves_the_terminal_alone(looker: Looker) -> None:
    await one(looker, "build")
    process = looker._process
    assert process is not None
    os.kill(process.pid, signal.SIGHUP)
    await one(looker, "build")
    await looker.stop()
    assert process.returncode == 0 and looker.log.read_text() == ""


@pytest.mark.parametrize(
    "said", ["b'\\0\\0\\0\\2{}'", "b'\\0\\0\\0\\4\\xff\\xfe{}'", "b'noise on standard output'", "b''"]
)
async def test_a_process_that_talks_nonsense_is_ended_and_told(project: Project, said: bytes) -> None:
    code = f"import sys, time; sys.stdout.buffer.write({said!r}); sys.stdout.flush(); time.sleep(60)"
    looker = Looker(project, process=(sys.executable, "-c", code))
    with pytest.raises(ConsoleError) as error:
        await looker.look()
    assert error.value.code == "looker-gone"
    await looker.stop()


_SCREEN = """
import asyncio, sys
from core.console.looker import Looker
from core.environments.load import load

async def main():
    looker = Looker(load(sys.argv[1]))
    await looker.watch(["build"], 0.2)
    print(looker._process.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_it_ends_with_a_screen_that_is_killed(laid: Laid) -> None:
    words = [sys.executable, "-c", _SCREEN, str(laid.shop.toml)]
    with subprocess.Popen(words, stdout=subprocess.PIPE) as screen:
        assert screen.stdout is not None
        process = Path("/proc") / screen.stdout.readline().decode().strip()
        assert "looking_process" in (process / "cmdline").read_text()
        screen.kill()
    until = time.monotonic() + 20
    with contextlib.suppress(OSError):  # it is gone
        while "looking_process" in (process / "cmdline").read_text():
            assert time.monotonic() < until
            time.sleep(0.02)


def test_large_answers_come_in_pieces() -> None:
    value = {
        "plan": {"settings": [{"path": f"a/b/{n}", "inner": list(range(n % 7))} for n in range(9000)]},
        "rows": [{"names": ["x" * 90] * 900}, {"names": []}],
        "one": 1,
    }
    messages = list(pieces(3, value))
    assert all(len(framed(message)) < 3 * PIECE for message in messages)
    found = [message for message in messages if isinstance(message, Piece)]
    last = messages[-1]
    assert isinstance(last, Answer) and len(found) > 5
    assert put_together(last.value, found) == value


async def test_what_nobody_waits_for_any_more_ends(looker: Looker, laid: Laid) -> None:
    """A request whose task is cancelled is cancelled in the process, too, and others are answered."""
    laid.shop.behave(command_s=30)
    try:
        asking = asyncio.create_task(looker.ask_magento("staging"))
        async with asyncio.timeout(20):
            while not looker._waiting:  # noqa: ASYNC110 - nothing tells that a request is on its way
                await asyncio.sleep(0.01)
            asking.cancel()
            with pytest.raises(asyncio.CancelledError):
                await asking
            assert (await one(looker, "build")).first.reachable
    finally:
        laid.shop.behave(command_s=None)
    assert looker._waiting == {}


def test_no_control_sequence_crosses_but_in_what_a_digest_covers() -> None:
    evil = "a\x1b[2Jb\x1b]0;title\x07\u202ec"
    plan = Plan(kind="build", title=evil, target="build", steps=(), forecast={evil: [evil, {"x": evil}]})
    (answer,) = pieces(1, Planned(plan=plan, digest="d"))
    assert isinstance(answer, Answer)
    assert answer.value["plan"]["title"] == evil
    assert answer.value["plan"]["forecast"] == {"abc": ["abc", {"x": "abc"}]}
    (answer,) = pieces(1, {"web": [HostSnapshot(address=evil)]})
    assert isinstance(answer, Answer) and answer.value["web"][0]["address"] == "abc"
