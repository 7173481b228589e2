"""Taking and giving back the lock of an environment, on all of its hosts (decision 22)."""

import os
import shlex
import time

from core.actions.fences import directory_of, fence_of, make_fence, token_of
from core.actions.running import expect
from core.actions.site import Bench, Site
from core.errors import Refused
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.remote.lock import Claim, Held, HeldBy, acquire, holder


def _environment(step: Step) -> str:
    return str(step.args["environment"])


def _ago(seconds: int) -> str:
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def locked(environment: str, address: str, held: Held) -> Refused:
    """Return the error that says who holds the lock, from where, since when, for what."""
    claim = held.claim
    since = time.strftime("%Y-%m-%d %H:%M:%S %Z", time.localtime(claim.since)) if claim.since else "unknown"
    alive = f"last sign of life {_ago(held.heartbeat_age_s)}"
    running = f"; running there: {', '.join(held.tasks)}" if held.tasks else ""
    return Refused(
        "locked",
        f"{environment} is locked by {claim.who} on {claim.host} since {since}: {claim.what or 'unknown'} "
        f"(job {claim.job or 'unknown'}, {alive}{running}).",
        where=address,
        remedy=f"Wait for it. If it stopped: `mageconsole jobs resume {claim.job or 'JOB'}` goes on with it, "
        f"`jobs abandon` gives it up. When it is gone for good: `mageconsole lock {environment} release`.",
    )


class Lock:
    """Take the lock on every host of the environment, or on none."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether this job holds the lock on every host."""
        name = _environment(step)
        token = token_of(ctx.job_id, name)
        for site in self.bench.sites(name):
            if not await self._has_directory(ctx, site):
                return Look.NOT_DONE
            held = await holder(ctx.host(site.address), site.layout.dot)
            if held is None or held.claim.token != token:
                return Look.NOT_DONE
        self.bench.fences[name] = make_fence(ctx, self.bench, name)
        return Look.DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Take it. Raises Refused `locked` when somebody else holds it."""
        name = _environment(step)
        sites = self.bench.sites(name)
        for site in sites:
            await self._make_directory(ctx, site)
        claim = Claim(
            token=token_of(ctx.job_id, name),
            who=self.bench.who.user,
            host=self.bench.who.machine,
            pid=os.getpid(),
            job=ctx.job_id,
            what=self.bench.what,
        )
        hosts = {site.address: ctx.host(site.address) for site in sites}
        taken = await acquire(hosts, directory_of(self.bench, name), claim)
        if isinstance(taken, HeldBy):
            raise locked(name, taken.address, taken.held)
        self.bench.fences[name] = taken
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Give the lock back."""
        return await give_back(ctx, self.bench, _environment(step))

    async def _has_directory(self, ctx: Context, site: Site) -> bool:
        script = f"[ -d {shlex.quote(site.layout.dot)} ]"
        result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
        return result.exit == 0

    async def _make_directory(self, ctx: Context, site: Site) -> None:
        """Make `.mageconsole`, the one thing that is made without a lock: the lock lies in it."""
        script = f"umask {site.umask}\nmkdir -p {shlex.quote(site.layout.dot)}"
        result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
        expect(
            result,
            "not-writable",
            f"{site.layout.dot} can't be made",
            where=site.address,
            remedy=f"Create {site.path} and give it to the user that commands run as.",
        )


async def give_back(ctx: Context, bench: Bench, environment: str) -> Outcome:
    """Give an environment's lock back where this job holds it."""
    site = bench.sites(environment)[0]
    await fence_of(ctx, bench, site).release()
    bench.fences.pop(environment, None)
    return Outcome()


class Unlock:
    """Give the lock back, at the end or before a person is waited for."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether this job's lock is gone from every host."""
        name = _environment(step)
        token = token_of(ctx.job_id, name)
        for site in self.bench.sites(name):
            held = await holder(ctx.host(site.address), site.layout.dot)
            if held is not None and held.claim.token == token:
                return Look.NOT_DONE
        self.bench.fences.pop(name, None)
        return Look.DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Give it back."""
        return await give_back(ctx, self.bench, _environment(step))

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: a lock that was given back is taken again by a step of its own."""
        return Outcome()
