"""Looking at the target before anything is done there (design, section 5, prepare)."""

import time
from typing import Final

import msgspec

from core.actions.checks.facts import inspect, inspect_serving
from core.actions.checks.finding import Finding, Weight
from core.actions.checks.findings import clocks, findings
from core.actions.checks.serving import needs, serving_findings
from core.actions.hosts import on_all, sites_of
from core.actions.site import Bench, Site
from core.errors import Refused
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.release.inventory import take_inventory

_CRON: Final = "cron-empty"
"""Cron that nobody pauses meets a database that is half changed: told while a person still reads."""
_RIGHTS: Final = "fpm-cannot-"
"""Where a release is live, php-fpm shows every day that its rights do."""


def refuse(found: list[Finding]) -> None:
    """Raise Refused with everything that blocks; the first finding's code stands for all."""
    blocking = [finding for finding in found if finding.weight is Weight.BLOCKS]
    if not blocking:
        return
    first = blocking[0]
    told = "; ".join(f"{finding.where}: {finding.what}" for finding in blocking)
    raise Refused(first.code, told, remedy=first.remedy)


def _serving(found: list[Finding]) -> list[Finding]:
    """Return what is told before a promotion of how the shop is served: warnings, those of one kind as one. Pure.

    What serves the shop does so now; whether it will serve the new release, the health check decides.
    """
    by_code: dict[str, list[Finding]] = {}
    for item in found:
        if item.code == _CRON:
            item = msgspec.structs.replace(item, what=f"{item.what} {item.remedy}", weight=Weight.WARNS)
        if item.weight is not Weight.NOTES:
            by_code.setdefault(item.code, []).append(item)
    return [
        msgspec.structs.replace(
            first,
            weight=Weight.WARNS,
            what=f"{first.what}{f' And {len(more)} more of this kind.' if more else ''}",
        )
        for first, *more in by_code.values()
    ]


class CheckTarget:
    """Refuses where something would hurt; what only matters is told as a warning."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always looked at."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Look at all hosts at once."""
        sites = sites_of(self._bench, step)

        async def look_at(site: Site) -> tuple[list[Finding], str]:
            host = ctx.host(site.address)
            facts = await inspect(host, site)
            inventory = await take_inventory(host, site.layout)
            found = findings(
                site.environment,
                facts,
                inventory,
                built_with=str(step.args.get("php", "")),
                needed_kb=int(step.args.get("needed_kb", 0)),
            )
            found += clocks((facts,), time.time())
            live = inventory.live.name if inventory.live else ""
            serving = await inspect_serving(host, site, needs(site.environment, live))
            told = serving_findings(site.environment, site.host, facts.and_more(serving))
            found += _serving([item for item in told if not (live and item.code.startswith(_RIGHTS))])
            return found, facts.php_version

        looked = await on_all(sites, look_at)
        found = [finding for some, _ in looked.values() for finding in some]
        refuse(found)
        warnings = tuple(f"{item.where}: {item.what}" for item in found if item.weight is Weight.WARNS)
        return Outcome(facts={"php": {address: php for address, (_, php) in looked.items()}}, warnings=warnings)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
