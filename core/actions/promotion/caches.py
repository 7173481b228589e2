"""Flushing caches after the switch, and cleaning `config` before it (decision 9)."""

from core.actions.hosts import on_all, sites_of
from core.actions.running import must, run_task
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.magento.commands import argv
from core.magento.output import reason
from core.model.plan import Step


class Flush:
    """Runs a cache command from the new release on every host.

    A cache in files is each host's and each release's own: one that a release kept from when it was live before
    would serve old settings. For one in Redis it is done once more, which does no harm.

    `cache:flush` right after the switch, `cache:clean config` right before it.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Flushing again does no harm."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Flush. A failure stops the job: old entries would be served by the new code."""
        command, *words = step.args["cache"]

        async def one(site: Site) -> None:
            root = site.layout.release(str(step.args["release"]))
            line = argv(command, *words, php=site.php, root=root)
            end = await run_task(ctx, self._bench, step, site, "cache", line, cwd=root)
            must(end, "flush-failed", f"{command} failed", site, why=reason(end.tail, ""))

        await on_all(sites_of(self._bench, step), one)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """The switch back happens after this undo, so caches are flushed again by its own undo."""
        return Outcome()
