"""Keeping the build host from filling up: old artifacts, trees that no job came back for, ended tasks."""

from collections.abc import Sequence
from typing import Final

from core.actions.build.base import BuildAction, shell
from core.actions.running import expect, fenced
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.release.artifact import Info, artifacts, available
from core.remote.task import sweep

_KEPT_TASKS: Final = 200


def superfluous(built: Sequence[Info], keep: int, needed: Sequence[str]) -> tuple[str, ...]:
    """Return the artifacts that may go: all but the newest `keep`, and never one that is needed. Pure.

    `built`: the newest first.
    """
    wanted = set(needed)
    return tuple(info.id for info in built[max(keep, 1) :] if info.id not in wanted)


class Tidy(BuildAction):
    """Keep the newest artifacts, and each that an environment has, whatever its age (decision 20).

    Which those are is the plan's option `keep_artifacts`, a list of ids; without it none is removed.
    """

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether an artifact can go."""
        return Look.NOT_DONE if await self._superfluous(ctx, step) else Look.DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Remove artifacts, their mark first, and what unfinished jobs left behind a day ago."""
        site, layout = self.site(step), self.layout(step)
        gone = await self._superfluous(ctx, step)
        script = shell("tidy", store=artifacts(site.layout), works=layout.works, own=layout.work)
        names = "".join(f"{name}\n" for name in gone)
        result = await fenced(ctx, self.bench, site, script, payload=names.encode(), limit_s=step.limit_s)
        expect(result, "not-tidied", "Old artifacts could not be removed", where=site.address)
        await sweep(ctx.host(site.address), site.layout.tasks, _KEPT_TASKS)
        return Outcome(note=f"{len(gone)} old artifacts removed")

    async def _superfluous(self, ctx: Context, step: Step) -> tuple[str, ...]:
        needed = ctx.plan_options.get("keep_artifacts")
        if not isinstance(needed, list | tuple):
            return ()
        site = self.site(step)
        own = [str(ctx.facts(name).get("artifact", "")) for name in ("package", "known")]
        built = await available(ctx.host(site.address), site.layout)
        return superfluous(built, site.environment.keep_releases, [*map(str, needed), *own])
