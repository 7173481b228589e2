"""Finding a secret: the sources in their order, each answer with where it came from."""

import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from core.errors import ConsoleError
from core.secret import Secret
from core.settings.secrets.asking import ask
from core.settings.secrets.backend import Condition
from core.settings.secrets.name import SecretName
from core.settings.secrets.vault import Vault
from core.text import one_line


class Origin(StrEnum):
    """Where a secret came from, the first that has it; in this order."""

    VARIABLE = "variable"
    COMMAND = "command"
    KEYRING = "keyring"
    MEMORY = "memory"
    """Typed in for this run; kept nowhere."""
    NOWHERE = "nowhere"


ORDER: Final = (Origin.VARIABLE, Origin.COMMAND, Origin.KEYRING, Origin.MEMORY)


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What the sources said of one secret."""

    name: SecretName
    secret: Secret | None
    origin: Origin
    detail: str = ""
    """The variable, the command, the keyring; never the value."""
    notes: tuple[str, ...] = ()
    """What was in the way at the sources that were asked before."""


class Resolver:
    """The secrets of one project.

    command: the words of `secret_command`, empty when there is none. `memory` holds what was typed for this run.
    """

    def __init__(
        self,
        vault: Vault,
        command: tuple[str, ...] = (),
        *,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.vault = vault
        self._command = command
        self._variables = os.environ if variables is None else variables
        self._memory: dict[SecretName, Secret] = {}

    def remember(self, name: SecretName, secret: Secret) -> None:
        """Keep a secret in memory for this run only."""
        self._memory[name] = secret

    def forget(self, name: SecretName) -> bool:
        """Drop a secret from memory; whether it was there."""
        return self._memory.pop(name, None) is not None

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources in their order, as they are shown."""
        command = " ".join(self._command)
        return (
            "a variable MAGECONSOLE_SECRET_...",
            f"the command `{one_line(command, 120)}`"
            if command
            else "a command: none is named (secret_command)",
            "the keyring",
            "memory, for this run only",
        )

    async def find(self, name: SecretName) -> Found:
        """Return the secret from the first source that has it. A source that fails is noted, not raised."""
        given = self._variables.get(name.variable)
        if given:
            return Found(name=name, secret=Secret(given), origin=Origin.VARIABLE, detail=name.variable)
        notes: list[str] = []
        if self._command:
            words = name.command(self._command)
            told = await ask(words)
            if told.secret is not None:
                detail = one_line(" ".join(words), 160)
                return Found(name=name, secret=told.secret, origin=Origin.COMMAND, detail=detail)
            notes.append(f"{one_line(' '.join(words), 160)}: {told.why}")
        kept = await self._kept(name, notes)
        if kept is not None:
            detail = (await self.vault.standing()).name
            return Found(name=name, secret=kept, origin=Origin.KEYRING, detail=detail, notes=tuple(notes))
        typed = self._memory.get(name)
        origin = Origin.NOWHERE if typed is None else Origin.MEMORY
        return Found(name=name, secret=typed, origin=origin, notes=tuple(notes))

    async def _kept(self, name: SecretName, notes: list[str]) -> Secret | None:
        standing = await self.vault.standing()
        if standing.condition is not Condition.USABLE:
            notes.append(f"keyring: {standing.what}")
            return None
        try:
            return await self.vault.get(name)
        except ConsoleError as error:
            notes.append(f"keyring: {error.what}")
            return None

    async def find_all(self, names: Iterable[SecretName]) -> dict[SecretName, Found]:
        """Return what is known of several secrets, one after the other: a store may ask a person."""
        return {name: await self.find(name) for name in dict.fromkeys(names)}
