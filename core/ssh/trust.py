"""Accepting a host's key: fetched without logging in, shown to a person, then remembered."""

import asyncio
import os
import tempfile
from pathlib import Path
from typing import Literal

import asyncssh
import msgspec

from core.errors import ConsoleError, Refused
from core.ssh import failures
from core.ssh.known_hosts import known_keys
from core.ssh.login import Gates, host_key_algorithms, open_jump
from core.ssh.options import ConnectOptions
from core.ssh.route import Route, route

Standing = Literal["known", "unknown", "changed", "revoked"]


class ShownKey(msgspec.Struct, frozen=True, kw_only=True):
    """The key that a host showed, and what we know of it."""

    address: str
    place: str
    """Where the host is, in words."""
    standing: Standing
    fingerprint: str
    """`ssh-ed25519 SHA256:...`."""
    known: str
    """The fingerprints that are known of the host, empty when there are none."""
    file: str
    """The known_hosts file that `accept` writes to."""
    line: str
    """The line that it writes."""


async def fetch(address: str, options: ConnectOptions, gates: Gates | None = None) -> ShownKey:
    """Return a host's key without logging in to it (jump hosts on the way are logged in to).

    Raises ConsoleError when it can't be reached.
    """
    hop = await route(address, options, jump=options.jump)
    key = await _fetch(hop, options, gates or Gates())
    known = known_keys(hop.user_files + hop.global_files, hop.key_name, hop.port)
    if not hop.user_files:
        raise ConsoleError(
            "known-hosts-nowhere",
            "ssh_config names no file in which keys could be remembered",
            where=failures.place(hop),
            remedy="Set UserKnownHostsFile in ssh_config.",
        )
    standing: Standing = "unknown"
    if key in known.revoked:
        standing = "revoked"
    elif key in known.trusted:
        standing = "known"
    elif known.trusted:
        standing = "changed"
    return ShownKey(
        address=address,
        place=failures.place(hop),
        standing=standing,
        fingerprint=failures.fingerprints((key,)),
        known=failures.fingerprints(known.trusted),
        file=hop.user_files[0],
        line=f"{failures.name_in_file(hop)} {_public(key)}",
    )


async def _fetch(hop: Route, options: ConnectOptions, gates: Gates) -> asyncssh.SSHKey:
    tunnel = await open_jump(hop, options, gates) if hop.jump else None
    known = known_keys(hop.user_files + hop.global_files, hop.key_name, hop.port)
    arguments = {key: value for key, value in hop.asked.items() if key != "username"}
    arguments |= {"tunnel": tunnel, "server_host_key_algs": host_key_algorithms(known)}
    if not hop.proxied:
        arguments["proxy_command"] = None
    try:
        async with asyncio.timeout(options.connect_timeout):
            key = await asyncssh.get_server_host_key(**arguments)
    except (OSError, asyncssh.Error, TimeoutError, ValueError) as error:
        raise failures.unreached(hop, error, options.connect_timeout) from error
    finally:
        if tunnel:
            tunnel.close()
    if key is None:
        raise failures.unreached(hop, asyncssh.ProtocolError("it shows no host key"), options.connect_timeout)
    return key


def _public(key: asyncssh.SSHKey) -> str:
    kind, data = key.export_public_key().decode("ascii").split()[:2]
    return f"{kind} {data}"


def accept(shown: ShownKey) -> bool:
    """Remember a key that a person has compared; return whether it was new.

    Raises Refused for a changed or revoked key: what is known must be taken out by hand first.
    """
    if shown.standing == "known":
        return False
    if shown.standing != "unknown":
        name = shown.line.split()[0]
        raise Refused(
            f"host-key-{shown.standing}",
            f"The host shows {shown.fingerprint}, known is {shown.known or 'that this key is revoked'}",
            where=shown.place,
            remedy=f"When the host was set up anew, remove the old key first: "
            f"ssh-keygen -R '{name}' -f {shown.file}",
        )
    try:
        _append(Path(shown.file), shown.line)
    except OSError as error:
        raise ConsoleError(
            "known-hosts-unwritable",
            f"The key could not be remembered: {error.strerror}",
            where=shown.file,
            remedy="Make the file writable for you.",
        ) from error
    return True


def _append(file: Path, line: str) -> None:
    """Add a line, all or nothing; what is new is for its owner only."""
    if not file.parent.exists():
        file.parent.mkdir(mode=0o700, parents=True)
    file = file.resolve()  # a link to a file elsewhere stays a link
    before, mode = b"", 0o600
    if file.exists():
        before, mode = file.read_bytes(), file.stat().st_mode & 0o777
    if before and not before.endswith(b"\n"):
        before += b"\n"
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(before + line.encode("ascii") + b"\n")
            written.flush()
            os.fsync(written.fileno())
        Path(name).chmod(mode)
        Path(name).replace(file)
    except BaseException:  # nothing half-made stays, whatever happened
        Path(name).unlink(missing_ok=True)
        raise
