"""What an action knows of the host it works on, and of the job it works for."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from core.environments.model import Environment, Host, HostRole, Project
from core.errors import ConsoleError
from core.pipeline.host_php import php_argv
from core.release.layout import Layout
from core.remote.fence import Fence

DEFAULT_UMASK: Final = "0022"
"""Of our own choice, so that what is made does not depend on a login's start-up files."""


@dataclass(frozen=True)
class Site:
    """One host of an environment: who it is, where the shop lies, how PHP is called."""

    project: Project
    environment: Environment
    host: Host

    @property
    def address(self) -> str:
        """The host's address as in environments.toml."""
        return self.host.address

    @property
    def path(self) -> str:
        """Where the shop lies on this host."""
        return self.environment.path_on(self.host)

    @property
    def layout(self) -> Layout:
        """Where things lie under that path."""
        return Layout(self.path)

    @property
    def php(self) -> tuple[str, ...]:
        """PHP with its arguments, as a list."""
        return php_argv(self.host)

    @property
    def umask(self) -> str:
        """The umask of everything that runs here, octal."""
        return self.environment.umask or DEFAULT_UMASK

    def has(self, role: HostRole) -> bool:
        """Whether the host does this within its environment."""
        return role in self.host.roles


@dataclass(frozen=True)
class Who:
    """Who runs the job, for locks and the history on the hosts."""

    user: str
    """The person: system user, SUDO_USER, or the SSH key's comment (decision 27)."""
    machine: str
    """Where the console runs."""


@dataclass
class Bench:
    """What the worker hands to every action: the project, the job, and the locks that the job holds."""

    project: Project
    job_id: str
    who: Who
    what: str
    """What the job does, for whoever meets its lock: "build 1f2e3d4c"."""
    fences: dict[str, Fence] = field(default_factory=dict)
    """By environment; the lock action fills it, and the unlock action empties it."""
    noting: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a step's facts are read, added to and noted: parallel tasks of one step do that."""
    can_log_in_alone: Callable[[str], Awaitable[bool]] | None = None
    """Whether the job could log in to a host again without the person (decision 25); the worker gives it."""
    extra: dict[str, Any] = field(default_factory=dict)
    """For actions that share something within one process; never needed to resume."""

    def environment(self, name: str) -> Environment:
        """Return an environment. Raises ConsoleError `no-such-environment`."""
        found = self.project.environments.get(name)
        if found is None:
            known = ", ".join(self.project.environments)
            raise ConsoleError(
                "no-such-environment",
                f"environments.toml has no environment {name!r}.",
                remedy=f"It has {known}.",
            )
        return found

    def site(self, address: str, environment: str = "") -> Site:
        """Return what is known of a host; `environment` decides when two environments share an address."""
        for candidate in self.project.environments.values():
            if environment and candidate.name != environment:
                continue
            for host in candidate.hosts:
                if host.address == address:
                    return Site(project=self.project, environment=candidate, host=host)
        raise ConsoleError(
            "no-such-host",
            f"environments.toml has no host {address!r}.",
            remedy="The plan was made from another environments.toml; make it again.",
        )

    def sites(self, environment: str) -> tuple[Site, ...]:
        """Return all hosts of an environment, in the order of the file."""
        found = self.environment(environment)
        return tuple(Site(project=self.project, environment=found, host=host) for host in found.hosts)
