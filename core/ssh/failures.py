"""From what goes wrong with a connection to an error that says what to do."""

import errno
import shlex
import socket

import asyncssh

from core.errors import ConsoleError
from core.ssh.host import LinkLost
from core.ssh.keys import Keys
from core.ssh.known_hosts import KnownKeys
from core.ssh.route import Route
from core.text import one_line

_FAULTS = {
    "too-open": ("key-too-open", "is open to other users, so it is not used", "Run: chmod 600 {file}"),
    "unreadable": ("key-unreadable", "can't be read", "Make it readable for you: ls -l {file}"),
    "encrypted": (
        "key-encrypted",
        "is encrypted and no agent holds it",
        "Start an agent and add the key: eval $(ssh-agent); ssh-add {file}",
    ),
    "damaged": (
        "key-damaged",
        "is not a private key that can be read",
        "Check the file: ssh-keygen -y -f {file}",
    ),
    "missing": ("key-missing", "is not there", "Correct IdentityFile in ssh_config."),
}


def place(route: Route) -> str:
    """Return a hop in words: as it was asked for, and where that is."""
    real = f"{route.user}@{route.host}:{route.port}"
    return route.address if real == route.address else f"{route.address} ({real})"


def fingerprints(keys: tuple[asyncssh.SSHKey, ...]) -> str:
    """Return keys as `ssh-ed25519 SHA256:...`."""
    return ", ".join(f"{key.get_algorithm()} {key.get_fingerprint()}" for key in keys)


def unknown_key(route: Route, key: asyncssh.SSHKey) -> ConsoleError:
    """Nobody has accepted the host's key yet."""
    return ConsoleError(
        "host-key-unknown",
        f"The host's key is not known: {fingerprints((key,))}",
        where=place(route),
        remedy=f"Compare the fingerprint with the host's own, then accept it: "
        f"mageconsole trust {shlex.quote(route.address)}",
    )


def changed_key(route: Route, key: asyncssh.SSHKey, known: KnownKeys) -> ConsoleError:
    """The host shows another key than the one that was accepted."""
    return ConsoleError(
        "host-key-changed",
        f"The host's key has changed, the connection was refused. Known: {fingerprints(known.trusted)}; "
        f"shown now: {fingerprints((key,))}",
        where=place(route),
        remedy="Somebody may be listening in. When the host was set up anew, remove the old key "
        f"(ssh-keygen -R {shlex.quote(name_in_file(route))}) and accept the new one: "
        f"mageconsole trust {shlex.quote(route.address)}",
    )


def revoked_key(route: Route, known: KnownKeys) -> ConsoleError:
    """The host shows a key that is marked @revoked."""
    return ConsoleError(
        "host-key-revoked",
        f"The host's key is marked as revoked, the connection was refused: {fingerprints(known.revoked)}",
        where=place(route),
        remedy="Do not connect. Ask who marked it so in known_hosts.",
    )


def name_in_file(route: Route) -> str:
    """Return the name under which known_hosts files keep the host."""
    return route.key_name if route.port == 22 else f"[{route.key_name}]:{route.port}"


def denied(route: Route, keys: Keys, agent_keys: list[str] | None, why: str) -> ConsoleError:
    """The host let none of the keys in. A key that could not even be offered is the likelier cause.

    `agent_keys` are the agent's, None when there is no agent.
    """
    for file, fault in keys.faults:
        if fault == "missing":
            continue
        code, what, remedy = _FAULTS[fault]
        return ConsoleError(
            code,
            f"The login as {route.user} was denied, and the key {file} {what}",
            where=place(route),
            remedy=remedy.format(file=shlex.quote(file)),
        )
    tried = [f"key {file}" for file in keys.files]
    tried += [f"agent's key {name}" for name in agent_keys or []]
    missing = [file for file, fault in keys.faults if fault == "missing"]
    words = ", ".join(tried) or "none"
    words += f"; not there: {', '.join(missing)}" if missing else ""
    words += "" if agent_keys is not None else "; no agent is running"
    many = " The agent offers many keys: set IdentitiesOnly and IdentityFile." if len(tried) > 5 else ""
    return ConsoleError(
        "login-denied",
        f"The login as {route.user} was denied ({one_line(why)}). Keys tried: {words}",
        where=place(route),
        remedy=f"Put one of the keys into ~{route.user}/.ssh/authorized_keys on the host, or load another one "
        f"with ssh-add.{many}",
    )


def unreached(route: Route, error: BaseException, limit_s: float) -> ConsoleError:
    """The host was not reached at all, or does not speak SSH."""
    code, what, remedy = _unreached(error, route, limit_s)
    return ConsoleError(code, what, where=place(route), remedy=remedy)


def _unreached(error: BaseException, route: Route, limit_s: float) -> tuple[str, str, str]:
    if isinstance(error, socket.gaierror):
        return (
            "name-not-found",
            f"The name {route.host} was not found",
            "Check the spelling in environments.toml or ssh_config, and the resolver: "
            f"getent hosts {shlex.quote(route.host)}",
        )
    if isinstance(error, ConnectionRefusedError):
        return (
            "connection-refused",
            f"Nothing accepts connections on port {route.port}",
            "Check the port, and that sshd runs on the host.",
        )
    if isinstance(error, TimeoutError):
        return (
            "connection-timeout",
            f"The host did not answer within {limit_s:g} s",
            "Check that the host is up and that no firewall drops the connection; "
            "timeouts.connect in environments.toml is the limit.",
        )
    if isinstance(error, OSError) and error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES):
        return (
            "host-unreachable",
            f"There is no way to the host: {one_line(str(error))}",
            "Check the network, the routes and whether a jump host is needed.",
        )
    if isinstance(error, asyncssh.ChannelOpenError):
        return (
            "jump-refused",
            f"The jump host can't connect to {route.host}:{route.port}: {one_line(error.reason)}",
            "Check the address as the jump host sees it, and AllowTcpForwarding in its sshd_config.",
        )
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return (
            "no-common-algorithm",
            f"No common way to encrypt was found: {one_line(error.reason)}",
            "Update the host's OpenSSH, or allow an algorithm that both know in ssh_config.",
        )
    if isinstance(error, (asyncssh.ProtocolError, asyncssh.ProtocolNotSupported)):
        return (
            "not-ssh",
            f"What answers on port {route.port} is not an SSH server: {one_line(error.reason)}",
            "Check the port.",
        )
    if isinstance(error, (asyncssh.ConnectionLost, ConnectionError, asyncssh.DisconnectError)):
        return (
            "login-cut-off",
            f"The host ended the connection before the login was done: {one_line(str(error))}",
            "It may refuse many logins at a time (MaxStartups) or has banned this address (fail2ban).",
        )
    return (
        "connection-failed",
        f"The connection failed: {one_line(str(error)) or type(error).__name__}",
        f"Try: ssh -v {shlex.quote(route.address)}",
    )


def by_jump(route: Route, jump: str, error: ConsoleError) -> ConsoleError:
    """A hop on the way failed: the same error, said of the way."""
    return ConsoleError(
        error.code,
        f"The jump host {jump} failed on the way to {route.address}. {error.what}",
        where=error.where,
        remedy=error.remedy,
    )


def lost(address: str, why: object = "") -> LinkLost:
    """The connection ended while something was under way."""
    detail = one_line(str(why)) if why else ""
    return LinkLost(
        "connection-lost",
        f"The connection was lost{f': {detail}' if detail else ''}; what was under way is unknown",
        where=address,
        remedy="Resume the job: it looks first at what was done.",
    )
