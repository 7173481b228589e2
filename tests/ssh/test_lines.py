"""Lines that break: nothing half-sent runs, nothing lost is a success, and the next call connects again."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.ssh.connect import connect
from core.ssh.host import Host, LinkLost
from core.ssh.options import ConnectOptions
from tests.ssh.conftest import Server
from tests.support.tcp_proxy import TcpProxy


@pytest.fixture
async def proxy(server: Server) -> AsyncIterator[TcpProxy]:
    """A proxy before the server."""
    async with TcpProxy(server.port) as made:
        yield made


def through(server: Server, proxy: TcpProxy, directory: Path, **more: float) -> tuple[str, ConnectOptions]:
    """Return address and options that reach the server through the proxy."""
    file = directory / "known"
    file.write_text(server.known_hosts_line.replace(f":{server.port} ", f":{proxy.port} "))
    return f"{server.user}@127.0.0.1:{proxy.port}", server.options(known_hosts=str(file), **more)


@pytest.fixture
async def line(server: Server, proxy: TcpProxy, tmp_path: Path) -> AsyncIterator[Host]:
    """The host through the proxy."""
    address, options = through(server, proxy, tmp_path)
    host = await connect(address, options=options)
    yield host
    await host.close()


async def test_a_truncated_script_or_payload_never_runs(line: Host, proxy: TcpProxy, shared: Path) -> None:
    script = f"touch {shared}/ran\n" + "# filler\n" * 8000 + "cat >/dev/null"
    payload = random.Random(7).randbytes(150_000)
    await line.sh("true")
    before = proxy.to_server
    assert (await line.sh(script, payload)).ok
    size = proxy.to_server - before
    assert size > 250_000
    for part in (0.02, 0.2, 0.28, 0.4, 0.7, 0.9, 0.99):
        (shared / "ran").unlink()
        await line.sh("true")
        proxy.cut_after(int(size * part))
        result = await line.sh(script, payload)
        assert result.exit is None
        await asyncio.sleep(0.2)
        assert not (shared / "ran").exists(), f"ran with {part:.0%} of it"
        (shared / "ran").touch()


async def test_a_truncated_stream_script_never_runs(line: Host, proxy: TcpProxy, shared: Path) -> None:
    script = f"touch {shared}/ran\n" + "# filler\n" * 8000 + "echo on"
    for part in (3_000, 30_000, 70_000):
        await line.sh("true")
        proxy.cut_after(part)
        with pytest.raises(LinkLost):
            async with line.source(script):
                pass
        await line.sh("true")
        proxy.cut_after(part)
        assert (await line.launch(script)).exit is None
    assert not (shared / "ran").exists()


async def test_a_lost_connection_is_unknown_and_the_next_call_connects_again(
    line: Host, proxy: TcpProxy
) -> None:
    task = asyncio.create_task(line.sh("echo before; sleep 5"))
    await asyncio.sleep(0.5)
    proxy.cut()
    result = await task
    assert (result.exit, result.out) == (None, b"before\n")
    assert (await line.sh("echo on")).out == b"on\n"
    assert proxy.connections == 2


async def test_an_idle_connection_that_was_lost_is_not_even_noticed(line: Host, proxy: TcpProxy) -> None:
    await line.sh("true")
    proxy.cut()
    await asyncio.sleep(0.2)
    assert (await line.sh("echo on")).out == b"on\n"


async def test_a_lost_stream_raises(line: Host, proxy: TcpProxy) -> None:
    async with line.source("echo begun; sleep 5") as source:
        assert await source.read(100) == b"begun\n"
        proxy.cut()
        with pytest.raises(LinkLost):
            await source.read(100)
    async with line.source("exec >&- 2>&-; sleep 5") as source:
        await asyncio.sleep(0.3)
        proxy.cut()
        with pytest.raises(LinkLost):  # the end of the output came, but not that of the script
            await source.read(100)
    async with line.sink("cat >/dev/null; sleep 5") as sink:
        await sink.write(b"x")
        proxy.cut()
        with pytest.raises(LinkLost):
            await sink.finish()
    async with line.sink("cat >/dev/null") as sink:
        proxy.cut()
        with pytest.raises(LinkLost):
            for _ in range(100):
                await sink.write(b"x" * 100_000)
                await asyncio.sleep(0.01)


async def test_a_server_that_goes_away_in_order_is_no_success(server: Server) -> None:
    host = await connect(server.address, options=server.options())
    task = asyncio.create_task(host.sh("sleep 5"))
    async with host.source("echo begun; sleep 5") as source:
        assert await source.read(100) == b"begun\n"
        await asyncio.sleep(0.3)
        server.drop_connections()
        with pytest.raises(LinkLost):
            while await source.read(100):
                pass
    assert (await task).exit is None
    assert (await host.sh("echo on")).out == b"on\n"
    await host.close()


async def test_a_line_that_died_silently_is_found_by_keepalive(
    server: Server, proxy: TcpProxy, tmp_path: Path
) -> None:
    address, options = through(server, proxy, tmp_path, keepalive=1.0)
    host = await connect(address, options=options)
    await host.sh("true")
    task = asyncio.create_task(host.sh("sleep 20", limit_s=20))
    await asyncio.sleep(0.5)
    proxy.hold()
    async with asyncio.timeout(12):
        assert (await task).exit is None
    await host.close()


async def test_a_launched_script_outlives_the_connection(line: Host, proxy: TcpProxy, shared: Path) -> None:
    script = f"echo begun; let_go; exec >{shared}/log 2>&1; sleep 1; echo whole"
    assert (await line.launch(script)).out == b"begun\n"
    proxy.cut()
    await asyncio.sleep(1.5)
    assert (shared / "log").read_text() == "whole\n"


async def test_a_launch_whose_connection_is_cut_is_unknown(line: Host, proxy: TcpProxy) -> None:
    task = asyncio.create_task(line.launch("echo begun; sleep 3"))
    await asyncio.sleep(0.6)
    proxy.cut()
    assert (await task).exit is None


async def test_closing_ends_what_is_under_way_as_unknown_or_cancelled(server: Server) -> None:
    host = await connect(server.address, options=server.options())
    task = asyncio.create_task(host.sh("sleep 5"))
    launched = asyncio.create_task(host.launch("echo begun; sleep 5"))
    await asyncio.sleep(0.8)
    async with asyncio.timeout(4):
        await host.close()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await launched).exit is None


async def test_streams_that_are_left_early_give_their_place_back(line: Host, proxy: TcpProxy) -> None:
    for _ in range(12):
        async with line.source("cat /dev/zero") as source:
            await source.read(10)
    assert (await line.sh("echo on")).out == b"on\n"
    assert proxy.connections == 1
