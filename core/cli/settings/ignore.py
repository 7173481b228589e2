"""`settings ignore`: a difference that is let be until a day, in environments.toml."""

import datetime

import click

from core.cli.context import answer, console
from core.cli.json_option import json_option
from core.cli.settings.change import declare
from core.cli.settings.common import SYSTEMS, key_of, scoped
from core.console import declaring
from core.console.planning import environment_of
from core.errors import ConsoleError, Exit
from core.settings.until import until


@click.command()
@click.argument("environment")
@click.argument("path")
@scoped
@click.option("--env", "outside", is_flag=True, help="PATH is a key of env.php outside `system`.")
@click.option(
    "--until", "day", default="", metavar="DAY", help="2030-01-31, or a number of days; itself included."
)
@click.option("--no-more", is_flag=True, help="Tell the difference again.")
@json_option
def ignore(
    environment: str, path: str, scope: str, scope_code: str, outside: bool, day: str, no_more: bool
) -> int:
    """Let a difference of PATH on ENVIRONMENT be until a day: it is neither told nor applied meanwhile."""
    door = console()
    found = environment_of(door.project, environment, *SYSTEMS)
    if bool(day) == no_more:
        raise click.UsageError("Say --until DAY, or --no-more.")
    name = path if outside else str(key_of(path, scope, scope_code))
    last = None if no_more else until(day, datetime.date.today())
    placed = declaring.ignored(found, name, last)
    if no_more and not placed:
        raise ConsoleError(
            "not-ignored", f"Nothing is let be about {name}.", where=environment,
            remedy=f"`mageconsole settings diff {environment}` shows what is.", exit_code=Exit.USAGE,
        )  # fmt: skip
    declare(door, placed)
    told = f"is let be until {last}" if last else "is told again"
    answer(
        {"ignored": name, "environment": environment, "until": last.isoformat() if last else None},
        [f"{name} on {environment} {told}"],
    )
    return int(Exit.DONE)
