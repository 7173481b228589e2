"""`build`."""

import click

from core.cli.context import console, run, tell
from core.cli.following import follow_to_end


@click.command()
@click.option(
    "--ref", default="", metavar="REF", help="A branch, tag or commit; else the branch of environments.toml."
)
def build(ref: str) -> int:
    """Make an artifact of a commit on the build system."""
    door = console()

    async def work() -> int:
        async with door.planner() as planner:
            plan = await planner.build(ref, door.options({}))
        job = await door.start(plan)
        return await follow_to_end(door, job)

    code = run(work())
    if code == 0:
        tell("next:  mageconsole promote build staging")
    return code
