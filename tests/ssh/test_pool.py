"""The hosts of a job: logins side by side, agents, and what happens when a login no longer works."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.ssh.options import ConnectOptions
from core.ssh.pool import Hosts, State, Target
from tests.ssh.conftest import Server
from tests.support.openssh import Sshd, free_port, make_key
from tests.support.ssh_agent import agent
from tests.support.tcp_proxy import TcpProxy


def keyless(server: Server, directory: Path, *lines: str) -> ConnectOptions:
    """Return options that know the server but hold no key for it."""
    file = directory / "keyless"
    file.write_text(
        f"Host *\n  UserKnownHostsFile {server.known_hosts}\n  GlobalKnownHostsFile none\n"
        f"  IdentityFile {directory}/absent\n" + "".join(f"  {line}\n" for line in lines)
    )
    return ConnectOptions(ssh_config=(str(file),), agent="")


async def test_one_connection_for_a_host_and_all_closed_at_the_end(server: Server) -> None:
    target = Target(server.address)
    async with Hosts(server.options()) as hosts:
        assert hosts.state(target) is State.NEW
        one = await hosts.connect(target)
        assert await hosts.connect(target) is one
        assert hosts.host(target) is one
        assert hosts.state(target) is State.CONNECTED
    assert hosts.state(target) is State.LOST


async def test_hosts_log_in_side_by_side_and_failures_are_told(server: Server) -> None:
    good, bad = Target(server.address), Target(f"me@127.0.0.1:{free_port()}")
    async with Hosts(server.options()) as hosts:
        failed = await hosts.connect_all([good, bad, good])
        assert {target: error.code for target, error in failed.items()} == {bad: "connection-refused"}
        assert hosts.state(good) is State.CONNECTED
        assert hosts.state(bad) is State.FAILED


async def test_logins_to_one_host_are_staggered(tmp_path: Path) -> None:
    with Sshd(tmp_path / "busy", MaxStartups="9:100:9") as server:
        options = server.options()
        async with contextlib.AsyncExitStack() as stack:
            hosts = await stack.enter_async_context(Hosts(options))
            targets = [Target(server.address, run_as=f"u{i}") for i in range(14)]
            assert await hosts.connect_all(targets) == {}
        assert "MaxStartups" not in server.log


async def test_a_key_of_the_agent_opens_the_door(server: Server, tmp_path: Path) -> None:
    options = keyless(server, tmp_path)
    with agent(tmp_path / "agent", make_key(tmp_path / "other"), server.key) as path:
        async with Hosts(options) as hosts:
            hosts.use_agent(path)
            host = await hosts.connect(Target(server.address))
            assert (await host.sh("echo on")).out == b"on\n"
            assert not await hosts.can_log_in_alone(Target(server.address))
    async with Hosts(server.options()) as hosts:
        assert await hosts.can_log_in_alone(Target(server.address))


async def test_with_identities_only_the_agent_is_asked_for_nothing_else(server: Server, tmp_path: Path) -> None:
    strangers = [make_key(tmp_path / f"stranger{i}") for i in range(8)]
    with agent(tmp_path / "agent", *strangers, server.key) as path:
        named = keyless(server, tmp_path, f"IdentityFile {server.key}.pub", "IdentitiesOnly yes")
        async with Hosts(named) as hosts:
            hosts.use_agent(path)
            await hosts.connect(Target(server.address))
        unnamed = keyless(server, tmp_path, "IdentitiesOnly yes")
        async with Hosts(unnamed) as hosts:
            hosts.use_agent(path)
            with pytest.raises(ConsoleError) as caught:
                await hosts.connect(Target(server.address))
            assert "stranger" not in caught.value.what


async def test_an_agent_without_the_key_is_told_by_its_keys_names(server: Server, tmp_path: Path) -> None:
    with agent(tmp_path / "agent", make_key(tmp_path / "stranger")) as path:
        async with Hosts(keyless(server, tmp_path)) as hosts:
            hosts.use_agent(path)
            with pytest.raises(ConsoleError) as caught:
                await hosts.connect(Target(server.address))
    assert caught.value.code == "login-denied"
    assert "agent's key stranger" in caught.value.what


async def _comes_to(hosts: Hosts, target: Target, state: State) -> None:
    for _ in range(500):
        if hosts.state(target) is state:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"{target.address} is {hosts.state(target)}, not {state}")


async def test_a_job_waits_for_a_login_until_a_new_agent_comes(server: Server, tmp_path: Path) -> None:
    states: list[State] = []
    options = keyless(server, tmp_path)
    target = Target(server.address)
    async with Hosts(options, told=lambda _, state, __: states.append(state), wait_for_login=True) as hosts:
        with agent(tmp_path / "one", server.key) as path:
            hosts.use_agent(path)
            host = await hosts.connect(target)
        server.drop_connections()
        await _comes_to(hosts, target, State.LOST)
        task = asyncio.create_task(host.sh("echo on"))
        await _comes_to(hosts, target, State.WAITING)
        assert not task.done()
        with agent(tmp_path / "two", server.key) as path:
            hosts.use_agent(path)
            async with asyncio.timeout(5):
                assert (await task).out == b"on\n"
    assert states == [State.LOGGING_IN, State.CONNECTED, State.LOGGING_IN, State.WAITING, State.LOGGING_IN,
                      State.CONNECTED]  # fmt: skip


async def test_a_first_login_that_is_denied_is_not_waited_for(server: Server, tmp_path: Path) -> None:
    async with Hosts(keyless(server, tmp_path), wait_for_login=True) as hosts:
        with pytest.raises(ConsoleError) as caught:
            async with asyncio.timeout(5):
                await hosts.connect(Target(server.address))
    assert caught.value.code == "login-denied"


async def test_patience_outlasts_a_host_that_is_away(tmp_path: Path) -> None:
    with Sshd(tmp_path / "away") as server:
        server.stop()
        async with Hosts(server.options()) as hosts:
            with pytest.raises(ConsoleError):
                await hosts.connect(Target(server.address))
            asyncio.get_running_loop().call_later(0.7, server.start)
            host = await hosts.connect(Target(server.address), patience_s=10)
            assert (await host.sh("echo on")).out == b"on\n"


async def test_two_calls_after_a_loss_log_in_once(server: Server, tmp_path: Path) -> None:
    async with TcpProxy(server.port) as proxy:
        known = tmp_path / "known"
        known.write_text(server.known_hosts_line.replace(f":{server.port} ", f":{proxy.port} "))
        async with Hosts(server.options(known_hosts=str(known))) as hosts:
            host = await hosts.connect(Target(f"{server.user}@127.0.0.1:{proxy.port}"))
            proxy.cut()
            await asyncio.sleep(0.1)
            results = await asyncio.gather(host.sh("echo a"), host.launch("echo b"), host.read("/etc/passwd"))
            assert (results[0].out, results[1].out) == (b"a\n", b"b\n")
            assert proxy.connections == 2
