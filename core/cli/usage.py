"""Errors of the command line as they are told: with a code, and what to do; wrong usage too."""

import difflib
from collections.abc import Iterable
from typing import Any

import click
import msgspec

from core.errors import ConsoleError, Exit
from core.text import one_line


def usage_error(error: click.ClickException, commands: Iterable[str]) -> ConsoleError:
    """Return the error for a person; `commands`: the names that there are."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "mageconsole"
    remedy = f"See `{path} --help`."
    if context is not None:
        remedy = f"{one_line(context.command.get_usage(context))}; `{path} --help` tells more."
    code = _code(error)
    if code == "no-such-command":
        remedy = f"{_nearest(error, commands)}There are {', '.join(sorted(commands))}."
    return ConsoleError(code, one_line(error.format_message()), remedy=remedy, exit_code=Exit.USAGE)


def document(error: ConsoleError) -> dict[str, Any]:
    """Return an error as `--json` answers with it; of environments.toml with each of its mistakes."""
    told = {"code": error.code, "what": error.what, "where": error.where, "remedy": error.remedy}
    several = getattr(error, "mistakes", ())
    more = {"mistakes": msgspec.to_builtins(several)} if several else {}
    return {"error": {**told, "exit_code": int(error.exit_code), **more}}


def _code(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        return "no-such-option"
    if isinstance(error, click.MissingParameter):
        return "missing-argument"
    if isinstance(error, click.BadParameter):
        return "wrong-argument"
    # Older click has no class of its own for it.
    return "no-such-command" if error.message.startswith("No such command") else "wrong-usage"


def _nearest(error: click.ClickException, commands: Iterable[str]) -> str:
    wrong = error.message.partition("'")[2].partition("'")[0]
    near = difflib.get_close_matches(wrong, list(commands), 1)
    return f"Did you mean {near[0]}? " if near else ""
