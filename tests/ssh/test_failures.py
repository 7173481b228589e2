"""Every way in which a connection fails has its own code, says where, and says what to do."""

import asyncio
import contextlib
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.ssh.connect import connect
from core.ssh.options import ConnectOptions
from tests.ssh.conftest import Server
from tests.support.openssh import Sshd, free_port, make_key
from tests.support.ssh_agent import agent


async def refusal(address: str, options: ConnectOptions) -> ConsoleError:
    """Connect in vain; return the error."""
    with pytest.raises(ConsoleError) as caught:
        await connect(address, options=options)
    error = caught.value
    assert error.where, "it says where"
    assert error.remedy, "it says what to do"
    return error


@pytest.fixture
def nothing(tmp_path: Path) -> ConnectOptions:
    """Options that hold nothing of this machine."""
    config = tmp_path / "empty"
    config.write_text("Host *\n  UserKnownHostsFile none\n  GlobalKnownHostsFile none\n")
    return ConnectOptions(ssh_config=(str(config),), agent="")


def config(server: Server, directory: Path, *lines: str) -> ConnectOptions:
    """Return options by an ssh_config of its own for the server."""
    file = directory / "ssh_config"
    file.write_text("Host *\n  GlobalKnownHostsFile none\n" + "".join(f"  {line}\n" for line in lines))
    return ConnectOptions(ssh_config=(str(file),), agent="")


@contextlib.asynccontextmanager
async def answering(says: bytes | None, *, stay: bool = False) -> AsyncIterator[int]:
    """Listen, say something (None: nothing at all), and hang up unless told to stay."""
    held = []

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if says:
            writer.write(says)
            await writer.drain()
        if stay:
            held.append(writer)
        else:
            writer.close()

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in held:
            writer.close()


async def test_refused(nothing: ConnectOptions) -> None:
    port = free_port()
    error = await refusal(f"me@127.0.0.1:{port}", nothing)
    assert error.code == "connection-refused"
    assert str(port) in error.what


async def test_no_answer_within_the_limit(nothing: ConnectOptions) -> None:
    async with answering(None, stay=True) as port:
        options = ConnectOptions(ssh_config=nothing.ssh_config, agent="", connect_timeout=0.4)
        error = await refusal(f"me@127.0.0.1:{port}", options)
    assert error.code == "connection-timeout"
    assert "0.4 s" in error.what


async def test_a_name_that_nobody_knows(nothing: ConnectOptions) -> None:
    error = await refusal("me@no-such-host.invalid", nothing)
    assert error.code == "name-not-found"
    assert "no-such-host.invalid" in error.what


async def test_no_way_to_the_host(nothing: ConnectOptions) -> None:
    error = await refusal("me@255.255.255.255", nothing)
    assert error.code == "host-unreachable"


@pytest.mark.parametrize(
    "says", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"220 mail ESMTP\r\n", b"\x00\xff" * 2000]
)
async def test_not_an_ssh_server(says: bytes, nothing: ConnectOptions) -> None:
    async with answering(says, stay=True) as port:
        options = ConnectOptions(ssh_config=nothing.ssh_config, agent="", connect_timeout=2)
        error = await refusal(f"me@127.0.0.1:{port}", options)
    assert error.code == "not-ssh"
    assert not set(error.what) & set("\x00\r\n")


async def test_a_web_server_that_hangs_up_is_no_ssh_server(nothing: ConnectOptions) -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert (await refusal(f"me@127.0.0.1:{port}", nothing)).code == "not-ssh"


async def test_a_host_that_hangs_up_at_once_is_asked_again(nothing: ConnectOptions) -> None:
    async with answering(b"Exceeded MaxStartups\r\n") as port:
        error = await refusal(f"me@127.0.0.1:{port}", nothing)
    assert error.code == "login-cut-off"
    assert "MaxStartups" in error.remedy


async def test_too_many_logins_at_a_time_are_tried_again(tmp_path: Path) -> None:
    with Sshd(tmp_path / "busy", MaxStartups="1") as server:
        idle = socket.create_connection(("127.0.0.1", server.port))
        loop = asyncio.get_running_loop()
        loop.call_later(0.6, idle.close)
        host = await connect(server.address, options=server.options())
        assert (await host.sh("echo on")).out == b"on\n"
        await host.close()


async def test_an_unknown_key(server: Server, tmp_path: Path) -> None:
    for file in ("none", "/dev/null", str(tmp_path / "not-there")):
        options = config(server, tmp_path, f"IdentityFile {server.key}", f"UserKnownHostsFile {file}")
        error = await refusal(server.address, options)
        assert error.code == "host-key-unknown"
        assert fingerprint(server) in error.what
        assert f"mageconsole trust {server.address}" in error.remedy


async def test_a_changed_key(server: Server, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other")
    known = tmp_path / "known"
    known.write_text(f"[127.0.0.1]:{server.port} {other.with_suffix('.pub').read_text()}")
    options = config(server, tmp_path, f"IdentityFile {server.key}", f"UserKnownHostsFile {known}")
    error = await refusal(server.address, options)
    assert error.code == "host-key-changed"
    assert fingerprint(server) in error.what
    assert sha256(other) in error.what
    assert "ssh-keygen -R '[127.0.0.1]" in error.remedy


async def test_a_host_that_lost_the_kind_of_key_we_know_has_changed(server: Server, tmp_path: Path) -> None:
    other = make_key(tmp_path / "ecdsa", "ecdsa")
    known = tmp_path / "known"
    known.write_text(f"[127.0.0.1]:{server.port} {other.with_suffix('.pub').read_text()}")
    options = config(server, tmp_path, f"IdentityFile {server.key}", f"UserKnownHostsFile {known}")
    assert (await refusal(server.address, options)).code == "host-key-changed"


@pytest.mark.parametrize("name", ["[127.0.0.1]:{port}", "127.0.0.1", "*"])
async def test_a_revoked_key(name: str, server: Server, tmp_path: Path) -> None:
    known = tmp_path / "known"
    key = server.known_hosts_line.partition(" ")[2]
    known.write_text(f"{server.known_hosts_line}@revoked {name.format(port=server.port)} {key}")
    options = config(server, tmp_path, f"IdentityFile {server.key}", f"UserKnownHostsFile {known}")
    assert (await refusal(server.address, options)).code == "host-key-revoked"


async def test_one_damaged_line_hides_no_other(server: Server, tmp_path: Path) -> None:
    known = tmp_path / "known"
    known.write_bytes(
        b"garbage\n@wrong x y\n|1|broken ssh-ed25519 AAAA\n\xff\xfe\n" + server.known_hosts_line.encode()
    )
    options = config(server, tmp_path, f"IdentityFile {server.key}", f"UserKnownHostsFile {known}")
    host = await connect(server.address, options=options)
    await host.close()


async def test_a_login_that_is_denied_says_who_and_which_keys(server: Server, tmp_path: Path) -> None:
    stranger = make_key(tmp_path / "stranger")
    options = config(
        server, tmp_path, f"IdentityFile {stranger}", f"IdentityFile {tmp_path}/absent",
        f"UserKnownHostsFile {server.known_hosts}",
    )  # fmt: skip
    error = await refusal(server.address, options)
    assert error.code == "login-denied"
    assert f"as {server.user} " in error.what
    assert str(stranger) in error.what
    assert f"not there: {tmp_path}/absent" in error.what
    assert "no agent" in error.what


async def test_another_user_is_denied(server: Server) -> None:
    error = await refusal(f"somebody@127.0.0.1:{server.port}", server.options())
    assert error.code == "login-denied"
    assert "somebody" in error.what


async def test_a_key_that_is_open_to_others(server: Server, tmp_path: Path) -> None:
    key = tmp_path / "open"
    key.write_bytes(server.key.read_bytes())
    key.chmod(0o640)
    options = config(server, tmp_path, f"IdentityFile {key}", f"UserKnownHostsFile {server.known_hosts}")
    error = await refusal(server.address, options)
    assert error.code == "key-too-open"
    assert error.remedy == f"Run: chmod 600 {key}"


async def test_a_key_with_a_passphrase_and_no_agent(server: Server, tmp_path: Path) -> None:
    key = make_key(tmp_path / "locked", passphrase="secret words")
    options = config(server, tmp_path, f"IdentityFile {key}", f"UserKnownHostsFile {server.known_hosts}")
    error = await refusal(server.address, options)
    assert error.code == "key-encrypted"
    assert f"ssh-add {key}" in error.remedy


async def test_a_key_that_is_none(server: Server, tmp_path: Path) -> None:
    key = tmp_path / "none"
    key.write_text("not a key\n")
    key.chmod(0o600)
    options = config(server, tmp_path, f"IdentityFile {key}", f"UserKnownHostsFile {server.known_hosts}")
    assert (await refusal(server.address, options)).code == "key-damaged"


@pytest.fixture
def jump(tmp_path: Path) -> Iterator[Sshd]:
    """A jump host."""
    with Sshd(tmp_path / "jump") as made:
        yield made


def both(jump: Sshd, server: Server, directory: Path, *more: str) -> ConnectOptions:
    """Return options that know jump host and server, by the names of their directories."""
    file = directory / "both"
    known = directory / "both_known"
    known.write_text(jump.known_hosts_line + server.known_hosts_line)
    lines = (
        f"Host jump\n  HostName 127.0.0.1\n  User {jump.user}\n  Port {jump.port}\n  IdentityFile {jump.key}\n"
    )
    lines += f"Host shop\n  HostName 127.0.0.1\n  User {server.user}\n  Port {server.port}\n"
    lines += f"  IdentityFile {server.key}\n" + "".join(f"  {line}\n" for line in more)
    file.write_text(lines + f"Host *\n  UserKnownHostsFile {known}\n  IdentitiesOnly yes\n")
    return ConnectOptions(ssh_config=(str(file),), agent="")


async def test_a_jump_host_by_option_and_by_ssh_config(jump: Sshd, server: Server, tmp_path: Path) -> None:
    by_config = both(jump, server, tmp_path, "ProxyJump jump")
    host = await connect("shop", options=by_config)
    assert (await host.sh("echo on")).out == b"on\n"
    await host.close()
    assert "Accepted publickey" in jump.log
    plain = both(jump, server, tmp_path)
    twice = ConnectOptions(ssh_config=plain.ssh_config, agent="", jump="jump,jump")
    before = jump.log.count("Accepted publickey")
    host = await connect("shop", options=twice)
    assert (await host.sh("echo on")).out == b"on\n"
    await host.close()
    assert jump.log.count("Accepted publickey") == before + 2
    await asyncio.sleep(0.3)
    assert jump.drop_connections() == 0, "those to the jump host are closed too"


async def test_a_jump_host_that_fails_is_named(jump: Sshd, server: Server, tmp_path: Path) -> None:
    options = both(jump, server, tmp_path, "ProxyJump jump")
    jump.stop()
    error = await refusal("shop", options)
    assert error.code == "connection-refused"
    assert "jump host jump" in error.what
    assert f":{jump.port}" in error.where


async def test_a_jump_host_with_an_unknown_key_is_named(jump: Sshd, server: Server, tmp_path: Path) -> None:
    options = both(jump, server, tmp_path, "ProxyJump jump")
    (tmp_path / "both_known").write_text(server.known_hosts_line)
    error = await refusal("shop", options)
    assert error.code == "host-key-unknown"
    assert "mageconsole trust jump" in error.remedy


async def test_a_host_that_the_jump_host_can_not_reach(jump: Sshd, server: Server, tmp_path: Path) -> None:
    options = both(jump, server, tmp_path)
    error = await refusal(
        f"me@127.0.0.1:{free_port()}", ConnectOptions(ssh_config=options.ssh_config, agent="", jump="jump")
    )
    assert error.code == "jump-refused"


async def test_jump_hosts_in_a_circle(jump: Sshd, server: Server, tmp_path: Path) -> None:
    options = both(jump, server, tmp_path, "ProxyJump shop")
    assert (await refusal("shop", options)).code == "jump-loop"


@pytest.mark.parametrize(
    "address", ["", "a b", "-oProxyCommand=x", "me@", "host:port", "me@host:22:22", "a@b@"]
)
async def test_what_is_no_address(address: str, nothing: ConnectOptions) -> None:
    with pytest.raises(ConsoleError) as caught:
        await connect(address, options=nothing)
    assert caught.value.code == "address-wrong"


async def test_an_ssh_config_that_is_missing_or_wrong(tmp_path: Path) -> None:
    missing = ConnectOptions(ssh_config=(str(tmp_path / "none"),))
    assert (await refusal("me@127.0.0.1", missing)).code == "ssh-config-missing"
    file = tmp_path / "wrong"
    file.write_text("Host *\n  Port many\n")
    error = await refusal("me@127.0.0.1", ConnectOptions(ssh_config=(str(file),)))
    assert error.code == "ssh-config-wrong"
    assert str(file) in error.where


async def test_ssh_config_can_not_weaken_us(server: Server, tmp_path: Path) -> None:
    """Neither a command, nor a terminal, nor the agent's forwarding, nor a check that is off gets in."""
    with agent(tmp_path / "agent", server.key) as path:
        options = config(
            server, tmp_path, f"IdentityFile {server.key}", f"UserKnownHostsFile {server.known_hosts}",
            "RemoteCommand echo instead", "RequestTTY force", f"ForwardAgent {path}", "StrictHostKeyChecking no",
        )  # fmt: skip
        host = await connect(server.address, options=options)
        result = await host.sh('tty; echo "[$SSH_AUTH_SOCK]"')
        assert result.out == b"not a tty\n[]\n"
        await host.close()
    open_door = config(
        server, tmp_path, f"IdentityFile {server.key}", "UserKnownHostsFile none", "StrictHostKeyChecking no"
    )
    assert (await refusal(server.address, open_door)).code == "host-key-unknown"


def sha256(key: Path) -> str:
    """Return a key's fingerprint as ssh-keygen says it."""
    said = subprocess.run(["ssh-keygen", "-l", "-f", f"{key}.pub"], capture_output=True, check=True, text=True)
    return said.stdout.split()[1]


def fingerprint(server: Server) -> str:
    """Return the fingerprint of a server's key as ssh-keygen says it."""
    return sha256(server.host_key)
