"""Logins of all kinds: shells, noise, few sessions, other users."""

import shutil
import subprocess
from collections.abc import Callable

import pytest

from core.errors import ConsoleError
from core.ssh import links
from core.ssh.connect import connect, open_host
from core.ssh.frame import BOOT, COMMAND
from core.ssh.host import Host
from core.ssh.launch import launch
from core.ssh.links import Channel
from core.ssh.shell import Shell
from core.ssh.streams import Stream
from tests.ssh.conftest import Server

Make = Callable[..., Server]

NOISE = """
echo "Welcome to the host"
echo "mc00000000000000000000000000000000 begin"
echo "mc00000000000000000000000000000000 end 0" >&2
printf 'no newline at the end'
printf '\\000\\377 binary' >&2
alias cat=false
"""


def test_the_constant_line_means_the_same_to_every_shell() -> None:
    assert f"sh -c '{BOOT}'" == COMMAND
    assert not set(BOOT) & set("'\\!\n\r\t`")


async def exercise(host: Host) -> None:
    """Use all of a host's ways at least once."""
    payload = bytes(range(256)) * 500
    result = await host.sh("cat; echo err >&2; exit 3", payload)
    assert (result.exit, result.out, result.err) == (3, payload, b"err\n")
    async with host.source("echo 'a  b'; exit 4") as source:
        assert await source.read(100) == b"a  b\n"
        assert (await source.result()).exit == 4
    async with host.sink("wc -c; echo err >&2; exit 5") as sink:
        await sink.write(b"\0" * 100_000)
        done = await sink.finish()
        assert (done.exit, done.out.strip(), done.err) == (5, b"100000", b"err\n")
    launched = await host.launch("echo begun; let_go; sleep 0.3")
    assert (launched.exit, launched.out, launched.err) == (0, b"begun\n", b"")
    ended = await host.launch("echo err >&2; exit 6")
    assert (ended.exit, ended.err) == (6, b"err\n")


def said_by_ssh(server: Server) -> bytes:
    """Return what a real ssh client sees."""
    return subprocess.run(server.command("true"), capture_output=True, check=True).stdout


async def check(server: Server) -> None:
    host = await connect(server.address, options=server.options())
    await exercise(host)
    await host.close()


@pytest.mark.parametrize("shell", ["bash", "fish", "tcsh"])
async def test_the_logins_shell_may_be(shell: str, make: Make) -> None:
    path = shutil.which(shell)
    assert path, f"{shell} is needed by this test"
    await check(make(shell=path))


async def test_start_up_files_may_print(make: Make) -> None:
    server = make(shell="/bin/bash", bashrc=NOISE)
    await check(server)
    assert b"Welcome to the host" in said_by_ssh(server)  # the noise was real


async def test_one_session_at_a_time_is_enough(make: Make) -> None:
    server = make(max_sessions=1)
    host = await connect(server.address, options=server.options())
    await exercise(host)
    async with host.source("echo a; sleep 0.3") as one, host.source("echo b; sleep 0.3") as two:
        assert (await host.sh("echo c")).out == b"c\n"
        assert (await one.read(9), await two.read(9)) == (b"a\n", b"b\n")
    await host.close()


async def test_no_session_at_all_is_told(make: Make) -> None:
    server = make(max_sessions=0)
    host = await connect(server.address, options=server.options())
    with pytest.raises(ConsoleError) as caught:
        await host.sh("true")
    assert caught.value.code == "sessions-refused"
    await host.close()


async def test_a_login_that_runs_no_commands_is_told(make: Make) -> None:
    server = make(shell="/usr/sbin/nologin")
    host = await connect(server.address, options=server.options())
    for attempt in (host.sh("true"), host.launch("true")):
        with pytest.raises(ConsoleError) as caught:
            await attempt
        assert caught.value.code == "shell-refused"
    with pytest.raises(ConsoleError) as caught:
        async with host.source("true"):
            pass
    assert caught.value.code == "shell-refused"
    await host.close()


async def test_a_login_whose_shell_ended_before_it_was_told_anything_is_told(make: Make) -> None:
    server = make(shell="/usr/sbin/nologin")
    host = open_host(server.address, options=server.options())

    async def ended() -> Channel:
        channel = await host.links.open("true")
        await channel.process.channel.wait_closed()
        return channel

    with pytest.raises(ConsoleError) as caught:
        await launch(await ended(), "true", 20, host.address, "")
    assert caught.value.code == "shell-refused"
    with pytest.raises(ConsoleError) as caught:
        await Stream(await ended(), host.address, "").start("true")
    assert caught.value.code == "shell-refused"
    with pytest.raises(ConsoleError) as caught:
        await Shell(await ended(), host.address, "").start()
    assert caught.value.code == "shell-refused"
    await host.close()


async def test_start_up_files_that_wait_are_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "START_S", 0.5)
    server = make(shell="/bin/bash", bashrc="sleep 3\n")
    host = await connect(server.address, options=server.options())
    with pytest.raises(ConsoleError) as caught:
        await host.sh("true")
    assert caught.value.code == "shell-hangs"
    with pytest.raises(ConsoleError) as caught:
        async with host.source("true"):
            pass
    assert caught.value.code == "shell-hangs"
    await host.close()
