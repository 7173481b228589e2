"""Keeping a secret that was typed or moved: in the keyring where there is one, else in memory for this run."""

from collections.abc import Awaitable, Callable

from core.console.secrets import Secrets
from core.errors import ConsoleError
from core.secret import Secret
from core.settings.secrets.backend import Condition
from core.settings.secrets.name import SecretName

Ask = Callable[[str], Awaitable[str | None]]
"""Asks a person for the passphrase of a keyring's file; None: they don't give it."""


_TRIES = 3


async def unlock(secrets: Secrets, ask: Ask) -> None:
    """Ask for the passphrase of a keyring that is an encrypted file, again when it does not fit. Raises ConsoleError."""
    vault = secrets.resolver.vault
    standing = await vault.standing()
    if standing.condition is not Condition.NEEDS_PASSPHRASE:
        return
    said = f"{standing.what} {'Give its passphrase.' if await vault.holds_some() else standing.remedy}"
    for left in reversed(range(_TRIES)):
        passphrase = await ask(said)
        if not passphrase:
            return
        try:
            await vault.unlock(Secret(passphrase))
        except ConsoleError as error:
            if error.code != "keyring-passphrase" or not left:
                raise
            said = f"{error.what} {error.remedy}"
        else:
            return


async def keep(secrets: Secrets, name: SecretName, value: Secret, ask: Ask) -> str:
    """Keep a secret, and return in a sentence where. Raises ConsoleError."""
    await unlock(secrets, ask)
    standing = await secrets.resolver.vault.standing()
    if standing.condition is Condition.USABLE:
        await secrets.put(name, value)
        return "it is in the keyring"
    secrets.resolver.remember(name, value)
    return f"it is in memory for this run only. {standing.what}"
