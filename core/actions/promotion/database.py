"""The database step: import or upgrade, once per database, on one host (design, section 5)."""

import shlex

from core.actions.hosts import sites_of
from core.actions.running import Overdue, expect, fenced, must, run_task, task_id
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Context, Look, Outcome
from core.magento.output import reason
from core.model.plan import Step
from core.remote.task import list_tasks, lives


def kept_config(site: Site, release: str) -> str:
    """Return where config.php is kept while `setup:upgrade` may rewrite it."""
    return f"{site.layout.mark(release)}/config.php"


class Database:
    """Runs one of Magento's commands that write to the database, as a remote task."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """The runner's journal knows; a task that began is joined."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Run it to its end."""
        (site,) = sites_of(self._bench, step)
        release = str(step.args["release"])
        name = str(step.args["command"])
        root = site.layout.release(release)
        await self._refuse_beside_another(ctx, step, site, name.replace(":", "-"))
        await self._keep_config(ctx, site, release)
        command = tuple(step.args["argv"])
        # Killed in the middle, it would leave the database half changed: only a person may do that.
        follows = Overdue(name, ctx.job_id, step.limit_s)
        end = await run_task(
            ctx, self._bench, step, site, name.replace(":", "-"), command, cwd=root, follows=follows
        )
        must(
            end,
            "database-step-failed",
            f"{name} failed; the database may be changed in part",
            site,
            why=reason(end.tail, ""),
            remedy="The shop stays closed. Mend the cause and resume the job, which runs the command again.",
        )
        return Outcome(facts={"command": name})

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Never by itself: what the command did to the database can't be taken back."""
        return Outcome()

    async def _refuse_beside_another(self, ctx: Context, step: Step, site: Site, name: str) -> None:
        """Refuse to run while an earlier try lives on: its wrapper may be gone and its command not."""
        own = task_id(ctx, site, name)
        for task in await list_tasks(ctx.host(site.address), site.layout.tasks):
            if task.job == self._bench.job_id and task.id != own and lives(task.state):
                raise ConsoleError(
                    "still-running",
                    f"An earlier try of this step still runs: task {task.id}. It was not started again.",
                    where=site.address,
                    remedy=f"Wait until it has ended ({site.layout.tasks}/{task.id}/log tells), then resume the job.",
                )

    async def _keep_config(self, ctx: Context, site: Site, release: str) -> None:
        kept = shlex.quote(kept_config(site, release))
        config = shlex.quote(f"{site.layout.release(release)}/app/etc/config.php")
        script = f"[ -e {kept} ] || {{ cp -p {config} {kept}.new && mv -f {kept}.new {kept}; }}\n"
        expect(
            await fenced(ctx, self._bench, site, script),
            "config-not-kept",
            "A copy of config.php can't be kept before the database step",
            where=site.address,
        )
