"""What a host is held to, on every kind of server."""

import asyncio
import hashlib
import time
import uuid
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.ssh.connect import connect
from core.ssh.host import Host, LinkLost, Sink
from tests.remote.station import until
from tests.ssh.conftest import Server
from tests.support.processes import lives


async def test_exit_status_and_streams_are_the_scripts_own(host: Host) -> None:
    result = await host.sh("echo out; echo err >&2; exit 3")
    assert (result.exit, result.out, result.err) == (3, b"out\n", b"err\n")
    assert (await host.sh("true")).ok
    assert not (await host.sh("false")).ok
    assert (await host.sh("printf no-newline; printf none >&2")).out == b"no-newline"
    assert (await host.sh("exit 124")).exit == 124  # also what timeout itself would say
    assert (await host.sh("exit 98")).exit == 98


async def test_a_script_that_ends_by_a_signal_is_no_success(host: Host) -> None:
    assert (await host.sh("kill -KILL $$ ; echo on")).exit is None
    assert (await host.sh("sh -c 'kill -KILL $$'")).exit == 137
    assert (await host.sh("echo on")).out == b"on\n"


async def test_a_script_with_a_mistake_in_its_syntax_fails_alone(host: Host) -> None:
    broken = await host.sh("if true; then echo")
    assert broken.exit not in (0, None)
    assert (await host.sh("echo on")).out == b"on\n"


async def test_any_text_is_a_script(host: Host) -> None:
    script = "cat <<'END'\n it's \"quoted\" \\n $HOME `id` ! % ümläut 日本 \t*\nEND\n"
    result = await host.sh(script)
    assert result.out.decode() == ' it\'s "quoted" \\n $HOME `id` ! % ümläut 日本 \t*\n'


async def test_a_payload_arrives_byte_by_byte(host: Host) -> None:
    payload = bytes(range(256)) * 8192 + b"\0\0\n\n"
    result = await host.sh("cat", payload)
    assert result.ok
    assert result.out == payload


async def test_a_script_without_a_payload_reads_nothing(host: Host) -> None:
    assert (await host.sh("cat; echo end")).out == b"end\n"


async def test_a_payload_that_nobody_reads_is_no_failure(host: Host) -> None:
    result = await host.sh("echo done", b"x" * 1_000_000)
    assert (result.exit, result.out, result.err) == (0, b"done\n", b"")


async def test_much_output_on_both_streams_is_whole(host: Host) -> None:
    result = await host.sh("head -c 5000000 /dev/zero | tr '\\0' o; head -c 5000000 /dev/zero | tr '\\0' e >&2")
    assert result.out == b"o" * 5_000_000
    assert result.err == b"e" * 5_000_000


async def test_endless_output_is_an_error_and_the_next_script_runs(host: Host) -> None:
    with pytest.raises(ConsoleError) as caught:
        await host.sh("cat /dev/zero", limit_s=20)
    assert caught.value.code == "output-too-large"
    assert (await host.sh("echo on")).out == b"on\n"


async def test_beyond_the_limit_the_whole_group_is_killed(host: Host, shared: Path) -> None:
    script = f"echo $$ > {shared}/pids; sleep 300 & echo $! >> {shared}/pids; sleep 300"
    async with asyncio.timeout(60):
        result = await host.sh(script, limit_s=2)
    assert (result.exit, result.over_s) == (None, 2)
    killed = await host.sh("kill -s KILL $PPID; kill -s KILL $$", limit_s=20)
    assert (killed.exit, killed.over_s) == (None, None)  # gone, but not for its time
    assert (await host.sh("echo on")).out == b"on\n"
    await _gone((shared / "pids").read_text().split())


async def test_what_ignores_the_first_signal_is_killed_by_the_second(host: Host, shared: Path) -> None:
    script = f"trap '' TERM; echo $$ > {shared}/pids; sleep 300 & echo $! >> {shared}/pids; wait"
    start = time.monotonic()
    async with asyncio.timeout(60):
        assert (await host.sh(script, limit_s=2)).exit is None
    assert time.monotonic() - start > 5  # the second signal comes 3 s after the first
    await _gone((shared / "pids").read_text().split())


async def _gone(pids: list[str]) -> None:
    """Wait until neither of two processes lives."""
    assert len(pids) == 2
    await until(lambda: not any(lives(int(pid)) for pid in pids), 20)


async def test_a_cancelled_caller_leaves_the_shell_in_step(host: Host, shared: Path) -> None:
    task = asyncio.create_task(host.sh(f"echo first; sleep 0.7; touch {shared}/whole; echo first"))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    result = await host.sh(f"echo second; test -e {shared}/whole")
    assert (result.exit, result.out) == (0, b"second\n")


async def test_scripts_at_the_same_time_get_their_own_answers(host: Host) -> None:
    results = await asyncio.gather(*(host.sh(f"echo {i}; echo {i} >&2; exit {i}") for i in range(20)))
    assert [(r.exit, r.out, r.err) for r in results] == [
        (i, f"{i}\n".encode(), f"{i}\n".encode()) for i in range(20)
    ]


async def test_more_streams_than_a_connection_has_channels(host: Host) -> None:
    async def one(i: int) -> bytes:
        async with host.source(f"sleep 0.3; echo {i}") as source:
            return b"".join([data async for data in source])

    assert await asyncio.gather(*(one(i) for i in range(14))) == [f"{i}\n".encode() for i in range(14)]


async def test_each_script_starts_at_home_with_nothing_left_over(host: Host) -> None:
    await host.sh("cd /; x=left; export x; set -u")
    result = await host.sh('echo "$PWD" "${x:-none}"')
    assert result.out.decode().split() == [(await host.sh('echo "$HOME"')).out.decode().strip(), "none"]


async def test_output_that_looks_like_ours_is_output(host: Host) -> None:
    fake = "mc" + "0" * 32
    script = f"echo '{fake} begin'; echo '{fake} end 0'; echo '{fake} lost' >&2; echo \"$mc_m x\"; exit 5"
    result = await host.sh(script)
    assert result.exit == 5
    assert result.out.startswith(f"{fake} begin\n{fake} end 0\nmc".encode())


async def test_no_argument_list_and_no_environment_shows_script_or_payload(host: Host) -> None:
    script_secret, payload_secret, planted = (f"canary{uuid.uuid4().hex}" for _ in range(3))
    script = f": {script_secret}; cat >/dev/null; sleep 0.6"
    task = asyncio.create_task(host.sh(script, payload_secret.encode() * 100))
    async with host.source(f": {script_secret}; sleep 0.6"):
        seen = set()
        while not task.done():
            seen |= _found(script_secret, payload_secret, planted)
            await asyncio.sleep(0.03)
    assert (await task).ok
    assert seen == set()
    async with host.source(f"exec sh -c ': {planted}; echo begun; sleep 60; :'") as source:
        assert await source.read(99) == b"begun\n"
        assert _found(planted) == {planted}  # the search finds what is there


def _found(*words: str) -> set[str]:
    found = set()
    for process in Path("/proc").iterdir():
        for name in ("cmdline", "environ"):
            try:
                text = (process / name).read_bytes() if process.name.isdigit() else b""
            except OSError:
                continue
            found |= {word for word in words if word.encode() in text}
    return found


async def test_read_returns_what_lies_at_an_offset(host: Host, shared: Path) -> None:
    file = shared / "it's a file"
    file.write_bytes(bytes(range(256)) * 10)
    assert await host.read(str(file)) == bytes(range(256)) * 10
    assert await host.read(str(file), 250, 10) == bytes([250, 251, 252, 253, 254, 255, 0, 1, 2, 3])
    assert await host.read(str(file), 2559) == b"\xff"
    assert await host.read(str(file), 2560) == b""
    assert await host.read(str(file), 9999) == b""


async def test_what_can_not_be_read_is_told(host: Host, shared: Path) -> None:
    with pytest.raises(ConsoleError) as caught:
        await host.read(f"{shared}/none")
    assert caught.value.code == "file-missing"
    with pytest.raises(ConsoleError) as caught:
        await host.read(str(shared))
    assert caught.value.code == "file-unreadable"


async def test_a_source_gives_bytes_and_then_the_result(host: Host) -> None:
    async with host.source("head -c 3000000 /dev/zero; echo why >&2; exit 4") as source:
        size = 0
        while data := await source.read(100_000):
            assert len(data) <= 100_000
            size += len(data)
        result = await source.result()
    assert size == 3_000_000
    assert (result.exit, result.out, result.err) == (4, b"", b"why\n")


async def test_a_source_that_nobody_reads_holds_the_host_up(host: Host, shared: Path) -> None:
    script = f"i=0; while [ $i -lt 40 ]; do head -c 1000000 /dev/zero; i=$((i+1)); echo $i >{shared}/at; done"
    async with host.source(script) as source:
        await source.read(1)
        await asyncio.sleep(1)
        assert int((shared / "at").read_text()) < 30
        size = 1
        async for data in source:
            size += len(data)
    assert size == 40_000_000


async def test_a_sink_takes_bytes_and_then_tells_the_result(host: Host) -> None:
    data = b"\0\n\xff" * 100_000
    async with host.sink("sha256sum; echo why >&2; exit 6") as sink:
        for _ in range(30):
            await sink.write(data)
        result = await sink.finish()
    assert (result.exit, result.out, result.err) == (
        6,
        f"{hashlib.sha256(data * 30).hexdigest()}  -\n".encode(),
        b"why\n",
    )


async def test_a_sink_that_is_slow_holds_us_up(host: Host, shared: Path) -> None:
    async def write(sink: Sink) -> None:
        for _ in range(20):
            await sink.write(b"x" * 1_000_000)

    async with host.sink(f"until [ -e {shared}/go ]; do sleep 0.05; done; wc -c") as sink:
        writing = asyncio.create_task(write(sink))
        await asyncio.sleep(0.6)
        assert not writing.done()
        (shared / "go").touch()
        await writing
        assert (await sink.finish()).out.strip() == b"20000000"


async def test_a_sink_whose_script_ended_says_why(host: Host) -> None:
    async with host.sink("echo no space >&2; exit 9") as sink:
        with pytest.raises(ConsoleError) as caught:
            for _ in range(100):
                await sink.write(b"x" * 500_000)
    assert caught.value.code == "script-ended-early"
    assert "no space" in caught.value.what
    assert not isinstance(caught.value, LinkLost)


async def test_launch_returns_when_the_script_lets_go(host: Host, shared: Path) -> None:
    script = f"echo begun; let_go 0; until [ -e {shared}/go ]; do sleep 0.05; done; touch {shared}/done"
    async with asyncio.timeout(60):
        result = await host.launch(script)
        assert (result.exit, result.out) == (0, b"begun\n")
        closed = await host.launch(f"echo begun; exec </dev/null >{shared}/log 2>&1; sleep 0.5; echo late")
        assert (closed.exit, closed.out) == (0, b"begun\n")
        assert not (shared / "done").exists()
        (shared / "go").touch()
        await until(lambda: (shared / "done").exists() and (shared / "log").read_text() == "late\n", 20)


async def test_launch_tells_how_a_script_ended(host: Host) -> None:
    result = await host.launch("echo out; echo err >&2; exit 7")
    assert (result.exit, result.out, result.err) == (7, b"out\n", b"err\n")
    assert (await host.launch("kill -KILL $$")).exit == 137
    assert (await host.launch("echo held; let_go 3; sleep 0.2")).exit == 3
    assert (await host.launch("sleep 2", limit_s=0.2)).exit is None


async def test_the_console_works_where_sftp_is_off(server: Server) -> None:
    """No server of this suite offers SFTP; that its absence is real is looked at here."""
    import asyncssh

    options = server.options()
    async with asyncssh.connect(
        server.name, config=list(options.ssh_config), known_hosts=str(server.known_hosts), agent_path=None
    ) as connection:
        with pytest.raises((asyncssh.Error, OSError)):
            async with connection.start_sftp_client():
                pass
    host = await connect(server.name, options=options)
    assert (await host.sh("echo on")).out == b"on\n"
    await host.close()
