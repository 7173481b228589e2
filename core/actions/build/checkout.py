"""A clean tree of exactly one commit, made anew for each job."""

import shlex
from typing import Final

from core.actions.build.base import BuildAction, shell
from core.actions.running import expect, fenced, must, run_task
from core.errors import ConsoleError
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step

_NO_LFS: Final = 43
_NO_SUBMODULE: Final = 44


class Checkout(BuildAction):
    """Make the work tree; its mark beside it says that it is whole, and whose."""

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether this job has made it already. The tree of another job is never taken for clean."""
        site, layout = self.site(step), self.layout(step)
        host = ctx.host(site.address)
        mark, work = shlex.quote(layout.checked_out), shlex.quote(layout.work)
        expected = shlex.quote(f"{ctx.job_id} {layout.commit}")
        script = f'[ -d {work} ] && [ -f {mark} ] && [ "$(cat {mark})" = {expected} ] && echo yes || echo no'
        result = await host.sh(script, limit_s=site.environment.timeouts.command)
        seen = expect(result, "tree-unknown", "The work tree can't be looked at", where=site.address)
        return Look.DONE if seen.split() == [b"yes"] else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Check out, without what was built elsewhere and committed."""
        site, layout = self.site(step), self.layout(step)
        script = shell(
            "checkout",
            mirror=layout.mirror,
            work=layout.work,
            commit=layout.commit,
            mark=layout.checked_out,
            owner=ctx.job_id,
        )
        end = await run_task(ctx, self.bench, step, site, "checkout", script)
        if end.exit == _NO_LFS:
            raise ConsoleError(
                "lfs-missing",
                "The repository keeps files with git-lfs, which the build host does not have.",
                where=site.address,
                remedy="Install git-lfs there; without it the artifact would hold pointers in place of files.",
            )
        if end.exit == _NO_SUBMODULE:
            must(
                end,
                "submodule-failed",
                "The repository's submodules could not be fetched",
                site,
                remedy="The user of the build needs a key for each of their repositories.",
            )
        must(end, "checkout-failed", "The commit could not be checked out", site)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Remove the work tree."""
        site, layout = self.site(step), self.layout(step)
        paths = shlex.join([layout.work, f"{layout.work}.new", f"{layout.work}.index", layout.checked_out])
        script = f"rm -f {shlex.quote(layout.checked_out)}\nrm -rf {paths}\n"
        result = await fenced(ctx, self.bench, site, script, limit_s=max(step.limit_s, 600.0))
        expect(result, "work-left", "The work tree could not be removed", where=site.address)
        return Outcome(note="work tree removed")
