"""Caches that hold old values of settings."""

from collections.abc import Sequence

from core.actions.hosts import on_all, sites_of
from core.actions.running import must, run_task
from core.actions.settings.place import root
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.magento.commands import argv
from core.model.plan import Step


async def clean(
    ctx: Context, bench: Bench, step: Step, site: Site, types: Sequence[str], task: str = "cache"
) -> None:
    """Clean types of caches on one host. Raises ConsoleError."""
    place = root(site, step)
    line = argv("cache:clean", *types, php=site.php, root=place)
    end = await run_task(ctx, bench, step, site, task, line, cwd=place)
    must(end, "clean-failed", "The caches could not be cleaned", site)


class CleanSettingsCaches:
    """Runs `cache:clean` for the step's types on every host: caches may be files, which each host has of its own."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Cleaning again does no harm."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Clean. A failure takes everything back: the shop would go on with old values."""
        types = step.args["types"]
        await on_all(sites_of(self._bench, step), lambda site: clean(ctx, self._bench, step, site, types))
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: bringing the hash back cleans them once more."""
        return Outcome()
