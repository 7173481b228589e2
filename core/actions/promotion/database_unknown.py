"""Whether a database step ran that the job's journal does not know of: then nothing is opened again.

A disk that lost what it had acknowledged can take the end of a journal with it. The host's tasks still tell.
"""

from core.actions.site import Bench
from core.errors import ConsoleError, Exit
from core.jobs.action import Context
from core.remote.task import NeverRan, list_tasks


async def refuse_if_unknown(ctx: Context, bench: Bench, environment: str) -> None:
    """Raise ConsoleError `database-step-found` where undoing would show customers code that does not fit the database."""
    if ctx.past_return:
        return
    site = bench.sites(environment)[0]
    for task in await list_tasks(ctx.host(site.address), site.layout.tasks):
        if task.id.startswith(f"{ctx.job_id}-database") and not isinstance(task.state, NeverRan):
            raise ConsoleError(
                "database-step-found",
                f"A database step of this job was run, and its journal does not know of it: task {task.id}.",
                where=site.address,
                remedy="The journal has lost its end, so the shop stays as it is. See what "
                f"{site.layout.tasks}/{task.id}/log says. `mageconsole lock {environment} release` gives the lock back; "
                "then promote the artifact again, which finishes what is pending, and open the "
                f"shop by `mageconsole maintenance {environment} off`.",
                exit_code=Exit.STOPPED,
            )
