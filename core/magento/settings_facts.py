"""What the probe tells of settings: the database's rows, scopes, variables, and what the modules declare."""

import base64
import gzip
from typing import Literal

import msgspec

from core.magento.scope import Level, Scope, ScopeTree

Source = Literal["database", "env.php", "config.php"]


class ModuleXml(msgspec.Struct, frozen=True, kw_only=True):
    """The XML of one module; empty where it has no such file."""

    name: str
    di: str = ""
    config: str = ""
    system: str = ""
    areas: dict[str, str] = {}
    """`etc/AREA/di.xml` by area, of those that say something of settings."""
    partials: dict[str, str] = {}
    """Files that `system.xml` includes, by the path that names them there."""


class SettingsFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The part of the probe's answer that is about settings."""

    websites: tuple[str, ...] = ()
    stores: dict[str, str] = {}
    """Store code -> code of its website."""
    rows: tuple[tuple[Level, str, str, str | None], ...] = ()
    """Scope, its code, path, value in base64: `core_config_data`."""
    variables: dict[str, str] | None = None
    """CONFIG__ variables of php-fpm, values in base64; None: nobody may look."""
    fingerprints: tuple[tuple[Source, Level, str, str, str], ...] = ()
    """Where a ciphertext stands, and the keyed fingerprint of its plain text."""
    without_field: tuple[str, ...] | None = None
    """Of the paths that were asked about, those that `config:set` refuses; None: nobody asked, or can tell."""
    modules: str = ""
    """Gzipped JSON in base64; empty when it was not asked for."""

    def __repr__(self) -> str:
        return "SettingsFacts(…)"  # the rows hold passwords

    @property
    def tree(self) -> ScopeTree:
        """The websites and stores of the database."""
        return ScopeTree(self.websites, self.stores)

    def database(self) -> dict[Scope, dict[str, str | None]]:
        """Return the values of the database by scope and path."""
        found: dict[Scope, dict[str, str | None]] = {}
        for level, code, path, value in self.rows:
            found.setdefault(Scope(level, code), {})[path] = None if value is None else _text(value)
        return found

    def environment(self) -> dict[str, str] | None:
        """Return the variables in plain."""
        if self.variables is None:
            return None
        return {name: _text(value) for name, value in self.variables.items()}

    def module_xml(self) -> tuple[ModuleXml, ...]:
        """Return what the modules declare, in the order in which they load."""
        if not self.modules:
            return ()
        return msgspec.json.decode(gzip.decompress(base64.b64decode(self.modules)), type=tuple[ModuleXml, ...])


def _text(value: str) -> str:
    return base64.b64decode(value).decode("utf-8", "surrogateescape")
