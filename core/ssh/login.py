"""Logging in: from an address to an open connection, hop by hop, with strict host keys."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import asyncssh
from asyncssh.public_key import get_default_certificate_algs, get_default_public_key_algs

from core.errors import ConsoleError
from core.ssh import failures
from core.ssh.greeting import other_greeting
from core.ssh.keys import AgentKeys, choose
from core.ssh.known_hosts import KnownKeys, known_keys
from core.ssh.options import ConnectOptions
from core.ssh.route import Route, route
from core.text import one_line

_ATTEMPTS = 3
_DEEPEST = 8


class _Client(asyncssh.SSHClient):
    """Remembers a key that no known_hosts file holds; it is refused here and told afterwards."""

    def __init__(self) -> None:
        self.shown: asyncssh.SSHKey | None = None
        self._connection: asyncssh.SSHClientConnection | None = None

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn

    @property
    def connected(self) -> bool:
        """Whether something accepted the connection."""
        return self._connection is not None

    @property
    def speaks_ssh(self) -> bool:
        """Whether it told its version of SSH."""
        return bool(self._connection and self._connection.get_extra_info("server_version"))

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        self.shown = key
        return False


class Gates:
    """Staggers logins: at most 4 at once to one first hop, as sshd drops the eleventh (MaxStartups)."""

    def __init__(self, at_once: int = 4) -> None:
        self._at_once = at_once
        self._gates: dict[tuple[str, int], asyncio.Semaphore] = {}

    def of(self, hop: Route) -> asyncio.Semaphore:
        """Return the gate of a host that is connected to directly."""
        return self._gates.setdefault((hop.host, hop.port), asyncio.Semaphore(self._at_once))


async def log_in(address: str, options: ConnectOptions, gates: Gates) -> asyncssh.SSHClientConnection:
    """Return an open connection, through jump hosts where they are asked for. Raises ConsoleError."""
    hop = await route(address, options, jump=options.jump)
    return await _through(hop, options, gates, 0)


async def _through(
    hop: Route, options: ConnectOptions, gates: Gates, depth: int
) -> asyncssh.SSHClientConnection:
    if not hop.jump:
        async with gates.of(hop):
            return await _attempts(hop, options, None)
    tunnel = await open_jump(hop, options, gates, depth)
    try:
        connection = await _attempts(hop, options, tunnel)
    except BaseException:  # also when cancelled: nobody else would close it
        tunnel.abort()
        raise
    connection.set_tunnel(tunnel)  # closed with the connection
    return connection


async def open_jump(
    hop: Route, options: ConnectOptions, gates: Gates, depth: int = 0
) -> asyncssh.SSHClientConnection:
    """Return a connection to the last jump host before `hop`. Raises ConsoleError that names it."""
    before, _, last = hop.jump.rpartition(",")
    if depth >= _DEEPEST:
        raise ConsoleError(
            "jump-loop",
            f"The jump hosts lead in a circle: {hop.address} by {hop.jump}",
            where=hop.address,
            remedy="Correct ProxyJump in ssh_config.",
        )
    try:
        jump = await route(last.strip(), options, jump=before)
        return await _through(jump, options, gates, depth + 1)
    except ConsoleError as error:
        raise failures.by_jump(hop, last.strip(), error) from error


async def _attempts(
    hop: Route, options: ConnectOptions, tunnel: asyncssh.SSHClientConnection | None
) -> asyncssh.SSHClientConnection:
    """Log in; a host that cuts logins off, as MaxStartups does, is asked again."""
    for attempt in range(1, _ATTEMPTS):
        try:
            return await _once(hop, options, tunnel)
        except ConsoleError as error:
            if error.code != "login-cut-off":
                raise
        await asyncio.sleep(attempt * (0.3 + random.random() * 0.4))
    return await _once(hop, options, tunnel)


async def _once(
    hop: Route, options: ConnectOptions, tunnel: asyncssh.SSHClientConnection | None
) -> asyncssh.SSHClientConnection:
    known = known_keys(hop.user_files + hop.global_files, hop.key_name, hop.port)
    keys = await asyncio.to_thread(choose, hop, options)
    async with AgentKeys(keys) as agent:
        client = _Client()
        arguments = await _arguments(hop, options, known, tunnel)
        arguments["client_keys"] = [*agent.pairs, *keys.files] or None
        try:
            async with asyncio.timeout(options.connect_timeout):
                return await asyncssh.connect(client_factory=lambda: client, **arguments)
        except asyncssh.HostKeyNotVerifiable as error:
            raise _key_error(hop, client.shown, known, error) from error
        except asyncssh.PermissionDenied as error:
            raise failures.denied(hop, keys, agent.names, error.reason) from error
        except (OSError, asyncssh.Error, TimeoutError, ValueError) as error:
            if isinstance(error, asyncssh.DisconnectError) and "oo many authentication" in error.reason:
                raise failures.denied(hop, keys, agent.names, error.reason) from error
            raise await _unreached(hop, client, error, options, direct=tunnel is None) from error


async def _unreached(
    hop: Route, client: _Client, error: Exception, options: ConnectOptions, *, direct: bool
) -> ConsoleError:
    silent = isinstance(error, (TimeoutError, asyncssh.ConnectionLost, ConnectionResetError))
    if silent and direct and not hop.proxied and client.connected and not client.speaks_ssh:
        said = await other_greeting(hop.host, hop.port)
        if said:
            error = asyncssh.ProtocolError(one_line(said, 60))
    return failures.unreached(hop, error, options.connect_timeout)


def _key_error(
    hop: Route, shown: asyncssh.SSHKey | None, known: KnownKeys, error: asyncssh.HostKeyNotVerifiable
) -> ConsoleError:
    if shown is None:
        if "revoked" in error.reason:
            return failures.revoked_key(hop, known)
        return failures.unreached(hop, error, 0)
    if known.trusted:
        return failures.changed_key(hop, shown, known)
    return failures.unknown_key(hop, shown)


async def _arguments(
    hop: Route, options: ConnectOptions, known: KnownKeys, tunnel: asyncssh.SSHClientConnection | None
) -> dict[str, Any]:
    arguments: dict[str, Any] = hop.asked | {
        "tunnel": tunnel,
        "known_hosts": lambda *_: (known.trusted, known.authorities, known.revoked),
        "ignore_encrypted": True,
        "agent_path": None,  # its keys are among client_keys
        "keepalive_interval": options.keepalive,
        "keepalive_count_max": 3,
        "connect_timeout": None,
        "login_timeout": options.connect_timeout,
        "utf8_decode_errors": "replace",
        "agent_forwarding": False,
        "x11_forwarding": False,
        "send_env": None,  # the operator's language is not the host's
        "password_auth": False,
        "kbdint_auth": False,
    }
    if not hop.proxied:
        arguments["proxy_command"] = None
    return arguments | await _algorithms(hop, known)


async def _algorithms(hop: Route, known: KnownKeys) -> dict[str, Any]:
    """Prefer aes128-gcm, the fastest here, and the kinds of host key that are known; ssh_config wins."""
    found = await asyncio.to_thread(
        lambda: asyncssh.SSHClientConnectionOptions(client_keys=None, agent_path=None, **hop.asked)
    )
    chosen: dict[str, Any] = {}
    if found.config.get("Ciphers") is None:
        chosen["encryption_algs"] = "^aes128-gcm@openssh.com"
    if found.config.get("HostKeyAlgorithms") is None:
        chosen["server_host_key_algs"] = host_key_algorithms(known)
    return chosen


def host_key_algorithms(known: KnownKeys) -> Sequence[str]:
    """Known kinds first; the others after them, so that a host that lost a key is told as changed."""
    names = list(get_default_certificate_algs()) if known.authorities else []
    for key in known.trusted:
        names += key.sig_algorithms
    names += get_default_public_key_algs()
    return list(dict.fromkeys(name.decode() for name in names))
