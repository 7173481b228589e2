"""The connections of one process: a host for each address, made when it is first used."""

import asyncio
from types import TracebackType

from core.environments.model import Environment, Host, Project
from core.errors import ConsoleError
from core.jobs.hosts import LoginNeeded
from core.ssh.connect import RemoteHost as Connected
from core.ssh.connect import open_host
from core.ssh.login import Gates
from core.ssh.options import ConnectOptions

_LOGIN_CODES = frozenset({"login-denied", "key-encrypted", "key-unreadable"})


class Connections:
    """Hosts by address. `first`: the environment whose entry counts where two share an address."""

    def __init__(self, project: Project, first: str = "") -> None:
        self._project = project
        self._first = first
        self._hosts: dict[str, Connected] = {}
        self._gates = Gates()
        self._agent: str | None = None
        self._retired: list[Connected] = []

    def host(self, address: str) -> Connected:
        """Return the host; it connects when it is used."""
        if address not in self._hosts:
            self._hosts[address] = open_host(address, options=self.options(address), gates=self._gates)
        return self._hosts[address]

    async def get(self, address: str) -> Connected:
        """Return the host, connected. Raises LoginNeeded where a person with an agent can help."""
        host = self.host(address)
        try:
            await host.connect()
        except ConsoleError as error:
            if error.code in _LOGIN_CODES:
                raise LoginNeeded(error.code, error.what, where=error.where, remedy=error.remedy) from error
            raise
        return host

    def attach(self, agent: str) -> None:
        """Use another agent for logins from now on."""
        self._agent = agent
        self._gates = Gates()
        self._retired += self._hosts.values()
        self._hosts = {}

    async def close(self) -> None:
        """Close all connections."""
        hosts = [*self._hosts.values(), *self._retired]
        self._hosts, self._retired = {}, []
        await asyncio.gather(*(host.close() for host in hosts), return_exceptions=True)

    async def __aenter__(self) -> "Connections":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def options(self, address: str) -> ConnectOptions:
        """Return how an address is connected to, as environments.toml says."""
        environment, host = self._entry(address)
        return ConnectOptions(
            ssh_config=self._project.ssh_config,
            known_hosts=self._project.known_hosts,
            jump=host.jump if host else "",
            run_as=host.run_as if host else "",
            agent=self._agent,
            connect_timeout=environment.timeouts.connect if environment else 15.0,
        )

    def _entry(self, address: str) -> tuple[Environment | None, Host | None]:
        names = sorted(self._project.environments, key=lambda name: name != self._first)
        for name in names:
            environment = self._project.environments[name]
            for host in environment.hosts:
                if host.address == address:
                    return environment, host
        return None, None
