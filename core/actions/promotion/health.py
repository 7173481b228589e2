"""Whether each web host answers from the new release (decision 13).

Asked on the host itself, past balancer and Varnish, an uncached page with the shop's Host header. The answer
must name the new release's static version: an old php-fpm cache answers 200 too.
"""

import asyncio
import time
from typing import Any, Final
from urllib.parse import urlsplit

from core.actions import scripts
from core.actions.hosts import on_all, sites_of
from core.actions.promotion.exemption import exempted
from core.actions.promotion.maintenance import flagged, set_flags
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Cancelled, Context, Look, Outcome
from core.magento.ask_result import Answer, answers
from core.model.plan import Step
from core.text import one_line

_PAUSE_S: Final = 0.5


def question(site: Site, **more: Any) -> bytes:
    """Return what the asking script is asked on a host."""
    health = site.environment.health
    if health is None:
        raise ConsoleError("no-health", f"{site.environment.name} has no `health`.", where=site.address)
    host = health.host or urlsplit(site.environment.url).hostname or ""
    listens = site.host.web or "127.0.0.1"
    if ":" not in listens.rpartition("]")[2]:
        listens = f"{listens}:{health.port}"
    url = f"{health.scheme}://{listens}{health.path}"
    return scripts.question(url=url, host=host, headers=health.headers, timeout=health.timeout, **more)


def complaint(answer: Answer | None, expected: int, version: str) -> str:
    """Return what is wrong with an answer, in words; "" when it is as it should be. Pure."""
    if answer is None:
        return "no answer was read"
    if answer.status == 0:
        return f"no answer: {one_line(answer.error) or 'nothing listens'}"
    if answer.status != expected:
        return f"answers {answer.status} instead of {expected}"
    if version and answer.version and answer.version != version:
        return f"answers from another release (static version {one_line(answer.version)}, not {version})"
    return ""


async def ask(ctx: Context, bench: Bench, site: Site) -> Answer | None:
    """Ask one host once."""
    health = site.environment.health
    limit = (health.timeout if health else 10.0) + 15.0
    path = await scripts.ensure(ctx, bench, site, scripts.ASK)
    result = await ctx.host(site.address).sh(
        scripts.command(site, path), question(site, times=1, interval=0, seconds=limit), limit_s=limit
    )
    found = answers(result.out)
    return found[-1] if found else None


class Health:
    """Asks each web host until it answers from the new release, or the limit has passed."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always asked."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask all web hosts at once; every one has to answer well."""
        sites = sites_of(self._bench, step)
        try:
            found = await on_all(sites, lambda site: self._one(ctx, step, site))
        except ConsoleError as error:
            raise await self._closed_again(ctx, step, error) from error
        unnamed = [address for address, answer in found.items() if not answer.version]
        warnings: tuple[str, ...] = ()
        if unnamed and step.args.get("static_version"):
            warnings = (
                f"{', '.join(unnamed)}: the page does not name its static version, "
                "so it can't be told which release answered",
            )
        if not step.args.get("closed"):
            warnings = (*warnings, *await self._still_closed(ctx, step))
        slowest = max((answer.ms for answer in found.values()), default=0.0)
        facts = {address: {"status": answer.status, "ms": answer.ms} for address, answer in found.items()}
        return Outcome(
            facts={"answers": facts}, note=f"slowest answer {slowest / 1000:.2f} s", warnings=warnings
        )

    async def _still_closed(self, ctx: Context, step: Step) -> tuple[str, ...]:
        """Say where customers see the maintenance page though the job is through: a person had closed it."""
        release = str(step.args["release"])
        sites = sites_of(self._bench, step)
        found = await on_all(sites, lambda site: flagged(ctx, site, [release]))
        closed = [site.host.name for site in sites if found[site.address]]
        if not closed:
            return ()
        name = sites[0].environment.name
        return (
            f"{', '.join(closed)} stays closed for customers; `mageconsole maintenance {name} off` opens it",
        )

    async def _closed_again(self, ctx: Context, step: Step, error: ConsoleError) -> ConsoleError:
        """Close what this job had closed: after a database step nothing is undone, and customers would see it."""
        sets: dict[str, list[str]] = ctx.facts("close").get("sets", {})
        if not step.args.get("closes_again") or not any(sets.values()):
            return error
        sites = self._bench.sites(str(step.args["environment"]))
        try:
            await on_all(sites, lambda site: set_flags(ctx, self._bench, site, sets.get(site.address, [])))
            told = "The shop is closed again."
        except ConsoleError as problem:
            told = f"The shop could not be closed again: {problem.what}"
        return ConsoleError(
            error.code,
            f"{error.what} {told}",
            where=error.where,
            remedy=error.remedy,
            exit_code=error.exit_code,
        )

    async def _one(self, ctx: Context, step: Step, site: Site) -> Answer:
        release = str(step.args["release"])
        if release in await flagged(ctx, site, [release]):
            shut_out = await ask(ctx, self._bench, site)
            client = shut_out.client if shut_out else ""
            async with exempted(ctx, self._bench, step, site, release, client):
                return await self._until_well(ctx, step, site)
        return await self._until_well(ctx, step, site)

    async def _until_well(self, ctx: Context, step: Step, site: Site) -> Answer:
        health = site.environment.health
        expected = health.status if health else 200
        version = str(step.args.get("static_version", ""))
        limit_s = max(step.limit_s, site.environment.timeouts.health)
        deadline = time.monotonic() + limit_s
        while True:
            answer = await ask(ctx, self._bench, site)
            wrong = complaint(answer, expected, version)
            if not wrong and answer is not None:
                return answer
            if ctx.cancelled():
                raise Cancelled
            if time.monotonic() >= deadline:
                raise ConsoleError(
                    "health-failed",
                    f"{site.host.name} {wrong}, for {limit_s:.0f} s.",
                    where=site.address,
                    remedy="See var/log and var/report of the release, and the logs of nginx and php-fpm. Where the "
                    "check itself is wrong, mend `health` in environments.toml: a job that is resumed takes that over.",
                )
            await asyncio.sleep(_PAUSE_S)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
