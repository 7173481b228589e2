"""Which host keys are known: reading known_hosts files as OpenSSH does."""

from collections.abc import Iterable
from pathlib import Path

import asyncssh
import msgspec

DEFAULT_USER_FILES = ("~/.ssh/known_hosts", "~/.ssh/known_hosts2")
DEFAULT_GLOBAL_FILES = ("/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2")


class KnownKeys(msgspec.Struct, frozen=True):
    """The keys that known_hosts files hold for one host."""

    trusted: tuple[asyncssh.SSHKey, ...] = ()
    authorities: tuple[asyncssh.SSHKey, ...] = ()
    revoked: tuple[asyncssh.SSHKey, ...] = ()


def _lines(files: Iterable[str]) -> Iterable[str]:
    for file in files:
        try:
            text = Path(file).read_text("utf-8", "replace")
        except OSError:
            continue  # as OpenSSH: a file that is not there knows nobody
        yield from text.splitlines()


def _entry(line: str) -> asyncssh.SSHKnownHosts | None:
    """Return one line as what it knows; None when it says nothing that can be used."""
    try:
        return asyncssh.import_known_hosts(line)
    except (ValueError, asyncssh.KeyImportError):
        return None  # one damaged line must not hide the others


def known_keys(files: Iterable[str], host: str, port: int) -> KnownKeys:
    """Return what the files say of a host; with a port of its own also what they say of its bare name.

    Revocations count wherever they match. The order of the files doesn't matter.
    """
    exact: list[tuple[asyncssh.SSHKey, ...]] = [(), (), ()]
    bare: list[tuple[asyncssh.SSHKey, ...]] = [(), (), ()]
    for line in _lines(files):
        entry = _entry(line)
        if entry is None:
            continue
        _collect(exact, entry, host, None if port == 22 else port)
        if port != 22:
            _collect(bare, entry, host, None)
    chosen = exact if exact[0] or exact[1] else bare
    return KnownKeys(chosen[0], chosen[1], exact[2] + bare[2])


def _collect(
    into: list[tuple[asyncssh.SSHKey, ...]], entry: asyncssh.SSHKnownHosts, host: str, port: int | None
) -> None:
    name = host if port is None else f"[{host}]:{port}"
    for index, keys in enumerate(entry.match(name, "", None)[:3]):
        into[index] += tuple(keys)
