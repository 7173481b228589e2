"""Accepting a host's key."""

import os
import subprocess
from pathlib import Path

import pytest

from core.errors import ConsoleError, Refused
from core.ssh.connect import connect
from core.ssh.options import ConnectOptions
from core.ssh.trust import accept, fetch
from tests.ssh.conftest import Server
from tests.ssh.test_failures import both, fingerprint
from tests.support.openssh import Sshd, free_port, make_key


def fresh(server: Server, directory: Path, known: Path | None = None) -> ConnectOptions:
    """Return options whose known_hosts file does not exist yet, in a directory that does not either."""
    known = known or directory / "new" / ".ssh" / "known_hosts"
    file = directory / "fresh"
    file.write_text(
        f"Host *\n  IdentityFile {server.key}\n  UserKnownHostsFile {known}\n  GlobalKnownHostsFile none\n"
    )
    return ConnectOptions(ssh_config=(str(file),), agent="")


async def test_a_key_is_shown_remembered_and_then_known(server: Server, tmp_path: Path) -> None:
    options = fresh(server, tmp_path)
    shown = await fetch(server.address, options)
    assert shown.standing == "unknown"
    assert fingerprint(server) in shown.fingerprint
    known = tmp_path / "new" / ".ssh" / "known_hosts"
    assert shown.file == str(known)
    assert not known.exists(), "looking changes nothing"
    assert accept(shown)
    assert known.stat().st_mode & 0o777 == 0o600
    assert known.parent.stat().st_mode & 0o777 == 0o700
    host = await connect(server.address, options=options)
    await host.close()
    again = await fetch(server.address, options)
    assert again.standing == "known"
    assert not accept(again)
    assert len(known.read_text().splitlines()) == 1
    assert said_by_strict_ssh(server, options) == b"on\n"


def said_by_strict_ssh(server: Server, options: ConnectOptions) -> bytes:
    """Return what a real ssh client sees that must know the server's key."""
    line = ["ssh", "-n", "-F", options.ssh_config[0], "-o", "StrictHostKeyChecking=yes", "-p", str(server.port)]
    said = subprocess.run([*line, f"{server.user}@127.0.0.1", "echo on"], capture_output=True, check=True)
    return said.stdout


def hash_names(known: Path) -> None:
    """Hash the names in a known_hosts file."""
    subprocess.run(["ssh-keygen", "-q", "-H", "-f", known], check=True, capture_output=True)


def hidden(directory: Path) -> list[str]:
    """Return the names of hidden files."""
    return [path.name for path in directory.iterdir() if path.name.startswith(".")]


async def test_what_is_in_the_file_stays_as_it_is(server: Server, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.write_text("# mine\nother.example.com ssh-ed25519 AAAA no newline at the end")
    real.chmod(0o644)
    known = tmp_path / "link"
    known.symlink_to(real)
    shown = await fetch(server.address, fresh(server, tmp_path, known))
    assert accept(shown)
    assert known.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o644
    lines = real.read_text().splitlines()
    assert lines[:2] == ["# mine", "other.example.com ssh-ed25519 AAAA no newline at the end"]
    assert lines[2] == shown.line
    assert hidden(tmp_path) == []


async def test_hashed_names_are_known(server: Server, tmp_path: Path) -> None:
    known = tmp_path / "hashed"
    known.write_text(server.known_hosts_line)
    hash_names(known)
    assert "127.0.0.1" not in known.read_text()
    options = fresh(server, tmp_path, known)
    assert (await fetch(server.address, options)).standing == "known"
    host = await connect(server.address, options=options)
    await host.close()


async def test_a_changed_key_is_never_accepted(server: Server, tmp_path: Path) -> None:
    other = make_key(tmp_path / "other")
    known = tmp_path / "known"
    known.write_text(f"[127.0.0.1]:{server.port} {other.with_suffix('.pub').read_text()}")
    before = known.read_bytes()
    shown = await fetch(server.address, fresh(server, tmp_path, known))
    assert shown.standing == "changed"
    with pytest.raises(Refused) as caught:
        accept(shown)
    assert caught.value.code == "host-key-changed"
    known.write_text("@revoked * " + server.known_hosts_line.partition(" ")[2])
    shown = await fetch(server.address, fresh(server, tmp_path, known))
    with pytest.raises(Refused) as caught:
        accept(shown)
    assert caught.value.code == "host-key-revoked"
    known.write_bytes(before)


async def test_a_known_hosts_file_of_our_own_comes_first(server: Server, tmp_path: Path) -> None:
    own = tmp_path / "own"
    options = ConnectOptions(ssh_config=fresh(server, tmp_path).ssh_config, agent="", known_hosts=str(own))
    assert accept(await fetch(server.address, options))
    assert own.exists()
    host = await connect(server.address, options=options)
    await host.close()


async def test_a_key_behind_a_jump_host(server: Server, tmp_path: Path) -> None:
    with Sshd(tmp_path / "jump") as jump:
        options = both(jump, server, tmp_path, "ProxyJump jump")
        (tmp_path / "both_known").write_text(jump.known_hosts_line)
        shown = await fetch("shop", options)
        assert shown.standing == "unknown"
        assert fingerprint(server) in shown.fingerprint
        assert "Accepted publickey" in jump.log
        assert accept(shown)
        host = await connect("shop", options=options)
        await host.close()


async def test_what_can_not_be_reached_or_written_is_told(server: Server, tmp_path: Path) -> None:
    options = fresh(server, tmp_path)
    with pytest.raises(ConsoleError) as caught:
        await fetch(f"me@127.0.0.1:{free_port()}", options)
    assert caught.value.code == "connection-refused"
    nowhere = fresh(server, tmp_path, Path("none"))
    with pytest.raises(ConsoleError) as caught:
        await fetch(server.address, nowhere)
    assert caught.value.code == "known-hosts-nowhere"
    blocked = fresh(server, tmp_path, Path(os.devnull) / "known_hosts")
    shown = await fetch(server.address, blocked)
    with pytest.raises(ConsoleError) as caught:
        accept(shown)
    assert caught.value.code == "known-hosts-unwritable"
