"""What every command begins with: the project, and running one coroutine to its end."""

import asyncio
import json
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import click

from core.console.console import Console
from core.environments.find import find
from core.environments.load import load

T = TypeVar("T")


def console() -> Console:
    """Return the console of the environments.toml that the command line names. Raises EnvironmentsError."""
    given = click.get_current_context().find_root().obj
    return Console(load(find(given["file"])))


def as_json() -> bool:
    """Whether the answer is asked for as JSON."""
    return bool(click.get_current_context().find_root().obj["json"])


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine; Ctrl-C ends it."""
    return asyncio.run(work)


def tell(text: str = "") -> None:
    """Narrate: standard error, so that standard output holds data alone."""
    click.echo(text, err=True)


def answer(data: Any, lines: list[str]) -> None:
    """Give the answer: one JSON document, or lines for people."""
    if as_json():
        click.echo(json.dumps(data, ensure_ascii=False, sort_keys=True))
        return
    for line in lines:
        click.echo(line)


def interactive() -> bool:
    """Whether a person can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()
