"""Flushing caches after the switch, and cleaning `config` before it (decision 9)."""

from core.actions.hosts import sites_of
from core.actions.running import must, run_task
from core.actions.site import Bench
from core.jobs.action import Context, Look, Outcome
from core.magento.commands import argv
from core.model.plan import Step


class Flush:
    """Runs `cache:flush` from the new release on one host: caches belong to the environment, not to a host."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Flushing again does no harm."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Flush. A failure stops the job: old entries would be served by the new code."""
        for site in sites_of(self._bench, step):
            root = site.layout.release(str(step.args["release"]))
            end = await run_task(
                ctx, self._bench, step, site, "flush", argv("cache:flush", php=site.php, root=root), cwd=root
            )
            must(end, "flush-failed", "The caches were not flushed", site)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """The switch back happens after this undo, so caches are flushed again by its own undo."""
        return Outcome()
