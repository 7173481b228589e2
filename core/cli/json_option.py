"""`--json` behind a command, where people write it; before all commands it means the same."""

from typing import Any

import click


def _take(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_root().obj["json"] = True


def json_option(function: Any) -> Any:
    """Add the option to a command."""
    return click.option(
        "--json", is_flag=True, expose_value=False, callback=_take, help="Answer with one JSON document."
    )(function)


def with_json(command: click.Command) -> click.Command:
    """Return a command whose answer can be asked for as JSON behind it, and behind each command of its group."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            with_json(one)
    elif all("--json" not in option.opts for option in command.params):
        json_option(command)
    return command
