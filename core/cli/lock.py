"""`lock`."""

import time
from typing import Literal

import click
import msgspec

from core.cli.context import answer, console, interactive, run
from core.cli.status import unfinished_lines
from core.console.console import Console
from core.console.emergency import lock_of, release_lock
from core.console.figures import clock
from core.console.planning import environment_of
from core.console.unfinished import unfinished
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


def _left(door: Console, environment: str, jobs: set[str]) -> list[str]:
    """Say what releasing the lock leaves behind: it takes back nothing that the job did."""
    known = unfinished(door.store, environment)
    lines = [f"  {one_line(line, 400)}" for job in known for line in unfinished_lines(job)]
    others = ", ".join(sorted(one_line(job) for job in jobs - {job.id for job in known} if job))
    if others:
        lines.append(
            f"  What job {others} did there stays, half way as it may be: `mageconsole check {environment}` looks."
        )
    return [*lines, "  Releasing the lock puts nothing back: neither cron, nor flags, nor links."]


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
    for line in [*lines, *_left(door, environment, {item.claim.job for item in held.values() if item})]:
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
