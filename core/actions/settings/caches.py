"""Caches that hold old values of settings."""

from core.actions.hosts import sites_of
from core.actions.running import must, run_task
from core.actions.settings.place import root
from core.actions.site import Bench
from core.jobs.action import Context, Look, Outcome
from core.magento.commands import argv
from core.model.plan import Step


class CleanSettingsCaches:
    """Runs `cache:clean` for the step's types on one host: caches belong to the environment, not to a host."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Cleaning again does no harm."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Clean. A failure takes everything back: the shop would go on with old values."""
        site = sites_of(self._bench, step)[0]
        place = root(site, step)
        line = argv("cache:clean", *step.args["types"], php=site.php, root=place)
        end = await run_task(ctx, self._bench, step, site, "cache", line, cwd=place)
        must(end, "clean-failed", "The caches could not be cleaned", site)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: bringing the hash back cleans them once more."""
        return Outcome()
