"""From an address to how it is reached: what ssh_config says of it."""

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import asyncssh
import msgspec

from core.errors import ConsoleError, Exit
from core.ssh.known_hosts import DEFAULT_GLOBAL_FILES, DEFAULT_USER_FILES
from core.ssh.options import ConnectOptions

_ADDRESS = re.compile(
    r"(?:(?P<user>[^@\s]+)@)?(?:\[(?P<six>[^\]\s]+)\]|(?P<name>[^:@\s\[\]]+))(?::(?P<port>\d+))?"
)


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One hop: whom to connect to, and by which rules."""

    address: str
    """As it was asked for: an alias of ssh_config or `[user@]name[:port]`."""
    host: str
    port: int
    user: str
    key_name: str
    """The name under which known_hosts files hold its key."""
    jump: str
    """`ProxyJump`, empty when it is reached directly."""
    proxied: bool
    """Whether a ProxyCommand makes the connection."""
    user_files: tuple[str, ...]
    """The known_hosts files of the user, the first is where an accepted key goes."""
    global_files: tuple[str, ...]
    identities: tuple[str, ...]
    """The `IdentityFile`s, empty: the usual ones."""
    identities_only: bool
    agent: str | None
    """`IdentityAgent`; None when ssh_config says nothing of it."""
    asked: dict[str, Any]
    """The arguments by which asyncssh comes to the same answers."""


def split(address: str) -> dict[str, Any]:
    """Return host, port and username of `[user@]name[:port]`, those that it holds. Raises ConsoleError."""
    found = _ADDRESS.fullmatch(address)
    if not found or address.startswith("-"):
        raise ConsoleError(
            "address-wrong",
            "This is not an address",
            where=address,
            remedy="Write [user@]name[:port], or an alias of ssh_config.",
            exit_code=Exit.USAGE,
        )
    parts: dict[str, Any] = {"host": found["six"] or found["name"]}
    if found["user"]:
        parts["username"] = found["user"]
    if found["port"]:
        parts["port"] = int(found["port"])
    return parts


def config_files(options: ConnectOptions) -> list[str]:
    """Return the ssh_config files that count. Raises ConsoleError when one that was named can't be read."""
    if not options.ssh_config:
        usual = (Path("~/.ssh/config").expanduser(), Path("/etc/ssh/ssh_config"))
        return [str(path) for path in usual if path.is_file()]
    named = [Path(path).expanduser() for path in options.ssh_config]
    for path in named:
        if not path.is_file():
            raise ConsoleError(
                "ssh-config-missing",
                "The ssh_config file is not there",
                where=str(path),
                remedy="Correct ssh_config in environments.toml.",
                exit_code=Exit.USAGE,
            )
    return [str(path) for path in named]


async def route(address: str, options: ConnectOptions, *, jump: str = "") -> Route:
    """Return how an address is reached; `jump` overrides the ProxyJump of ssh_config. Raises ConsoleError."""
    asked = split(address) | {"config": config_files(options)}
    try:
        found = await asyncio.to_thread(
            lambda: asyncssh.SSHClientConnectionOptions(client_keys=None, agent_path=None, **asked)
        )
    except (OSError, ValueError, asyncssh.Error) as error:
        raise ConsoleError(
            "ssh-config-wrong",
            f"ssh_config can't be used: {error}",
            where=", ".join(asked["config"]),
            remedy="Correct the file; `ssh -G HOST` shows what OpenSSH makes of it.",
            exit_code=Exit.USAGE,
        ) from error
    return _route(address, options, jump, found, asked)


def _route(
    address: str,
    options: ConnectOptions,
    jump: str,
    found: asyncssh.SSHClientConnectionOptions,
    asked: dict[str, Any],
) -> Route:
    config = found.config
    own = _files([options.known_hosts], ()) if options.known_hosts else ()
    proxy_jump = jump or str(found.tunnel or "")
    command = found.proxy_command
    return Route(
        address=address,
        host=found.host,
        port=found.port,
        user=found.username,
        key_name=found.host_key_alias or found.host,
        jump="" if proxy_jump.lower() == "none" else proxy_jump,
        proxied=bool(command) and command != ["none"],
        user_files=own + _files(config.get("UserKnownHostsFile"), DEFAULT_USER_FILES),
        global_files=_files(config.get("GlobalKnownHostsFile"), DEFAULT_GLOBAL_FILES),
        identities=tuple(cast(list[str], config.get("IdentityFile", []))),
        identities_only=bool(config.get("IdentitiesOnly", False)),
        agent=cast("str | None", config.get("IdentityAgent")),
        asked=asked,
    )


def _files(named: object, usual: Sequence[str]) -> tuple[str, ...]:
    """Return known_hosts files. `none` is no file: asyncssh itself would then trust every key."""
    files = usual if named is None else cast(list[str], named)
    return tuple(str(Path(file).expanduser()) for file in files if file.lower() != "none")
