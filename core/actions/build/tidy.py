"""Keeping the build host from filling up: old artifacts, what no job came back for, ended tasks."""

import shlex
from typing import Final

from core.actions.build.base import BuildAction, shell
from core.actions.running import expect, fenced
from core.actions.site import Site
from core.jobs.action import Context, Outcome
from core.model.plan import Step
from core.release.artifact import artifacts, available
from core.release.retention import artifacts_that_may_go
from core.remote.task import sweep

_KEPT_TASKS: Final = 200


class Tidy(BuildAction):
    """Keep the newest artifacts, and each that an environment has, whatever its age (decision 20).

    Which those are is the plan's option `keep_artifacts`, a list of ids; without it none is removed, and
    `artifacts_unknown` says why where the store is full.
    """

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Remove artifacts, their mark first, and what unfinished jobs left behind a day ago."""
        site, layout = self.site(step), self.layout(step)
        gone = await self._going(ctx, site)
        script = shell("tidy", store=artifacts(site.layout), works=layout.works, own=layout.work)
        names = "".join(f"{name}\n" for name in gone)
        result = await fenced(ctx, self.bench, site, script, payload=names.encode(), limit_s=step.limit_s)
        expect(result, "not-tidied", "Old artifacts could not be removed", where=site.address)
        await sweep(ctx.host(site.address), site.layout.tasks, _KEPT_TASKS)
        told = ctx.plan_options.get("artifacts_unknown")
        return Outcome(
            note=f"{len(gone)} old artifacts removed" if gone else "",
            warnings=(f"no artifact was removed: which are needed is unknown, {told}",) if told else (),
        )

    async def _going(self, ctx: Context, site: Site) -> tuple[str, ...]:
        needed = ctx.plan_options.get("keep_artifacts")
        if not isinstance(needed, list | tuple):
            return ()
        own = [str(ctx.facts(name).get("artifact", "")) for name in ("package", "known")]
        built = await available(ctx.host(site.address), site.layout)
        kept = {*map(str, needed), *own, *await self._sent(ctx, site)}
        return artifacts_that_may_go([info.id for info in built], site.environment.keep_releases, kept)

    async def _sent(self, ctx: Context, site: Site) -> list[str]:
        """Return what was sent in the last day: the environments were asked before the build, not now."""
        store = shlex.quote(artifacts(site.layout))
        script = f"find {store} -mindepth 2 -maxdepth 2 -name sent -mmin -1440 -printf '%h\\n'\n"
        result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
        told = expect(result, "not-tidied", "What was sent lately can't be seen", where=site.address)
        return [line.rpartition("/")[2] for line in told.decode("utf-8", "replace").splitlines()]
