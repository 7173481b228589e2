"""`settings`: one group, its commands in modules of their own, loaded when called."""

from typing import Final

import click

from core.cli.lazy_group import LazyGroup

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


@click.group(cls=LazyGroup, modules=_COMMANDS)
def settings() -> None:
    """Shared, system-specific and sensitive settings: what they are, what would change, the secrets."""
