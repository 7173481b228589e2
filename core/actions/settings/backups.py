"""Keeping backups of env.php and config.php few."""

from core.actions import replacing
from core.actions.hosts import on_all, sites_of
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step


class PruneBackups:
    """Keeps the newest backups of env.php and config.php: they hold the encryption key (decision 30)."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Looking again does no harm."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Remove all but the newest."""
        name = "config.php" if step.args.get("file") == "config" else "env.php"

        async def one(site: Site) -> None:
            script = replacing.prune(site.layout.backups, name)
            result = await fenced(ctx, self._bench, site, script)
            expect(result, "not-pruned", "Old backups can't be removed", where=site.address)

        await on_all(sites_of(self._bench, step), one)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
