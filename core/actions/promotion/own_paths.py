"""Refusing hosts that share the path, before anything is transferred there."""

from core.actions.checks.own_paths import REMEDY, sharing, told
from core.actions.fences import fence_of
from core.actions.hosts import sites_of
from core.actions.site import Bench
from core.errors import Refused
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step


class OwnPaths:
    """Writes a marker on each host under the lock, looks for it on the others, and takes it away again."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always looked at."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Refuse when two hosts see one directory."""
        sites = sites_of(self._bench, step)
        guard = fence_of(ctx, self._bench, sites[0]).guard
        pairs = await sharing(sites, ctx.host, guard)
        if pairs:
            raise Refused("path-shared", f"{told(pairs)}.", where=sites[0].environment.name, remedy=REMEDY)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
