"""`check`: everything that would hurt on the hosts of an environment, before anybody deploys there."""

import asyncio
import secrets
import time
from collections.abc import Iterator

from core.actions.checks.deep import deep_findings
from core.actions.checks.env_files import env_facts, env_findings
from core.actions.checks.facts import inspect, inspect_serving
from core.actions.checks.finding import Finding, Weight
from core.actions.checks.findings import clocks, findings
from core.actions.checks.own_paths import REMEDY, sharing, told
from core.actions.checks.serving import needs, serving_findings
from core.actions.connections import Connections
from core.actions.site import Site
from core.console.planning import sites_of
from core.console.snapshot import Unfinished
from core.console.system_settings import read_system
from core.console.unfinished import remedy, unfinished
from core.environments.model import Environment, Project, Role
from core.errors import ConsoleError
from core.jobs.store import Store
from core.magento.probe_result import EnvFacts
from core.release.inventory import Inventory, take_inventory
from core.remote.lock import holder


def _failed(site: Site, error: ConsoleError) -> Finding:
    return Finding(
        code=error.code, weight=Weight.BLOCKS, where=site.address, what=error.what, remedy=error.remedy
    )


async def _check_host(connections: Connections, site: Site, *, deep: bool) -> list[Finding]:
    host = connections.host(site.address)
    found: list[Finding] = []
    try:
        facts = await inspect(host, site)
        target = site.environment.role in (Role.STAGING, Role.PRODUCTION)
        inventory = await take_inventory(host, site.layout) if target else None
        held = await holder(host, site.layout.dot)
        found += [*findings(site.environment, facts, inventory), *clocks((facts,), time.time())]
        if inventory is not None:
            live = inventory.live.name if inventory.live else ""
            facts = facts.and_more(await inspect_serving(host, site, needs(site.environment, live)))
            found += serving_findings(site.environment, site.host, facts)
            found += _unverified(site, inventory)
            if deep and live:
                found += await deep_findings(host, site, live)
    except ConsoleError as error:
        return [*found, _failed(site, error)]
    if held is not None:
        what = f"Locked by {held.claim.who}: {held.claim.what}, last sign of life {held.heartbeat_age_s} s ago."
        found.append(
            Finding(
                code="locked", weight=Weight.WARNS, where=site.address, what=what,
                remedy=f"Wait for it; when it is gone for good: mageconsole lock {site.environment.name} release.",
            )
        )  # fmt: skip
    return found


async def _check_env(connections: Connections, name: str, sites: tuple[Site, ...]) -> list[Finding]:
    """Compare env.php of all hosts; a host where it can't be read is a finding of its own."""
    key = secrets.token_hex(16)
    asked = [env_facts(connections.host(site.address), site, site.layout.shared, key) for site in sites]
    told = await asyncio.gather(*asked, return_exceptions=True)
    facts: dict[str, EnvFacts] = {}
    found: list[Finding] = []
    for site, one in zip(sites, told, strict=True):
        if isinstance(one, EnvFacts):
            facts[site.address] = one
        elif isinstance(one, ConsoleError):
            found.append(_failed(site, one))
        elif one is not None:
            raise one
    return [*found, *env_findings(name, facts)]


async def check(
    connections: Connections, project: Project, environment: Environment, *, deep: bool = False
) -> list[Finding]:
    """Find what would hurt on the hosts of an environment. deep: hash the live release on each of them."""
    sites = sites_of(project, environment)
    per_host = await asyncio.gather(*(_check_host(connections, site, deep=deep) for site in sites))
    found = [finding for some in per_host for finding in some]
    if environment.role in (Role.STAGING, Role.PRODUCTION):
        pairs = zip(sites, per_host, strict=True)
        readable = tuple(site for site, some in pairs if not any(_hides_env(finding) for finding in some))
        known = {(finding.where, finding.code) for finding in found}
        for finding in await _check_env(connections, environment.name, readable):
            if (finding.where, finding.code) not in known:
                found.append(finding)
    found += await _shared_paths(connections, sites)
    found += await _settings(connections, project, environment, told=bool(found))
    jobs = await asyncio.to_thread(unfinished, Store(project.state_dir), environment.name)
    return [*found, *(_left(job) for job in jobs)]


async def _settings(
    connections: Connections, project: Project, environment: Environment, *, told: bool
) -> list[Finding]:
    """Find settings in the wrong place, and hosts that differ. told: whether it is told already what is wrong there."""
    if environment.role is Role.BUILD:
        return []
    try:
        system = await read_system(connections, project, environment, secrets.token_bytes(32))
    except ConsoleError as error:
        what = f"The settings could not be looked at: {error.what}"
        return (
            []
            if told
            else [Finding(code="settings-unread", weight=Weight.NOTES, where=environment.name, what=what)]
        )
    return [
        Finding(
            code=finding.code,
            weight=Weight.BLOCKS if finding.blocks else Weight.WARNS,
            where=environment.name,
            what=f"{finding.key or finding.env}: {finding.what}.",
            remedy=f"{finding.remedy[:1].upper()}{finding.remedy[1:]}.",
        )
        for finding in system.findings()
    ]


async def _shared_paths(connections: Connections, sites: tuple[Site, ...]) -> list[Finding]:
    """Find hosts that see one directory; nothing where one of them can't be asked, which is told already."""
    try:
        pairs = await sharing(sites, connections.host)
    except ConsoleError:
        return []
    if not pairs:
        return []
    where = sites[0].environment.name
    return [
        Finding(code="path-shared", weight=Weight.BLOCKS, where=where, what=f"{told(pairs)}.", remedy=REMEDY)
    ]


def _left(job: Unfinished) -> Finding:
    return Finding(
        code="job-unfinished",
        weight=Weight.WARNS,
        where=job.target,
        what=f"Job {job.id} ({job.title}) {job.standing}; as it left it: {'; '.join(job.left)}.",
        remedy=remedy(job.id),
    )


def _unverified(site: Site, inventory: Inventory) -> Iterator[Finding]:
    """Tell of a live release that never passed its verification, where one is made."""
    live = inventory.live
    if live is None or live.verified_at is not None or site.environment.health is None:
        return
    yield Finding(
        code="live-unverified",
        weight=Weight.WARNS,
        where=site.address,
        what=f"Release {live.name} is live and was never verified.",
        remedy="Promoting its artifact again only verifies it; until then it is no release to go back to.",
    )


def _hides_env(finding: Finding) -> bool:
    """Whether env.php can't be read for a reason that is told already."""
    return finding.weight is Weight.BLOCKS and finding.code.startswith(("env-", "php-missing"))
