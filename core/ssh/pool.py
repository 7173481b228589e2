"""The hosts of a job or of a screen: one set of connections for each, logged in to side by side."""

import asyncio
from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Self

import asyncssh
import msgspec

from core.errors import ConsoleError
from core.ssh.connect import RemoteHost
from core.ssh.login import Gates, log_in
from core.ssh.options import ConnectOptions

_NEEDS_A_PERSON = {"login-denied", "key-encrypted", "key-too-open", "key-unreadable", "key-damaged"}
PASSES = frozenset({
    "connection-refused", "connection-timeout", "host-unreachable", "login-cut-off", "name-not-found",
    "connection-lost", "connection-failed", "jump-refused",
})  # fmt: skip
"""Failures that may be over in a while: a reboot, a line that broke."""


class State(StrEnum):
    """How it stands with a host."""

    NEW = "not connected"
    LOGGING_IN = "logging in"
    WAITING = "waiting for login"
    """The host is there, but nothing lets us in any more: a person must bring a new agent (decision 25)."""
    CONNECTED = "connected"
    LOST = "lost"
    FAILED = "failed"


class Target(msgspec.Struct, frozen=True):
    """A host as environments.toml names it."""

    address: str
    jump: str = ""
    run_as: str = ""


Told = Callable[[Target, State, ConsoleError | None], None]


class Hosts:
    """Connections to hosts, kept until the end of `async with`.

    options: for all of them; jump and run_as are the target's. told: called when the state of a host changes.
    wait_for_login: a host that let us in before and no longer does is waited for, until `use_agent`.
    """

    def __init__(
        self, options: ConnectOptions, *, told: Told | None = None, wait_for_login: bool = False
    ) -> None:
        self._options = options
        self._told = told
        self._wait = wait_for_login
        self._gates = Gates()
        self._hosts: dict[Target, RemoteHost] = {}
        self._states: dict[Target, State] = {}
        self._were_in: set[Target] = set()
        self._new_agent = asyncio.Event()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def host(self, target: Target) -> RemoteHost:
        """Return a host; it is connected to when it is first used."""
        if target not in self._hosts:

            async def dial() -> asyncssh.SSHClientConnection:
                return await self._dial(target)

            self._hosts[target] = RemoteHost(target.address, dial, target.run_as)
        return self._hosts[target]

    async def connect(self, target: Target, *, patience_s: float = 0.0) -> RemoteHost:
        """Return a host that is connected, again if need be.

        Failures that may be over in a while are tried again for `patience_s` seconds. Raises ConsoleError.
        """
        host = self.host(target)
        until = asyncio.get_running_loop().time() + patience_s
        pause = 1.0
        while True:
            try:
                await host.connect()
                return host
            except ConsoleError as error:
                if error.code not in PASSES or asyncio.get_running_loop().time() + pause > until:
                    raise
            await asyncio.sleep(pause)
            pause = min(pause * 1.6, 15.0)

    async def connect_all(self, targets: Iterable[Target]) -> dict[Target, ConsoleError]:
        """Log in to all hosts side by side; return those that failed and why."""
        wanted = list(dict.fromkeys(targets))
        results = await asyncio.gather(*(self.connect(target) for target in wanted), return_exceptions=True)
        failed: dict[Target, ConsoleError] = {}
        for target, result in zip(wanted, results, strict=True):
            if isinstance(result, ConsoleError):
                failed[target] = result
            elif isinstance(result, BaseException):
                raise result
        return failed

    def state(self, target: Target) -> State:
        """Return how it stands with a host, a lost connection included."""
        state = self._states.get(target, State.NEW)
        if state is State.CONNECTED and not self._hosts[target].links.connected:
            return State.LOST
        return state

    def use_agent(self, path: str) -> None:
        """Log in with the keys of another agent from now on, also where a login is waited for."""
        self._options = msgspec.structs.replace(self._options, agent=path)
        self._new_agent.set()
        self._new_agent = asyncio.Event()

    async def can_log_in_alone(self, target: Target) -> bool:
        """Whether a new login succeeds without any agent (decision 25). Raises ConsoleError for other failures."""
        options = msgspec.structs.replace(self._options_of(target), agent="")
        try:
            connection = await log_in(target.address, options, self._gates)
        except ConsoleError as error:
            if error.code in _NEEDS_A_PERSON:
                return False
            raise
        connection.close()
        await connection.wait_closed()
        return True

    async def close(self) -> None:
        """Close all connections."""
        await asyncio.gather(*(host.close() for host in self._hosts.values()))

    def _options_of(self, target: Target) -> ConnectOptions:
        return msgspec.structs.replace(self._options, jump=target.jump, run_as=target.run_as)

    async def _dial(self, target: Target) -> asyncssh.SSHClientConnection:
        while True:
            changed = self._new_agent
            self._tell(target, State.LOGGING_IN)
            try:
                connection = await log_in(target.address, self._options_of(target), self._gates)
            except ConsoleError as error:
                if error.code in _NEEDS_A_PERSON and target in self._were_in:
                    self._tell(target, State.WAITING, error)
                    if self._wait:
                        await changed.wait()
                        continue
                else:
                    self._tell(target, State.FAILED, error)
                raise
            self._were_in.add(target)
            self._tell(target, State.CONNECTED)
            return connection

    def _tell(self, target: Target, state: State, error: ConsoleError | None = None) -> None:
        self._states[target] = state
        if self._told:
            self._told(target, state, error)
