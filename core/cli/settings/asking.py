"""Secrets that a person types without echo, or that come on standard input: never in an argument."""

import sys

import click

from core.cli.context import interactive
from core.console.secrets import Secrets
from core.errors import ConsoleError, Exit
from core.secret import Secret
from core.settings.secrets.backend import Condition


def _typed(question: str, *, twice: bool = False) -> Secret:
    """Return what a person types without echo."""
    typed: str = click.prompt(question, hide_input=True, confirmation_prompt=twice, err=True)
    return Secret(typed)


def read_secret(question: str) -> Secret:
    """Return what a person types twice without echo, or else all of standard input without its last line's end."""
    if interactive():
        return _typed(question, twice=True)
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise ConsoleError(
            "secret-not-text", "What came on standard input is not UTF-8.", exit_code=Exit.USAGE
        ) from None
    return Secret(text.removesuffix("\n").removesuffix("\r"))


async def unlock(secrets: Secrets) -> None:
    """Ask for the passphrase of a keyring that is an encrypted file, where there is a person to ask."""
    standing = await secrets.resolver.vault.standing()
    if standing.condition is not Condition.NEEDS_PASSPHRASE or not interactive():
        return
    await secrets.resolver.vault.unlock(_typed("Passphrase of the keyring's file"))
