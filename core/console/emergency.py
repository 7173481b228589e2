"""What has to work when little else does: the maintenance flag and the lock, host by host."""

import asyncio
import shlex
from typing import Literal

from core.actions.connections import Connections
from core.actions.running import reason_of
from core.actions.site import Site
from core.console.answers import Flagged
from core.console.planning import sites_of
from core.environments.model import Environment, Project
from core.errors import ConsoleError, Refused
from core.remote.lock import Held, holder, release_stale
from core.text import one_line

_FLAG = "var/.maintenance.flag"


async def _flag(connections: Connections, site: Site, closing: bool) -> Flagged:
    """Set or clear the flag in the release that is live on a host. Needs no PHP, no database, no lock."""
    act = f'touch "$r/{_FLAG}"' if closing else f'rm -f "$r/{_FLAG}"'
    script = (
        f'r=$(readlink -f {shlex.quote(site.layout.current)}) && [ -d "$r/var" ] || '
        "{ echo 'nothing is live' >&2; exit 3; }\n"
        f"{act} || exit 1\nprintf '%s\\n' \"${{r##*/}}\"\n"
    )
    try:
        result = await connections.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
    except ConsoleError as error:
        return Flagged(address=site.address, done=False, what=str(error))
    if not result.ok:
        return Flagged(address=site.address, done=False, what=reason_of(result))
    release = one_line(result.out)
    return Flagged(address=site.address, done=True, what=f"{'closed' if closing else 'open'} ({release})")


async def maintenance(
    connections: Connections, project: Project, environment: Environment, closing: bool, *, anyway: bool
) -> tuple[Flagged, ...]:
    """Close or open an environment on all hosts that can be reached. Raises Refused while a job holds its lock."""
    sites = sites_of(project, environment)
    if not anyway:
        for held in await asyncio.gather(*(_held(connections, site) for site in sites)):
            if held is not None:
                raise Refused(
                    "locked",
                    f"{held.claim.who} works on {environment.name}: {held.claim.what}.",
                    where=environment.name,
                    remedy="Opening a shop in the middle of an upgrade shows it half done. Give --anyway if you mean it.",
                )
    return tuple(await asyncio.gather(*(_flag(connections, site, closing) for site in sites)))


async def _held(connections: Connections, site: Site) -> Held | None:
    try:
        return await holder(connections.host(site.address), site.layout.dot)
    except ConsoleError:  # a host out of reach is told by the flag's own answer
        return None


async def lock_of(
    connections: Connections, project: Project, environment: Environment
) -> dict[str, Held | None]:
    """Return who holds the lock on each host. Raises ConsoleError."""
    sites = sites_of(project, environment)
    found = await asyncio.gather(*(holder(connections.host(site.address), site.layout.dot) for site in sites))
    return {site.address: held for site, held in zip(sites, found, strict=True)}


async def release_lock(
    connections: Connections,
    project: Project,
    environment: Environment,
    token: str,
    tasks: Literal["stop", "wait", "refuse"],
) -> None:
    """Give a dead job's lock back to nobody. Raises Refused while its tasks run, or when it changed hands."""
    sites = {site.address: site for site in sites_of(project, environment)}
    hosts = {address: connections.host(address) for address in sites}
    await release_stale(hosts, lambda address: sites[address].layout.dot, token, tasks)
