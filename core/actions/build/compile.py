"""`setup:di:compile`, and the proof that it compiled."""

import shlex

from core.actions.build.base import BuildAction
from core.actions.running import must, run_task
from core.errors import ConsoleError
from core.jobs.action import Context, Outcome
from core.magento.commands import argv
from core.magento.compile_log import progress
from core.magento.output import reason
from core.model.plan import Step


class Compile(BuildAction):
    """Compile. A failed one leaves generated/code without generated/metadata."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Compile, and see that both halves are there."""
        site, layout = self.site(step), self.layout(step)
        command = argv("setup:di:compile", php=site.php, root=layout.work)

        def seen(output: bytes) -> None:
            done, total, _ = progress(output)
            if total:
                ctx.progress(done, total, "steps")

        end = await run_task(ctx, self.bench, step, site, "compile", command, cwd=layout.work, seen=seen)
        must(end, "compile-failed", "setup:di:compile failed", site, why=reason(end.tail, ""))
        work = shlex.quote(layout.work)
        script = f"[ -s {work}/generated/metadata/global.php ] && [ -d {work}/generated/code ]"
        there = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
        if there.exit == 1:
            raise ConsoleError(
                "compile-incomplete",
                "setup:di:compile ended with 0, but generated/metadata or generated/code is missing.",
                where=site.address,
                remedy=f"Look at its output in {end.log}.",
            )
        return Outcome()
