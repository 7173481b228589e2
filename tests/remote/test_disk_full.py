"""A full disk at any point is told, and never looks like success."""

import asyncio
import contextlib
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from core.errors import ConsoleError
from core.remote.fence import Fence
from core.remote.lock import acquire, holder
from core.remote.task import Exited, NeverRan, cancel, look, run, start
from tests.remote.station import Output, Station, a_claim
from tests.support.local_host import LocalHost

pytestmark = pytest.mark.parametrize("kind", ["local", "bash"])
FILL = "head -c 3000000 /dev/zero > {0}/fill 2>/dev/null; true"


@pytest.fixture
def small() -> Iterator[Path]:
    """A file system of one megabyte."""
    place = Path(tempfile.mkdtemp(prefix="mageconsole-small-"))
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=0777", "tmpfs", str(place)]
    subprocess.run(mount, check=True)
    (place / ".mageconsole").mkdir()
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)
    place.rmdir()


@pytest_asyncio.fixture(loop_scope="session")
async def full(kind: str, small: Path) -> AsyncIterator[Station]:
    host = LocalHost(sh="bash" if kind == "bash" else "sh")

    async def another() -> LocalHost:
        return host

    yield Station(kind, host, small, host.cut, another)
    await host.close()


async def test_before_the_start_it_is_told_and_nothing_ran(full: Station) -> None:
    await full.host.sh(FILL.format(full.root))
    task = full.task("echo ran > /dev/shm/never-made")
    with pytest.raises(ConsoleError) as error:
        await start(full.host, full.tasks, task, None)
    assert error.value.code == "disk-full"
    full.file("fill").unlink()
    assert await look(full.host, full.tasks, task.id) == NeverRan()
    assert await run(full.host, full.tasks, full.task("exit 4"), None, Output()) == 4


async def test_output_that_was_lost_is_no_success(full: Station) -> None:
    task = full.task("head -c 3000000 /dev/zero; true")
    with pytest.raises(ConsoleError) as error:
        await run(full.host, full.tasks, task, None, Output())
    assert error.value.code == "disk-full"
    state = await look(full.host, full.tasks, task.id)
    assert isinstance(state, Exited)
    assert state.code != 0
    assert "disk-full" in state.note


async def test_a_disk_that_fills_while_it_runs_is_no_success(full: Station) -> None:
    task = full.task(FILL.format(full.root) + "; exit 0")
    with pytest.raises(ConsoleError) as error:
        await run(full.host, full.tasks, task, None, Output())
    assert error.value.code == "disk-full"


async def test_its_own_exit_code_is_kept(full: Station) -> None:
    task = full.task(FILL.format(full.root) + "; exit 9")
    with contextlib.suppress(ConsoleError):
        await run(full.host, full.tasks, task, None, Output())
    state = await look(full.host, full.tasks, task.id)
    assert isinstance(state, Exited)
    assert (state.code, state.note) == (9, "disk-full")


async def test_it_can_be_cancelled_all_the_same(full: Station) -> None:
    task = full.task(FILL.format(full.root) + "; sleep 60")
    await start(full.host, full.tasks, task, None)
    await asyncio.sleep(0.3)
    await cancel(full.host, full.tasks, task.id, 1)
    state = await look(full.host, full.tasks, task.id)
    assert isinstance(state, Exited)
    assert state.code == 143


async def test_a_lock_is_not_taken(full: Station) -> None:
    await full.host.sh(FILL.format(full.root))
    with pytest.raises(ConsoleError) as error:
        await acquire({"local": full.host}, lambda _: full.dot, a_claim("first"))
    assert error.value.code == "disk-full"
    assert await holder(full.host, full.dot) is None
    assert [path.name for path in Path(full.dot).iterdir() if path.name != "fence"] == []  # noqa: ASYNC240 - a local directory of the test


async def test_a_lock_that_is_held_is_given_back(full: Station) -> None:
    fence = await acquire({"local": full.host}, lambda _: full.dot, a_claim("first"))
    assert isinstance(fence, Fence)
    await full.host.sh(FILL.format(full.root))
    await fence.heartbeat()
    await fence.release()
    assert await holder(full.host, full.dot) is None


async def test_a_read_only_file_system_is_told(full: Station) -> None:
    remount = await asyncio.create_subprocess_exec("mount", "-o", "remount,ro", str(full.root))
    assert await remount.wait() == 0
    for call in (
        acquire({"local": full.host}, lambda _: full.dot, a_claim("first")),
        start(full.host, full.tasks, full.task("true"), None),
    ):
        with pytest.raises(ConsoleError) as error:
            await call
        assert error.value.code == "read-only"
