"""The lock of an environment on its hosts."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import ConsoleError, Refused
from core.remote.fence import Fence, fenced
from core.remote.lock import HeldBy, acquire, holder, release_stale, take_over
from core.remote.task import Exited, Running, Vanished, look, start
from core.ssh.host import Host
from tests.remote.station import EVERYWHERE, Station, a_claim, bare_path, directory, until
from tests.support.local_host import LocalHost


@pytest.fixture
def two() -> Iterator[Callable[[str], str]]:
    """Two hosts' directories."""
    places = {"a": directory(), "b": directory()}
    yield lambda address: f"{places[address]}/.mageconsole"
    for place in places.values():
        shutil.rmtree(place)


def _hosts() -> dict[str, Host]:
    return {"b": LocalHost("b"), "a": LocalHost("a")}


def _left(dot: str) -> list[str]:
    return sorted(path.name for path in Path(dot).iterdir() if path.name != "fence")


def _text(path: Path) -> str:
    return path.read_text()


async def _fence(station: Station, name: str = "first") -> Fence:
    fence = await acquire({station.host.address: station.host}, lambda _: station.dot, a_claim(name))
    assert isinstance(fence, Fence)
    return fence


@EVERYWHERE
async def test_taken_told_refused_joined_and_given_back(station: Station) -> None:
    hosts, where = {station.host.address: station.host}, lambda _: station.dot
    assert await holder(station.host, station.dot) is None
    fence = await _fence(station)
    held = await holder(station.host, station.dot)
    assert held
    clock = int((await station.host.sh("date +%s")).out)
    assert clock - 30 <= held.claim.since <= clock
    assert held.claim == a_claim("first", since=held.claim.since)
    other = await acquire(hosts, where, a_claim("second"))
    assert isinstance(other, HeldBy)
    assert (other.address, other.held.claim) == (station.host.address, held.claim)
    joined = await acquire(hosts, where, a_claim("first"))
    assert isinstance(joined, Fence)
    assert (await holder(station.host, station.dot)) is not None
    await joined.release()
    await fence.release()
    assert await holder(station.host, station.dot) is None
    assert _left(station.dot) == []


async def test_of_many_at_once_on_two_hosts_exactly_one_wins(two: Callable[[str], str]) -> None:
    for turn in range(3):
        results = await asyncio.gather(*(acquire(_hosts(), two, a_claim(f"job-{turn}-{n}")) for n in range(8)))
        winners = [result for result in results if isinstance(result, Fence)]
        assert len(winners) == 1
        for address, host in _hosts().items():
            held = await holder(host, two(address))
            assert held
            assert held.claim.token == winners[0].token
            assert _left(two(address)) == ["lock"]
        await winners[0].release()
        assert _left(two("a")) == _left(two("b")) == []


async def test_held_on_the_second_host_the_first_is_given_back(two: Callable[[str], str]) -> None:
    hosts = _hosts()
    assert isinstance(await acquire({"b": hosts["b"]}, two, a_claim("other")), Fence)
    result = await acquire(hosts, two, a_claim("first"))
    assert isinstance(result, HeldBy)
    assert result.address == "b"
    assert await holder(hosts["a"], two("a")) is None
    assert _left(two("a")) == []


async def test_an_error_on_the_second_host_gives_the_first_back(two: Callable[[str], str]) -> None:
    shutil.rmtree(two("b"))
    with pytest.raises(ConsoleError) as error:
        await acquire(_hosts(), two, a_claim("first"))
    assert (error.value.code, error.value.where) == ("lock-directory-missing", "b")
    assert _left(two("a")) == []


async def test_leftovers_are_swept_and_what_holds_is_not(station: Station) -> None:
    await station.host.sh(f"mkdir -p {station.dot}/lock.token-of-dead/x {station.dot}/lock.token-of-gone.gone")
    fence = await _fence(station)
    assert _left(station.dot) == ["lock"]
    await fence.release()


@pytest.mark.parametrize("kind", ["local"])
async def test_an_owner_file_from_a_host_is_only_shown_text(station: Station) -> None:
    await _fence(station)
    owner = station.file(".mageconsole/lock/owner")
    lines = owner.read_text().split("\n")
    owner.write_text("\n".join([*lines[:2], lines[2].replace("ada", "a\\u001b]0;x\\u0007d\\u001b[2Ja\\n")]))
    held = await holder(station.host, station.dot)
    assert held
    assert held.claim.who == "ada"
    for damaged in ("", "\x1b[2J\n1\n{}", "token-of-first\nx\n{not json", "../../x\n1\n{}"):
        owner.write_text(damaged)
        held = await holder(station.host, station.dot)
        assert held
        assert "\x1b" not in repr(held)
        assert held.claim.token in ("", "token-of-first")
        assert isinstance(
            await acquire({"local": station.host}, lambda _: station.dot, a_claim("second")), HeldBy
        )


@pytest.mark.parametrize("kind", ["local"])
async def test_a_damaged_lock_can_be_taken_over_and_released(station: Station) -> None:
    hosts, where = {"local": station.host}, lambda _: station.dot
    await _fence(station)
    station.file(".mageconsole/lock/owner").write_text("")
    fence = await take_over(hosts, where, "", a_claim("second"))
    await fence.heartbeat()
    station.file(".mageconsole/lock/owner").write_text("")
    await release_stale(hosts, where, "")
    assert _left(station.dot) == []


async def test_a_guarded_script_acts_only_with_the_lock(station: Station) -> None:
    fence = await _fence(station)
    result = await fenced(station.host, fence, f"cat > {station.root}/told; exit 4", b"payload")
    assert result.exit == 4
    assert station.file("told").read_bytes() == b"payload"
    await release_stale({station.host.address: station.host}, lambda _: station.dot, fence.token)
    with pytest.raises(ConsoleError) as error:
        await fenced(station.host, fence, f"touch {station.root}/changed")
    assert error.value.code == "fence-lost"
    assert not station.file("changed").exists()
    with pytest.raises(ConsoleError) as error:
        await fence.heartbeat()
    assert error.value.code == "fence-lost"
    with pytest.raises(ConsoleError) as error:
        await start(station.host, station.tasks, station.task(f"touch {station.root}/changed"), fence)
    assert error.value.code == "fence-lost"
    await fence.release()
    assert not station.file("changed").exists()


async def test_take_over_stops_the_tasks_of_the_old_job_first(station: Station) -> None:
    hosts, where = {station.host.address: station.host}, lambda _: station.dot
    old = await _fence(station, "job-1")
    task = station.task("sleep 60")
    await start(station.host, station.tasks, task, old)
    held = await holder(station.host, station.dot)
    assert held
    assert held.tasks == (task.id,)
    with pytest.raises(Refused) as error:
        await release_stale(hosts, where, old.token)
    assert error.value.code == "lock-in-use"
    assert isinstance(await look(station.host, station.tasks, task.id), Running)
    new = await take_over(hosts, where, old.token, a_claim("second"))
    assert isinstance(await look(station.host, station.tasks, task.id), Exited)
    with pytest.raises(ConsoleError):
        await old.heartbeat()
    await new.heartbeat()
    await new.release()
    assert _left(station.dot) == ["tasks"]


@pytest.mark.parametrize("kind", ["local", "bare"])
async def test_take_over_can_wait_for_the_old_jobs_tasks(station: Station) -> None:
    old = await _fence(station, "job-1")
    task = station.task("sleep 1; echo whole > whole")
    await start(station.host, station.tasks, task, old)
    hosts = {station.host.address: station.host}
    await take_over(hosts, lambda _: station.dot, old.token, a_claim("second"), tasks="wait")
    state = await look(station.host, station.tasks, task.id)
    assert isinstance(state, Exited)
    assert state.code == 0
    assert station.file("whole").exists()


@pytest.mark.parametrize("kind", ["local"])
async def test_what_a_killed_wrapper_left_running_keeps_the_lock_from_being_stale(station: Station) -> None:
    old = await _fence(station, "job-1")
    task = station.task("sleep 60")
    await start(station.host, station.tasks, task, old)
    os.kill((await station.running(task)).pid, 9)
    await asyncio.sleep(0.1)
    held = await holder(station.host, station.dot)
    assert held
    assert held.tasks == (task.id,)
    await take_over({"local": station.host}, lambda _: station.dot, old.token, a_claim("second"))
    assert await look(station.host, station.tasks, task.id) == Vanished(
        "its wrapper was killed, or could not write the exit code"
    )


async def test_take_over_refuses_when_the_lock_changed_meanwhile(two: Callable[[str], str]) -> None:
    hosts = _hosts()
    assert isinstance(await acquire(hosts, two, a_claim("first")), Fence)
    second = await take_over(hosts, two, "token-of-first", a_claim("second"))
    with pytest.raises(Refused) as error:
        await take_over(hosts, two, "token-of-first", a_claim("third"))
    assert error.value.code == "lock-changed"
    await second.heartbeat()
    await second.release()
    with pytest.raises(Refused) as error:
        await take_over(hosts, two, "token-of-second", a_claim("third"))
    assert error.value.code == "lock-free"
    assert _left(two("a")) == _left(two("b")) == []


async def test_of_two_take_overs_at_once_one_wins(two: Callable[[str], str]) -> None:
    hosts = _hosts()
    assert isinstance(await acquire(hosts, two, a_claim("first")), Fence)
    results = await asyncio.gather(
        *(take_over(_hosts(), two, "token-of-first", a_claim(name)) for name in ("second", "third")),
        return_exceptions=True,
    )
    winners = [result for result in results if isinstance(result, Fence)]
    assert len(winners) == 1, results
    await winners[0].heartbeat()
    await winners[0].release()
    assert _left(two("a")) == _left(two("b")) == []


async def test_a_script_under_way_ends_before_the_lock_changes_hands(two: Callable[[str], str]) -> None:
    host = LocalHost("a")
    old = await acquire({"a": host}, two, a_claim("first"))
    assert isinstance(old, Fence)
    told = Path(two("a"), "told")
    script = f"echo begun > {told}; sleep 1; cat {two('a')}/lock/owner > {told}"
    slow = asyncio.create_task(fenced(host, old, script))
    await until(told.exists)
    await take_over({"a": LocalHost("a")}, two, old.token, a_claim("second"))
    assert _text(told).startswith("token-of-first"), "the script was still under way"
    assert (await slow).exit == 0
    assert _text(told).startswith("token-of-first")


async def test_what_a_guarded_script_leaves_running_does_not_hold_the_fence(two: Callable[[str], str]) -> None:
    host = LocalHost("a")
    old = await acquire({"a": host}, two, a_claim("first"))
    assert isinstance(old, Fence)
    await fenced(host, old, "sleep 30 >/dev/null 2>&1 </dev/null & echo $!")
    await asyncio.wait_for(take_over({"a": host}, two, old.token, a_claim("second")), 10)
    host.cut()


async def test_without_flock_the_token_still_guards(two: Callable[[str], str], tmp_path: Path) -> None:
    host = LocalHost("a", path=bare_path(tmp_path / "bin"))
    old = await acquire({"a": host}, two, a_claim("first"))
    assert isinstance(old, Fence)
    await take_over({"a": host}, two, old.token, a_claim("second"))
    with pytest.raises(ConsoleError) as error:
        await fenced(host, old, f"touch {two('a')}/changed")
    assert error.value.code == "fence-lost"
    assert "changed" not in _left(two("a"))


@pytest.mark.parametrize("kind", ["local"])
async def test_a_foreign_directory_is_refused(station: Station) -> None:
    if os.getuid() == 0:
        shutil.chown(station.dot, 65534)
    else:
        shutil.rmtree(station.dot)
        station.file(".mageconsole").symlink_to("/usr")
    with pytest.raises(ConsoleError, match="run_as") as error:
        await _fence(station)
    assert error.value.code == "lock-foreign-owner"


@pytest.mark.parametrize("kind", ["local"])
async def test_a_directory_that_takes_no_files_is_told(station: Station) -> None:
    station.file(".mageconsole").chmod(0o500)
    host: Host = station.host
    if os.getuid() == 0:
        host = LocalHost(wrap=("setpriv", "--reuid", "65534", "--clear-groups"))
        shutil.chown(station.dot, 65534)
    with pytest.raises(ConsoleError) as error:
        await acquire({"local": host}, lambda _: station.dot, a_claim("first"))
    assert error.value.code == "no-permission"
    station.file(".mageconsole").chmod(0o700)
