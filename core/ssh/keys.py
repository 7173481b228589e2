"""Which keys are offered to a host, and why others are not."""

import os
import stat
from pathlib import Path
from typing import Literal, Self

import asyncssh
import msgspec

from core.ssh.options import ConnectOptions
from core.ssh.route import Route

_USUAL = ("~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa")
Fault = Literal["missing", "unreadable", "too-open", "encrypted", "damaged", "public"]


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """The keys for one login."""

    files: tuple[str, ...]
    """Private keys that can be used as they are."""
    faults: tuple[tuple[str, Fault], ...]
    """Key files that can't be used, and why."""
    agent: str
    """The agent's socket, empty: none."""
    only: tuple[str, ...] | None
    """With IdentitiesOnly: the files whose public halves may be asked of the agent."""


def choose(route: Route, options: ConnectOptions) -> Keys:
    """Return the keys for a host: those of ssh_config, else the usual ones, and the agent."""
    named = [Path(item).expanduser() for item in route.identities]
    candidates = named or [path for item in _USUAL if (path := Path(item).expanduser()).exists()]
    files: list[str] = []
    faults: list[tuple[str, Fault]] = []
    for path in candidates:
        fault = _fault(path)
        if fault == "public":
            continue  # it only says which of the agent's keys to ask for
        if fault:
            faults.append((str(path), fault))
        else:
            files.append(str(path))
    only = tuple(str(path) for path in candidates) if route.identities_only else None
    return Keys(files=tuple(files), faults=tuple(faults), agent=_agent(route, options), only=only)


def _agent(route: Route, options: ConnectOptions) -> str:
    if options.agent is not None:
        return options.agent
    named = route.agent
    if named is None or named == "SSH_AUTH_SOCK":
        return os.environ.get("SSH_AUTH_SOCK", "")
    if named.lower() == "none":
        return ""
    return os.path.expandvars(str(Path(named).expanduser()))


def _fault(path: Path) -> Fault | None:
    """Return why OpenSSH would not use the key, None when it would."""
    try:
        status = path.stat()
        data = path.read_bytes()
    except FileNotFoundError:
        return "missing"
    except OSError:
        return "unreadable"
    if _is_public(data):
        return "public"
    if status.st_uid == os.getuid() and stat.S_IMODE(status.st_mode) & 0o077:
        return "too-open"
    try:
        asyncssh.import_private_key(data)
    except asyncssh.KeyEncryptionError:
        return "encrypted"
    except asyncssh.KeyImportError as error:
        return "encrypted" if "assphrase" in str(error) else "damaged"
    return None


def _is_public(data: bytes) -> bool:
    if b"PRIVATE KEY-----" in data:
        return False  # asyncssh would take its public half
    try:
        asyncssh.import_public_key(data)
    except asyncssh.KeyImportError:
        return False
    return True


class AgentKeys:
    """The keys that the agent offers for one login; it must stay open until the login is done."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._client: asyncssh.SSHAgentClient | None = None
        self.pairs: list[asyncssh.SSHKeyPair] = []
        self.names: list[str] | None = None
        """What the keys are called; None when there is no agent."""

    async def __aenter__(self) -> Self:
        if not self._keys.agent:
            return self
        try:
            self._client = await asyncssh.connect_agent(self._keys.agent)
            self.pairs = list(await self._client.get_keys())
        except (OSError, ValueError):
            return self  # as OpenSSH: no agent is no error while a key file opens the door
        if self._keys.only is not None:
            named = {key.public_data for key in public_halves(self._keys.only)}
            self.pairs = [pair for pair in self.pairs if pair.key_public_data in named]
        self.names = [pair.get_comment() or pair.get_algorithm() for pair in self.pairs]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client:
            self._client.close()
            await self._client.wait_closed()


def public_halves(files: tuple[str, ...]) -> list[asyncssh.SSHKey]:
    """Return the public keys of key files, from the `.pub` beside them or from themselves."""
    found = []
    for file in files:
        for path in (f"{file}.pub", file):
            try:
                found.append(asyncssh.read_public_key(path))
                break
            except (OSError, asyncssh.KeyImportError):
                continue
        else:
            try:
                found.append(asyncssh.read_private_key(file).convert_to_public())
            except (OSError, asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
                continue
    return found
