"""Looking at environments: what each host runs, and who holds the lock."""

import asyncio
import shlex

import msgspec

from core.actions.connections import Connections
from core.actions.running import expect
from core.actions.site import Site
from core.console.planning import sites_of
from core.console.unfinished import Unfinished, unfinished
from core.environments.model import Environment, Project, Role
from core.errors import ConsoleError
from core.jobs.store import Store
from core.release.artifact import Info, available
from core.release.inventory import Inventory, take_inventory
from core.remote.lock import Held, holder
from core.text import one_line


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
    code: str = ""
    """Why it could not be looked at; empty when it could."""
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
    host = connections.host(site.address)
    try:
        held = await holder(host, site.layout.dot)
        if site.environment.role is Role.BUILD:
            return HostView(address=site.address, artifacts=await available(host, site.layout), held=held)
        if site.environment.role is Role.DEVELOPMENT:
            return HostView(address=site.address, checkout=await _checkout(connections, site), held=held)
        inventory = await take_inventory(host, site.layout)
        closed = False
        if inventory.live:
            flag = shlex.quote(f"{site.layout.release(inventory.live.name)}/var/.maintenance.flag")
            closed = (await host.sh(f"[ -e {flag} ]", limit_s=site.environment.timeouts.command)).ok
        return HostView(address=site.address, inventory=inventory, closed=closed, held=held)
    except ConsoleError as error:
        return HostView(address=site.address, error=error.what, code=error.code)


async def _checkout(connections: Connections, site: Site) -> Checkout:
    script = (
        f"cd {shlex.quote(site.path)} || exit 1\n"
        "git log -1 --format=%H%x09%s 2>/dev/null || exit 3\n"
        "git symbolic-ref --quiet --short HEAD || echo\n"
        "git status --porcelain | wc -l\n"
    )
    result = await connections.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
    if result.exit == 3:
        return Checkout()
    out = expect(result, "checkout-unread", "The working tree can't be read", where=site.address)
    head, branch, changed, *_ = [*out.decode("utf-8", "replace").splitlines(), "", "", ""]
    commit, _, subject = head.partition("\t")
    count = int(changed) if changed.strip().isdigit() else 0
    return Checkout(commit=one_line(commit), branch=one_line(branch), subject=one_line(subject), changed=count)


async def view(connections: Connections, project: Project, environment: Environment) -> EnvironmentView:
    """Look at all hosts of an environment at once; one that can't be reached says why."""
    sites = sites_of(project, environment)
    hosts = await asyncio.gather(*(_host(connections, site) for site in sites))
    jobs = await asyncio.to_thread(unfinished, Store(project.state_dir), environment.name)
    return EnvironmentView(
        name=environment.name, role=environment.role, hosts=tuple(hosts), unfinished=tuple(jobs)
    )
