"""What giving up an unfinished job would put back and leave, asked of the hosts; changes nothing."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec

from core.actions.connections import Connections
from core.actions.probing import probe
from core.actions.promotion.asking import CONFIG_STATUS, DB_STATUS
from core.actions.site import Site
from core.console.planning import environment_of, sites_of
from core.environments.model import Project
from core.errors import ConsoleError, Exit, Refused
from core.jobs.resumable import check_resumable
from core.jobs.state import JobState
from core.jobs.store import Job
from core.magento.probes import NeedsUpgrade, ProbeResult, UpToDate
from core.magento.version import Version
from core.pipeline.leftovers import Facts, Judged, judged, judged_settings, leftovers
from core.release.inventory import Inventory, take_inventory
from core.remote.task import list_tasks, lives

_ON_TARGETS = ("promote", "rollback", "verify")


async def preview(connections: Connections, project: Project, job: Job, *, anyway: bool = False) -> Judged:
    """Look what giving a job up would put back and leave; changes nothing. `anyway` as for `judged`.

    Raises ConsoleError: `job-runs`, `job-ended`, `tasks-run`.
    """
    state = job.state()
    if job.alive:
        raise ConsoleError(
            "job-runs", "The job's process is running.", where=job.id,
            remedy=f"Cancel it instead: mageconsole jobs cancel {job.id}", exit_code=Exit.REFUSED,
        )  # fmt: skip
    check_resumable(state)
    if state.plan is None or state.plan.kind not in (*_ON_TARGETS, "settings"):
        items = leftovers(state)
        return Judged(
            put_back=tuple(item for item in items if item.step),
            left=tuple(item for item in items if not item.step),
        )
    environment = environment_of(project, state.plan.target)
    sites = sites_of(project, environment)
    answers = await asyncio.gather(*(_look(connections, site, job) for site in sites), return_exceptions=True)
    found: list[tuple[Site, Inventory]] = []
    for site, answer in zip(sites, answers, strict=True):
        if isinstance(answer, Inventory):
            found.append((site, answer))
        elif not isinstance(answer, ConsoleError) or answer.code == "tasks-run":
            raise answer
    if state.plan.kind == "settings":
        return judged_settings(state, anyway=anyway)
    facts = await _facts(connections, state, found, complete=len(found) == len(sites))
    return judged(state, facts, anyway=anyway)


async def _look(connections: Connections, site: Site, job: Job) -> Inventory:
    """Return what lies on a host. Raises Refused `tasks-run` where something of the job goes on."""
    host = connections.host(site.address)
    for task in await list_tasks(host, site.layout.tasks):
        if task.job == job.id and lives(task.state):
            raise Refused(
                "tasks-run",
                f"A task of the job still runs: {task.id}.",
                where=site.address,
                remedy=f"`mageconsole jobs resume {job.id}` joins it; or wait until it has ended.",
            )
    return await take_inventory(host, site.layout)


async def _facts(
    connections: Connections, state: JobState, found: Sequence[tuple[Site, Inventory]], *, complete: bool
) -> Facts:
    if not complete or not found:
        return Facts()
    live = [(site, inventory.live) for site, inventory in found]
    facts = Facts(
        releases={site.host.name: release.name if release else "" for site, release in live},
        unverified=tuple(site.host.name for site, release in live if release and release.verified_at is None),
    )
    first, release = live[0]
    if facts.mixed or release is None or not state.past_return:
        return facts
    return msgspec.structs.replace(facts, fits=await _fits(connections, state, first, release.name))


async def _fits(connections: Connections, state: JobState, site: Site, release: str) -> bool | None:
    """Ask Magento whether a release fits the database; None when it can't be asked."""
    decide = state.step("decide")
    decided: dict[str, Any] = decide.facts if decide is not None else {}
    try:
        answer = await probe(
            connections.host(site.address),
            site,
            site.layout.release(release),
            commands=(CONFIG_STATUS, DB_STATUS),
            limit_s=site.environment.timeouts.command * 3,
        )
    except ConsoleError:
        return None
    version = Version.parse(str(decided.get("magento", "")))
    accepted = tuple(decided.get("decision", {}).get("accepted", ()))
    config, database = answer.result(CONFIG_STATUS, version), answer.result(DB_STATUS, version)
    return isinstance(config, UpToDate) and _accepted(database, accepted)


def _accepted(database: ProbeResult, accepted: tuple[str, ...]) -> bool:
    """Whether nothing is pending; `accepted`: what this shop's database says for ever (decision 7)."""
    stale = isinstance(database, NeedsUpgrade) and bool(accepted) and database.messages == accepted
    return isinstance(database, UpToDate) or stale
