"""`settings`: one group, its commands in modules of their own, loaded when called."""

import importlib
from typing import Final

import click

_COMMANDS: Final = {
    "adopt": ("core.cli.settings.adopt", "Declare what a system has."),
    "apply": ("core.cli.settings.apply", "Make an environment as it is declared."),
    "diff": ("core.cli.settings.diff", "Two environments, or one with what is declared for it."),
    "ignore": ("core.cli.settings.ignore", "Let a difference be, until a day."),
    "reclassify": ("core.cli.settings.reclassify", "Move a setting from one kind to another."),
    "set": ("core.cli.settings.change", "Declare a value, or change a shared one on development."),
    "show": ("core.cli.settings.show", "What the settings are, and where each comes from."),
    "unset": ("core.cli.settings.change", "Take a declaration, or a shared value, away."),
    "secret": ("core.cli.settings.secret", "Keep the values of sensitive settings."),
}


class _Commands(click.Group):
    """Loads a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(_COMMANDS[cmd_name][0])
        found: click.Command = module.set_ if cmd_name == "set" else getattr(module, cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in sorted(_COMMANDS.items())])


@click.group(cls=_Commands)
def settings() -> None:
    """Shared, system-specific and sensitive settings: what they are, what would change, the secrets."""
