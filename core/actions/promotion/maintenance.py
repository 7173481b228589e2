"""Closing and opening the shop: the maintenance flag is the file itself (decisions 8 and 14).

The flag lies in `var/` of a release, so it is set in the old and in the new one, on every host. What was
closed before stays closed: only flags that this job set are taken away.
"""

import shlex
import time
from typing import Any, Final

from core.actions.hosts import on_all, sites_of
from core.actions.promotion.database_unknown import refuse_if_unknown
from core.actions.promotion.exemption import end_exemption
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step

FLAG: Final = "var/.maintenance.flag"


def releases_of(step: Step, address: str) -> list[str]:
    """Return the releases that matter on a host: the live one, if any, and the new one."""
    live = str(step.args.get("live", {}).get(address, ""))
    release = str(step.args["release"])
    return [name for name in dict.fromkeys((live, release)) if name]


def _each(site: Site, releases: list[str], line: str) -> str:
    """Return a script that runs `line` in each release's directory; `$r` is its name there."""
    names = " ".join(shlex.quote(name) for name in releases)
    return f"cd {shlex.quote(site.layout.releases)} || exit 1\nfor r in {names}; do\n  {line}\ndone\n"


async def flagged(ctx: Context, site: Site, releases: list[str]) -> list[str]:
    """Return those releases of a host that carry the flag."""
    if not releases:
        return []
    script = _each(site, releases, f'if [ -e "$r/{FLAG}" ]; then printf "%s\\n" "$r"; fi')
    result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
    found = expect(
        result, "maintenance-unknown", "It can't be told whether the shop is closed", where=site.address
    )
    return found.decode(errors="replace").split()


async def set_flags(ctx: Context, bench: Bench, site: Site, releases: list[str]) -> None:
    """Set the flag in releases of a host."""
    script = _each(site, releases, f': >> "$r/{FLAG}" || exit 1') + "sync -d . 2>/dev/null; exit 0\n"
    expect(
        await fenced(ctx, bench, site, script),
        "close-failed",
        "The maintenance flag can't be written",
        where=site.address,
        remedy="Is var/ of the release writable for the owner, and is the disk full?",
    )


async def clear_flags(ctx: Context, bench: Bench, site: Site, releases: list[str]) -> None:
    """Take the flag away from releases of a host; those that are gone meanwhile don't matter."""
    if not releases:
        return
    script = _each(site, releases, f'if [ -e "$r/{FLAG}" ]; then rm -f "$r/{FLAG}" || exit 1; fi')
    expect(
        await fenced(ctx, bench, site, script),
        "open-failed",
        "The maintenance flag can't be removed",
        where=site.address,
        remedy=f"Remove {FLAG} in the live release by hand, or use `mageconsole maintenance`.",
    )


async def _noted(ctx: Context, bench: Bench, step: Step) -> dict[str, list[str]]:
    """Return the flags that are the job's own to set, by host; looked at once, before the first is set."""
    facts = ctx.facts(step.id)
    if "sets" not in facts:

        async def missing(site: Site) -> list[str]:
            releases = releases_of(step, site.address)
            there = await flagged(ctx, site, releases)
            live = str(step.args["live"].get(site.address, ""))
            if live and live in there:  # closed by a person before: it stays so, in the new release too
                return []
            # A flag in a release that is not live closes nothing: an earlier job left it, and a shop opened with
            # it would stay closed.
            return releases

        facts = {**facts, "sets": await on_all(sites_of(bench, step), missing)}
        await ctx.note_facts(facts)
    sets: dict[str, list[str]] = facts["sets"]
    return sets


class Close:
    """Sets the flag in the old and the new release of every host."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether every release that matters is closed, and the flags to take away are noted."""
        if "sets" not in ctx.facts(step.id):
            return Look.NOT_DONE

        async def closed(site: Site) -> bool:
            releases = releases_of(step, site.address)
            return len(await flagged(ctx, site, releases)) == len(releases)

        return Look.DONE if all((await on_all(sites_of(self._bench, step), closed)).values()) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Close, all hosts at once."""
        sets = await _noted(ctx, self._bench, step)
        sites = sites_of(self._bench, step)
        await on_all(sites, lambda site: set_flags(ctx, self._bench, site, releases_of(step, site.address)))
        held = [site.host.name for site in sites if not sets.get(site.address)]
        note = f"{', '.join(held)} had been closed before and will stay so" if held else ""
        return Outcome(facts={"sets": sets, "closed_at": time.time()}, note=note)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Take away the flags that this job set, and no other."""
        await refuse_if_unknown(ctx, self._bench, str(step.args["environment"]))
        sets: dict[str, list[str]] = ctx.facts(step.id).get("sets", {})

        async def back(site: Site) -> None:
            await end_exemption(ctx, self._bench, site, str(step.args["release"]))
            await clear_flags(ctx, self._bench, site, sets.get(site.address, []))

        await on_all(sites_of(self._bench, step), back)
        return Outcome()


class Open:
    """Takes away the flags that the job's `close` step set."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def _sets(self, ctx: Context) -> dict[str, list[str]]:
        sets: dict[str, list[str]] = ctx.facts("close").get("sets", {})
        return sets

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether any of the job's flags is left."""
        sets = self._sets(ctx)

        async def open_(site: Site) -> bool:
            return not await flagged(ctx, site, sets.get(site.address, []))

        return Look.DONE if all((await on_all(sites_of(self._bench, step), open_)).values()) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Open, all hosts at once."""
        sets = self._sets(ctx)
        await on_all(
            sites_of(self._bench, step),
            lambda site: clear_flags(ctx, self._bench, site, sets.get(site.address, [])),
        )
        facts: dict[str, Any] = {"opened_at": time.time()}
        closed_at = ctx.facts("close").get("closed_at")
        if closed_at is not None:
            facts["closed_s"] = round(max(0.0, facts["opened_at"] - closed_at), 3)
        return Outcome(facts=facts, note=f"closed for {facts['closed_s']:.1f} s" if "closed_s" in facts else "")

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: what follows a failure decides whether the shop is closed."""
        return Outcome()
