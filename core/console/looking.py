"""Looking at environments: what each host runs, and who holds the lock."""

import asyncio

import msgspec

from core.actions.connections import Connections
from core.actions.site import Site
from core.console.looks.look import find
from core.console.planning import sites_of
from core.console.snapshot import Unfinished
from core.console.unfinished import unfinished
from core.environments.model import Environment, Project, Role
from core.errors import ConsoleError
from core.jobs.store import Store
from core.release.artifact import Info
from core.release.inventory import Inventory
from core.remote.lock import Held


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """The working tree of a development system."""

    commit: str = ""
    """Empty where the path is no git checkout."""
    branch: str = ""
    subject: str = ""
    changed: int = 0
    """Files that are not committed."""


class HostView(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one host now."""

    address: str
    error: str = ""
    """Why it could not be looked at; empty when it could."""
    code: str = ""
    remedy: str = ""
    checkout: Checkout | None = None
    inventory: Inventory | None = None
    artifacts: tuple[Info, ...] = ()
    closed: bool = False
    """Whether the live release carries the maintenance flag."""
    held: Held | None = None


class EnvironmentView(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one environment now."""

    name: str
    role: Role
    hosts: tuple[HostView, ...]
    unfinished: tuple[Unfinished, ...] = ()
    """This console's jobs that stopped half way there and left something."""

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that are live, one if all hosts run the same."""
        live = [view.inventory.live.name for view in self.hosts if view.inventory and view.inventory.live]
        return tuple(dict.fromkeys(live))


async def _host(connections: Connections, site: Site) -> HostView:
    try:
        found = await find(connections.host(site.address), site)
    except ConsoleError as error:
        return HostView(address=site.address, error=error.what, code=error.code, remedy=error.remedy)
    facts = found.facts
    checkout = Checkout(
        commit=facts.one("commit"),
        branch=facts.one("branch"),
        subject=facts.one("subject"),
        changed=facts.number("changed") or 0,
    )
    return HostView(
        address=site.address,
        checkout=checkout if site.environment.role is Role.DEVELOPMENT else None,
        inventory=found.inventory,
        artifacts=found.artifacts,
        closed=facts.one("closed") == "yes",
        held=found.held,
    )


async def view(connections: Connections, project: Project, environment: Environment) -> EnvironmentView:
    """Look at all hosts of an environment at once; one that can't be reached says why."""
    sites = sites_of(project, environment)
    hosts = await asyncio.gather(*(_host(connections, site) for site in sites))
    jobs = await asyncio.to_thread(unfinished, Store(project.state_dir), environment.name)
    return EnvironmentView(
        name=environment.name, role=environment.role, hosts=tuple(hosts), unfinished=tuple(jobs)
    )
