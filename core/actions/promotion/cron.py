"""Pausing cron and consumers, and bringing back exactly what was on (decision 14)."""

import asyncio
import shlex
import time
from collections.abc import Awaitable, Callable, Mapping
from importlib.resources import files
from typing import Any, Final

from core.actions.hosts import on_all, sites_of
from core.actions.promotion import crontab, env_switch, units
from core.actions.promotion.consumers import Consumers
from core.actions.promotion.database_unknown import refuse_if_unknown
from core.actions.running import expect
from core.actions.site import Bench, Site
from core.environments.model import HostRole
from core.errors import ConsoleError
from core.jobs.action import Cancelled, Context, Look, Outcome
from core.model.plan import Step
from core.release import switch
from core.text import one_line

_POLL_S: Final = 1.0
PAUSE: Final = "pause-cron"


class Method:
    """How cron is paused and resumed on one host: three functions of one way."""

    def __init__(
        self,
        pause: Callable[[Context, Bench, Site], Awaitable[Mapping[str, Any]]],
        resume: Callable[[Context, Bench, Site, Mapping[str, Any], str], Awaitable[None]],
        resumed: Callable[[Context, Bench, Site, Mapping[str, Any]], Awaitable[bool]],
    ) -> None:
        self.pause = pause
        self.resume = resume
        self.resumed = resumed


METHODS: Final = {
    "crontab": Method(crontab.pause, crontab.resume, crontab.resumed),
    "env": Method(env_switch.pause, env_switch.resume, env_switch.resumed),
    "systemd": Method(units.pause, units.resume, units.resumed),
    "supervisor": Method(units.pause, units.resume, units.resumed),
}


def _method(site: Site) -> Method:
    found = METHODS.get(site.environment.cron)
    if found is None:
        raise ConsoleError(
            "cron-method",
            f"cron = {site.environment.cron!r} can't be paused yet.",
            where=site.environment.name,
            remedy='Use "crontab", "systemd", "supervisor", or "none" and pause it by steps of your own.',
        )
    return found


def _busy(sites: tuple[Site, ...]) -> tuple[Site, ...]:
    return tuple(site for site in sites if site.has(HostRole.CRON) or site.has(HostRole.CONSUMER))


async def running_jobs(ctx: Context, site: Site) -> list[str]:
    """Return the cron jobs and consumers of this shop that run on a host, one line each."""
    text = files("core.actions.promotion").joinpath("running_jobs.sh").read_text()
    script = f"root={shlex.quote(site.path)}\n{text}"
    result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
    out = expect(result, "cron-unknown", "It can't be told which cron jobs run", where=site.address)
    return [one_line(line) for line in out.splitlines()]


def _found(sites: tuple[Site, ...], paused: Mapping[str, Any]) -> tuple[str, ...]:
    """Say what the crontabs show that somebody should know of: lines left paused, or none at all. Pure."""
    crons = [site for site in sites if site.has(HostRole.CRON) and site.environment.cron == "crontab"]
    told = [
        f"{site.host.name}: lines of the crontab are still paused by job {', '.join(map(one_line, left))}, which "
        "did not end; take their marks away by `crontab -e`, else they stay off"
        for site in crons
        if (left := paused[site.address].get("left"))
    ]
    if crons and not any(paused[site.address].get("lines") for site in crons):
        told.append(
            f"no crontab on {', '.join(site.host.name for site in crons)} runs this shop, so nothing was paused: "
            "cron in /etc/cron.d or by another user goes on"
        )
    return tuple(told)


class PauseCron:
    """Takes this shop's cron jobs and consumers out, and waits until none runs."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Paused when the job has noted so for every host, and nothing runs any more."""
        facts = ctx.facts(step.id)
        sites = _busy(sites_of(self._bench, step))
        if any(site.address not in facts.get("paused", {}) for site in sites):
            return Look.NOT_DONE
        running = await on_all(sites, lambda site: running_jobs(ctx, site))
        return Look.DONE if not any(running.values()) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Pause, then wait for what is under way."""
        sites = _busy(sites_of(self._bench, step))
        for site in sites:
            paused: dict[str, Any] = dict(ctx.facts(step.id).get("paused", {}))
            if site.address not in paused:
                # Noted before it is done: what is resumed is found again by the job's own mark.
                await ctx.note_facts({"paused": {**paused, site.address: {}}})
            state = await _method(site).pause(ctx, self._bench, site)
            if state and not paused.get(site.address):
                await ctx.note_facts({"paused": {**paused, site.address: dict(state)}})
        ended = await self._wait(ctx, step, sites)
        facts = ctx.facts(step.id)
        return Outcome(facts=facts, note=ended, warnings=_found(sites, facts.get("paused", {})))

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Bring back what this job paused; where the new release is live (the job was given up), its way."""
        await refuse_if_unknown(ctx, self._bench, str(step.args["environment"]))
        await resume_all(ctx, self._bench, step, str(step.args["release"]), where_live=True)
        return Outcome()

    async def _wait(self, ctx: Context, step: Step, sites: tuple[Site, ...]) -> str:
        """Wait until nothing runs; return what was ended on the way, in words."""
        deadline = time.monotonic() + step.limit_s
        consumers = Consumers(ctx, self._bench)
        while True:
            running = await on_all(sites, lambda site: running_jobs(ctx, site))
            left = [f"{address}: {line}" for address, lines in running.items() for line in lines]
            if not left:
                return consumers.told()
            if ctx.cancelled():
                raise Cancelled
            if time.monotonic() >= deadline:
                raise ConsoleError(
                    "cron-still-running",
                    f"After {step.limit_s:.0f} s there still run: {'; '.join(left[:5])}",
                    remedy="Wait for them or end them, or raise `timeouts.cron`, then promote again. What comes back "
                    "by itself is started by another means than `cron` says.",
                )
            await consumers.end(sites, running)
            ctx.say(f"waiting for {len(left)} cron job(s) or consumer(s): {left[0]}")
            await asyncio.sleep(_POLL_S)


async def resume_all(ctx: Context, bench: Bench, step: Step, release: str, *, where_live: bool = False) -> None:
    """Bring back on every host what the job paused; `release`: the new one, whose path crontab lines get.

    `where_live`: only on hosts where it is live; elsewhere the lines come back as they were.
    """
    paused: dict[str, Any] = ctx.facts(PAUSE).get("paused", {})

    async def one(site: Site) -> None:
        if site.address in paused:
            name = release
            if where_live:
                links = await switch.links(ctx.host(site.address), site.layout)
                name = release if links.current.endswith(f"/releases/{release}") else ""
            await _method(site).resume(ctx, bench, site, paused[site.address], name)

    await on_all(_busy(sites_of(bench, step)), one)


class ResumeCron:
    """Cron and consumers on again, as they were; their lines follow the new release."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether everything that was paused is back."""
        paused: dict[str, Any] = ctx.facts(PAUSE).get("paused", {})

        async def back(site: Site) -> bool:
            if site.address not in paused:
                return True
            return await _method(site).resumed(ctx, self._bench, site, paused[site.address])

        done = all((await on_all(_busy(sites_of(self._bench, step)), back)).values())
        return Look.DONE if done else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Resume on all hosts at once."""
        await resume_all(ctx, self._bench, step, str(step.args["release"]))
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: a roll back pauses anew."""
        return Outcome()
