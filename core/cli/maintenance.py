"""`maintenance`."""

import click
import msgspec

from core.cli.context import answer, console, run
from core.console.answers import Flagged
from core.console.emergency import maintenance as set_maintenance
from core.console.planning import environment_of
from core.environments.model import Role
from core.errors import Exit


@click.command()
@click.argument("environment")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option("--anyway", is_flag=True, help="Though a job holds the lock.")
def maintenance(environment: str, state: str, anyway: bool) -> int:
    """Close (on) or open (off) ENVIRONMENT by the flag file itself; works without PHP and database."""
    door = console()
    found = environment_of(door.project, environment, Role.STAGING, Role.PRODUCTION)

    async def work() -> tuple[Flagged, ...]:
        async with door.planner(environment) as planner:
            return await set_maintenance(planner.connections, door.project, found, state == "on", anyway=anyway)

    hosts = run(work())
    lines = [f"  {'ok' if item.done else 'FAILED':<7} {item.address}: {item.what}" for item in hosts]
    answer([msgspec.to_builtins(item) for item in hosts], lines)
    done = [item.done for item in hosts]
    return int(Exit.DONE if all(done) else Exit.STOPPED if any(done) else Exit.FAILED)
