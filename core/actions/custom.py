"""A step of the shop's own: a line for sh in the checkout or the new release, and the line that undoes it."""

from core.actions.hosts import on_all, sites_of
from core.actions.running import must, own_tree, run_task
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step


class Custom:
    """Runs the line on each of the step's hosts at once, as a task that outlives the connection."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Only the shop knows; so it has not been done."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Run the line."""
        await self._everywhere(ctx, step, "run")
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Run the line that takes it back."""
        if not step.args.get("undo"):
            return Outcome()
        await self._everywhere(ctx, step, "undo")
        return Outcome()

    async def _everywhere(self, ctx: Context, step: Step, which: str) -> None:
        environment = {
            "MAGECONSOLE_ENVIRONMENT": str(step.args.get("environment", "")),
            "MAGECONSOLE_JOB": ctx.job_id,
            "MAGECONSOLE_DIRECTORY": str(step.args["directory"]),
            **own_tree(str(step.args["directory"])),
        }

        async def one(site: Site) -> None:
            end = await run_task(
                ctx,
                self.bench,
                step,
                site,
                which,
                str(step.args[which]),
                cwd=str(step.args["directory"]),
                environment={**environment, "MAGECONSOLE_HOST": site.address},
            )
            what = step.title if which == "run" else f"{step.title} (undo)"
            must(end, "custom-step-failed", f"The step {what!r} failed", site)

        await on_all(sites_of(self.bench, step), one)
