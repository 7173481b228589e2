"""`build`."""

import click

from core.cli.context import console, run, tell
from core.cli.following import follow_to_end
from core.jobs.store import Job


@click.command()
@click.option(
    "--ref", default="", metavar="REF", help="A branch, tag or commit; else the branch of environments.toml."
)
def build(ref: str) -> int:
    """Make an artifact of a commit on the build system."""
    door = console()

    async def work() -> Job:
        async with door.planner() as planner:
            plan = await planner.build(ref, door.options({}))
        return await door.start(plan)

    code = follow_to_end(door, run(work()))
    if code == 0:
        tell("next:  mageconsole promote build staging")
    return code
