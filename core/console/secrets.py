"""The secrets of one project, for those who look: where each comes from, storing and forgetting."""

from collections.abc import Iterable
from pathlib import Path

import msgspec
import platformdirs

from core.environments.model import Environment, Project
from core.errors import Refused
from core.secret import Secret
from core.settings.secrets.fingerprint_key import read_key
from core.settings.secrets.known import Known
from core.settings.secrets.name import SecretName, slug
from core.settings.secrets.resolver import Found, Origin, Resolver
from core.settings.secrets.unfit import refuse_unfit
from core.settings.secrets.vault import Vault
from core.settings.value import fingerprint


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one secret; never its value."""

    environment: str
    path: str
    origin: Origin
    detail: str = ""
    notes: tuple[str, ...] = ()
    declared: bool = False
    """Whether environments.toml names the path under `sensitive`."""
    fingerprint: str = ""
    variable: str = ""
    """The variable that would give it."""


class Secrets:
    """One project's secrets. `place`: where the names and the key of the fingerprints lie, the operator's own."""

    def __init__(
        self, project: Project, *, resolver: Resolver | None = None, place: Path | None = None
    ) -> None:
        self._project = project
        folder = place or platformdirs.user_state_path("mageconsole") / "secrets"
        self._known = Known(folder / f"{slug(project.name)}.json")
        self._key = folder / f"{slug(project.name)}.key"
        self.resolver = resolver or Resolver(Vault(project.name), project.secret_command)

    def key(self) -> bytes:
        """Return the key by which this project's secrets are compared. Raises ConsoleError."""
        return read_key(self._key)

    def names(self, environment: Environment) -> tuple[SecretName, ...]:
        """Return the secrets that environments.toml declares, then those that were stored from here."""
        declared = [SecretName(environment.name, path) for path in environment.sensitive]
        stored = [name for name in self._known.names() if name.environment == environment.name]
        return tuple(dict.fromkeys([*declared, *stored]))

    async def list(self, environment: Environment) -> tuple[Kept, ...]:
        """Return where each secret of an environment comes from."""
        key = self.key()
        found = await self.resolver.find_all(self.names(environment))
        return tuple(self._told(one, environment, key) for one in found.values())

    def _told(self, found: Found, environment: Environment, key: bytes) -> Kept:
        return Kept(
            environment=found.name.environment,
            path=found.name.path,
            origin=found.origin,
            detail=found.detail,
            notes=found.notes,
            declared=found.name.path in environment.sensitive,
            fingerprint=fingerprint(found.secret.reveal(), key) if found.secret else "",
            variable=found.name.variable,
        )

    async def values(self, names: Iterable[str]) -> dict[str, Secret]:
        """Return the values of secrets by the names that plans use (`str(SecretName)`).

        Raises Refused `secret-missing` with every name that no source has a value for.
        """
        found = await self.resolver.find_all(SecretName.parse(name) for name in names)
        lacking = [one for one in found.values() if one.secret is None]
        if lacking:
            notes = dict.fromkeys(note for one in lacking for note in one.notes)
            raise Refused(
                "secret-missing",
                f"There is no value at hand for {', '.join(str(one.name) for one in lacking)}. {' '.join(notes)}".strip(),
                remedy="Give it: mageconsole settings secret set ENV PATH, or a MAGECONSOLE_SECRET_ variable.",
            )
        return {str(name): one.secret for name, one in found.items() if one.secret is not None}

    async def here_alone(self, environment: Environment) -> dict[str, Secret]:
        """Return what no other process of this login finds: what was typed for this run, or is in an unlocked file.

        By the names that plans use.
        """
        found = await self.resolver.find_all(self.names(environment))
        return {
            str(name): one.secret
            for name, one in found.items()
            if one.secret is not None and one.origin in (Origin.KEYRING, Origin.MEMORY)
        }

    async def missing(self, environment: Environment) -> tuple[Found, ...]:
        """Return the declared secrets that no source has a value for (decision 31)."""
        names = [SecretName(environment.name, path) for path in environment.sensitive]
        return tuple(one for one in (await self.resolver.find_all(names)).values() if one.secret is None)

    async def put(self, name: SecretName, secret: Secret) -> None:
        """Keep a secret in the keyring. Raises ConsoleError."""
        refuse_unfit(secret, str(name))
        await self.resolver.vault.put(name, secret)
        self._known.add(name)

    async def remove(self, name: SecretName) -> bool:
        """Forget a secret that the keyring or this run's memory holds; whether there was one."""
        forgotten = self.resolver.forget(name)
        removed = await self.resolver.vault.remove(name)
        self._known.drop(name)
        return removed or forgotten
