"""`lock`."""

import time
from typing import Literal

import click
import msgspec

from core.cli.context import answer, console, interactive, run
from core.console.emergency import lock_of, release_lock
from core.console.figures import clock
from core.console.planning import environment_of
from core.errors import Exit, Refused
from core.remote.lock import Held
from core.text import one_line


def _told(address: str, held: Held | None) -> str:
    if held is None:
        return f"  {address:<28} free"
    claim = held.claim
    since = clock(claim.since) if claim.since else "an unknown time"
    tasks = f"; running: {', '.join(held.tasks)}" if held.tasks else ""
    return (
        f"  {address:<28} held by {one_line(claim.who)} on {one_line(claim.host)} since {since}: "
        f"{one_line(claim.what)} (job {one_line(claim.job)}), last sign of life {held.heartbeat_age_s} s ago{tasks}"
    )


@click.command()
@click.argument("environment")
@click.argument("action", type=click.Choice(["show", "release"]), default="show")
@click.option("--stop-tasks", is_flag=True, help="Stop what the old job still runs, instead of refusing.")
@click.option("--yes", is_flag=True, help="Release without a question.")
def lock(environment: str, action: str, stop_tasks: bool, yes: bool) -> int:
    """Who holds the lock of ENVIRONMENT; `release` gives a dead job's lock back."""
    door = console()
    found = environment_of(door.project, environment)

    async def show() -> dict[str, Held | None]:
        async with door.planner(environment) as planner:
            return await lock_of(planner.connections, door.project, found)

    held = run(show())
    lines = [_told(address, item) for address, item in held.items()]
    if action == "show":
        answer({address: msgspec.to_builtins(item) for address, item in held.items()}, lines)
        return int(Exit.DONE)
    tokens = {item.claim.token for item in held.values() if item is not None}
    if not tokens:
        answer({"released": False}, [f"{environment} is not locked"])
        return int(Exit.DONE)
    for line in lines:
        click.echo(line, err=True)
    if not yes and not (interactive() and click.confirm("Is that job gone for good?", default=False, err=True)):
        raise Refused("not-confirmed", "The lock was not released.", where=environment, remedy="Give --yes.")
    tasks: Literal["stop", "refuse"] = "stop" if stop_tasks else "refuse"

    async def release() -> None:
        async with door.planner(environment) as planner:
            for token in sorted(tokens):
                await release_lock(planner.connections, door.project, found, token, tasks)

    run(release())
    answer({"released": True, "at": time.time()}, [f"{environment} is free"])
    return int(Exit.DONE)
