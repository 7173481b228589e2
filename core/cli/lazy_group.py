"""A group of commands in modules of their own, each loaded when it is called: `--help` connects to nothing."""

import importlib
from collections.abc import Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """`modules`: where each command lies, and what it does in a line.

    The function of a command is named like it; one that Python knows already ends with an underscore.
    """

    def __init__(self, *arguments: Any, modules: Mapping[str, tuple[str, str]], **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, of those that are not loaded too."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in self._modules:
            return None
        module = vars(importlib.import_module(self._modules[cmd_name][0]))
        found: click.Command = module.get(cmd_name) or module[f"{cmd_name}_"]
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(self._modules.items())])
