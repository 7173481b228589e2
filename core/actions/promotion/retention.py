"""Keeping N verified releases on the target, and never a live one less (decision 20)."""

from typing import Final

from core.actions.fences import fence_of
from core.actions.hosts import on_all, sites_of
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.release.inventory import Inventory, take_inventory
from core.release.retention import Removal, in_use, may_go, remove
from core.remote.task import sweep

_KEPT_TASKS: Final = 100


class Retention:
    """Removes what may go on every host; what can't be removed wholly is a warning."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether anything may go."""
        return Look.NOT_DONE if await self._going(ctx, step) else Look.DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Remove on all hosts at once."""
        going = await self._going(ctx, step)

        async def clear(site: Site) -> Removal:
            guard = fence_of(ctx, self._bench, site).guard
            removed = await remove(ctx.host(site.address), site.layout, going, guard=guard)
            # Every look at a host's lock looks at all of its tasks.
            await sweep(ctx.host(site.address), site.layout.tasks, _KEPT_TASKS)
            return removed

        removed = await on_all(sites_of(self._bench, step), clear)
        left = [
            f"{address}: files of {name} belong to others and stay"
            for address, item in removed.items()
            for name in item.left
        ]
        gone = sorted({name for item in removed.values() for name in item.removed})
        return Outcome(
            facts={"removed": gone}, note=f"removed {', '.join(gone)}" if gone else "", warnings=tuple(left)
        )

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: what is removed is removed."""
        return Outcome()

    async def _going(self, ctx: Context, step: Step) -> tuple[str, ...]:
        sites = sites_of(self._bench, step)
        keep = int(step.args["keep"])
        found = await on_all(sites, lambda site: take_inventory(ctx.host(site.address), site.layout))
        inventories: list[Inventory] = list(found.values())
        candidates = may_go(inventories, keep)
        if not candidates:
            return ()
        used = await on_all(sites, lambda site: in_use(ctx.host(site.address), site.layout, candidates))
        return may_go(inventories, keep, frozenset().union(*used.values()))
