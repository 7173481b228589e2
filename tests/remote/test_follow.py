"""Following a log by byte offset."""

import asyncio

import pytest

from core.errors import ConsoleError
from core.remote.task import Exited, follow, look, run, start
from core.ssh.host import LinkLost, Result
from tests.remote.station import EVERYWHERE, Output, Station
from tests.support.local_host import LocalHost

LINES = "".join(f"line {n}\n" for n in range(1, 1001)).encode()
SLOWLY = "n=0; while [ $n -lt 1000 ]; do n=$((n+1)); echo line $n; [ $((n % 50)) != 0 ] || sleep 0.05; done"


@EVERYWHERE
async def test_the_log_is_whole_and_in_order_over_cut_connections(station: Station) -> None:
    task = station.task(f"echo ran >> counter; {SLOWLY}")
    await start(station.host, station.tasks, task, None)

    async def cutting() -> None:
        for _ in range(3):
            await asyncio.sleep(0.25)
            station.cut()

    cutter = asyncio.create_task(cutting())
    data = b""
    async for chunk in follow(station.host, station.tasks, task.id):
        assert chunk.offset == len(data)
        data += chunk.data
        assert chunk.end == len(data)
    await cutter
    assert data == LINES
    assert station.file("counter").read_text() == "ran\n"


async def test_a_cut_while_starting_starts_once(station: Station) -> None:
    async def cutting() -> None:
        for _ in range(8):
            await asyncio.sleep(0.03)
            station.cut()

    cutter = asyncio.create_task(cutting())
    output = Output()
    task = station.task(f"echo ran >> counter; {SLOWLY}")
    assert await run(station.host, station.tasks, task, None, output) == 0
    await cutter
    assert output.data == LINES
    assert station.file("counter").read_text() == "ran\n"


async def test_it_goes_on_from_an_offset(station: Station) -> None:
    task = station.task("printf 0123456789; printf abc >&2")
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    rest = [(chunk.offset, chunk.data) async for chunk in follow(station.host, station.tasks, task.id, 8)]
    assert rest == [(8, b"89abc")]
    output = Output(b"0123456789ab")
    await run(await station.connect(), station.tasks, task, None, output, offset=12)
    assert output.data == b"0123456789abc"


async def test_a_large_log_of_any_bytes_comes_unchanged(station: Station) -> None:
    piece = bytes(range(256)) * 8
    station.file("piece").write_bytes(piece)
    output = Output()
    script = "n=0; while [ $n -lt 400 ]; do cat piece; n=$((n+1)); done"
    assert await run(station.host, station.tasks, station.task(script), None, output) == 0
    assert output.data == piece * 400


class Gone(LocalHost):
    """A host that does not come back."""

    async def sh(self, *args: object, **more: object) -> Result:
        """Fail as a lost connection does."""
        raise LinkLost("connection-lost", "The connection was lost", where=self.address)


@pytest.mark.parametrize("kind", ["local"])
async def test_a_host_that_stays_away_is_told_with_what_goes_on(station: Station) -> None:
    task = station.task("sleep 0.4")
    await start(station.host, station.tasks, task, None)
    with pytest.raises(ConsoleError, match="The task goes on on the host") as error:
        async for _ in follow(Gone(), station.tasks, task.id, lost_limit_s=0.5):
            pass
    assert error.value.code == "host-lost"
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    assert isinstance(await look(station.host, station.tasks, task.id), Exited)
