"""Asking every web host five times a second during the cut-over, and what that says of the downtime."""

import asyncio
import base64
import contextlib
from collections.abc import Iterable
from typing import Any, Final

import msgspec

from core.actions import scripts
from core.actions.hosts import sites_of
from core.actions.promotion.health import question
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Context, Look, Outcome
from core.magento.ask_result import Answer, answers
from core.model.plan import Step

INTERVAL_S: Final = 0.2
_LONGEST_S: Final = 6 * 3600
_KEY: Final = "prober"


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a prober saw of one host."""

    asked: int
    failed: int
    unanswered_s: float
    """From each first failed request to the next answered one, added up; by the host's own clock."""


def seen(asked: Iterable[Answer], expected: int) -> Seen:
    """Sum up the answers of one host. Pure."""
    total = failed = 0
    unanswered = 0.0
    failing_since: float | None = None
    last = 0.0
    for answer in asked:
        total += 1
        last = answer.at
        if answer.status != expected:
            failed += 1
            failing_since = answer.at if failing_since is None else failing_since
        elif failing_since is not None:
            unanswered += answer.at - failing_since
            failing_since = None
    if failing_since is not None:
        unanswered += max(last - failing_since, INTERVAL_S)
    return Seen(asked=total, failed=failed, unanswered_s=round(unanswered, 3))


class Prober:
    """One stream of answers a host, read in the background until it is stopped."""

    def __init__(self) -> None:
        self._answers: dict[str, list[Answer]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self, ctx: Context, bench: Bench, sites: Iterable[Site]) -> None:
        """Begin asking; returns when each host's first answer is there, or after two seconds."""
        for site in sites:
            path = await scripts.ensure(ctx, bench, site, scripts.ASK)
            asked = question(site, times=0, interval=INTERVAL_S, seconds=_LONGEST_S)
            line = f"printf %s {base64.b64encode(asked).decode()} | base64 -d | {scripts.command(site, path)}"
            self._answers[site.address] = []
            self._tasks.append(asyncio.create_task(self._read(ctx, site, line)))
        for _ in range(20):
            if all(self._answers.values()):
                return
            await asyncio.sleep(0.1)

    async def _read(self, ctx: Context, site: Site, line: str) -> None:
        rest = b""
        # A prober that breaks off only makes the measurement end there; the job does not depend on it.
        with contextlib.suppress(ConsoleError):
            async with ctx.host(site.address).source(line) as source:
                async for chunk in source:
                    *lines, rest = (rest + chunk).split(b"\n")
                    self._answers[site.address] += answers(b"\n".join(lines) + b"\n")

    async def stop(self) -> dict[str, list[Answer]]:
        """End all streams and return the answers by host."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        return self._answers


class Watch:
    """Starts the prober; it lives in the job's process, so a resumed job starts another."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always started."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Start asking."""
        await self._stop()
        prober = Prober()
        self._bench.extra[_KEY] = prober
        await prober.start(ctx, self._bench, sites_of(self._bench, step))
        return Outcome(facts={"resumed": ctx.resuming})

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Stop asking."""
        await self._stop()
        return Outcome()

    async def _stop(self) -> None:
        prober = self._bench.extra.pop(_KEY, None)
        if isinstance(prober, Prober):
            await prober.stop()


class Measure:
    """Ends the prober and tells the two figures of the downtime (decision 13)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always measured."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Sum up. Without a prober the second figure is "not measured", never 0."""
        facts: dict[str, Any] = {
            "closed_s": ctx.facts("open").get("closed_s", 0.0 if not ctx.facts("close") else None)
        }
        prober = self._bench.extra.pop(_KEY, None)
        if not isinstance(prober, Prober):
            return Outcome(facts={**facts, "measured": False}, note=_told(facts, None))
        by_host = {}
        for address, asked in (await prober.stop()).items():
            health = self._bench.site(address, str(step.args.get("environment", ""))).environment.health
            by_host[address] = seen(asked, health.status if health else 200)
        facts["hosts"] = {address: msgspec.to_builtins(item) for address, item in by_host.items()}
        facts["measured"] = bool(by_host) and all(item.asked for item in by_host.values())
        facts["asked"] = sum(item.asked for item in by_host.values())
        facts["failed"] = sum(item.failed for item in by_host.values())
        facts["unanswered_s"] = max((item.unanswered_s for item in by_host.values()), default=0.0)
        return Outcome(facts=facts, note=_told(facts, by_host))

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()


def _told(facts: dict[str, Any], by_host: dict[str, Seen] | None) -> str:
    closed = facts["closed_s"]
    first = (
        "closed for an unknown time"
        if closed is None
        else f"closed for {closed:.1f} s"
        if closed
        else "never closed"
    )
    if not by_host or not facts.get("measured"):
        return f"{first}; requests: not measured"
    return (
        f"{first}; {facts['asked'] - facts['failed']} of {facts['asked']} requests answered, "
        f"{facts['unanswered_s']:.1f} s without an answer at most"
    )
