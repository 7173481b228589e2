"""The connections of one process: a host for each address, as environments.toml says it is reached."""

from typing import Final, Self

from core.environments.model import Host, Project
from core.errors import ConsoleError
from core.jobs.hosts import LoginNeeded
from core.ssh.connect import RemoteHost
from core.ssh.host import LinkLost
from core.ssh.options import ConnectOptions
from core.ssh.pool import PASSES, Hosts, Target

PERSON_NEEDED: Final = frozenset(
    {"login-denied", "key-encrypted", "key-too-open", "key-unreadable", "key-damaged"}
)
"""Failures that trying again does not mend, and that a host may count against us."""


def connect_options(project: Project) -> ConnectOptions:
    """Return how the hosts of a project are connected to."""
    limits = [environment.timeouts.connect for environment in project.environments.values()]
    return ConnectOptions(
        ssh_config=project.ssh_config,
        known_hosts=project.known_hosts,
        connect_timeout=max(limits, default=15.0),
    )


def target_of(project: Project, address: str, first: str = "") -> Target:
    """Return a host as SSH knows it; `first`: the environment whose entry counts where two share an address."""
    for name in sorted(project.environments, key=lambda name: name != first):
        for host in project.environments[name].hosts:
            if host.address == address:
                return _target(host)
    return Target(address)


def _target(host: Host) -> Target:
    return Target(host.address, jump=host.jump, run_as=host.run_as)


class Connections:
    """Hosts by address; connected when they are first used, closed together."""

    def __init__(self, project: Project, first: str = "") -> None:
        self._project = project
        self._first = first
        self._hosts = Hosts(connect_options(project))

    def preferring(self, first: str) -> "Connections":
        """Return the same connections, with another environment's entry counting where two share an address."""
        other = Connections(self._project, first)
        other._hosts = self._hosts
        return other

    def host(self, address: str) -> RemoteHost:
        """Return the host; it connects when it is used."""
        return self._hosts.host(target_of(self._project, address, self._first))

    async def get(self, address: str) -> RemoteHost:
        """Return the host, connected.

        Raises LoginNeeded where a person with an agent can help, LinkLost where waiting can: a host that
        restarts, a line that is down.
        """
        try:
            return await self._hosts.connect(target_of(self._project, address, self._first))
        except ConsoleError as error:
            if error.code in PERSON_NEEDED:
                raise LoginNeeded(error.code, error.what, where=error.where, remedy=error.remedy) from error
            if error.code in PASSES:
                raise LinkLost(error.code, error.what, where=error.where, remedy=error.remedy) from error
            raise

    async def can_log_in_alone(self, address: str) -> bool:
        """Whether a new login succeeds without any agent; False also where it can't be tried now."""
        try:
            return await self._hosts.can_log_in_alone(target_of(self._project, address, self._first))
        except ConsoleError:
            return False

    def attach(self, agent: str) -> None:
        """Use another agent for logins from now on."""
        self._hosts.use_agent(agent)

    async def close(self) -> None:
        """Close all connections."""
        await self._hosts.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
