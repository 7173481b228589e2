"""Keeping a secret that was typed or moved: in the keyring where there is one, else in memory for this run."""

from collections.abc import Awaitable, Callable

from core.console.secrets import Secrets
from core.secret import Secret
from core.settings.secrets.backend import Condition
from core.settings.secrets.name import SecretName

Ask = Callable[[str], Awaitable[str | None]]
"""Asks a person for the passphrase of a keyring's file; None: they don't give it."""


async def keep(secrets: Secrets, name: SecretName, value: Secret, ask: Ask) -> str:
    """Keep a secret, and return in a sentence where. Raises ConsoleError."""
    standing = await secrets.resolver.vault.standing()
    if standing.condition is Condition.NEEDS_PASSPHRASE:
        passphrase = await ask(standing.what)
        if passphrase:
            await secrets.resolver.vault.unlock(Secret(passphrase))
            standing = await secrets.resolver.vault.standing()
    if standing.condition is Condition.USABLE:
        await secrets.put(name, value)
        return "it is in the keyring"
    secrets.resolver.remember(name, value)
    return f"it is in memory for this run only. {standing.what}"
