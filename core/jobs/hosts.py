"""What the runner needs from whoever connects to hosts."""

from typing import Protocol

from core.errors import ConsoleError
from core.ssh.host import Host


class LoginNeeded(ConsoleError):
    """The host is there and does not let us in: a person with an agent can help (decision 25)."""


class HostProvider(Protocol):
    """Connections by address, made when they are first needed. Injected by the job's process."""

    async def get(self, address: str) -> Host:
        """Return a connected host, the same one while its connection lives, a new one afterwards.

        Raises LoginNeeded when the login is refused, LinkLost when the host can't be reached now,
        another ConsoleError when trying again is no use (an unknown or changed key).
        """

    def attach(self, agent: str) -> None:
        """Use another agent, a socket's path, for logins from now on."""

    async def close(self) -> None:
        """Close all connections."""
