"""The kind of each setting: what modules declare, then the built-in table, then guesses."""

from collections.abc import Collection, Mapping
from typing import Final

from core.magento.built_in import built_in
from core.magento.php_values import Value
from core.magento.system_fields import Field
from core.magento.type_pool import TypePool
from core.settings import guess
from core.settings.kind import UNDECLARED, UNLISTED, Classification, Evidence, Kind

_UNTOLD: Final = Classification(Kind.SHARED, Evidence.DECLARED, UNDECLARED)
_UNLISTED: Final = Classification(Kind.SHARED, Evidence.BUILT_IN, UNLISTED)
_OF_MAGENTO: Final = Classification(Kind.SHARED, Evidence.BUILT_IN, "Magento declares it neither way")


class Classifier:
    """Tells kinds. Call it with a path; `of` looks at a value too."""

    def __init__(
        self,
        declared: TypePool | None = None,
        fields: Mapping[str, Field] | None = None,
        encrypted: Collection[str] = (),
        confirmed: Mapping[str, Kind] | None = None,
    ) -> None:
        """All are what the system's own modules say; None: they were not read.

        `encrypted` are the paths that config.xml has decrypted (`ModuleDefaults.encrypted`); `confirmed` what a
        person says of settings that nothing declares.
        """
        self._declared = declared
        self._encrypted = frozenset(encrypted)
        self._fields = fields or {}
        self._confirmed = {
            path: Classification(kind, Evidence.CONFIRMED, "environments.toml says so")
            for path, kind in (confirmed or {}).items()
        }
        self._known: dict[str, Classification] = {}

    def __call__(self, path: str) -> Classification:
        """Return the kind of a setting by its path."""
        found = self._known.get(path)
        if found is None:
            found = self._known[path] = self._of_path(path)
        return found

    def of(self, path: str, value: Value) -> Classification:
        """Return the kind of a setting that has a value: where nothing but a guess is known, the value counts too."""
        known = self(path)
        if known.kind.is_sensitive and known.is_guessed and guess.is_switch(value):
            return self._default
        if known.kind.is_sensitive or not (known.is_guessed or known is self._default):
            return known
        return guess.by_value(value) or known

    def is_encrypted(self, path: str) -> bool:
        """Tell whether Magento decrypts what files and database hold for a path."""
        field = self._fields.get(path)
        if path in self._encrypted or (field is not None and field.is_encrypted):
            return True
        return self._declared is None and path in built_in().encrypted

    def is_plain_field(self, path: str) -> bool:
        """Tell whether the Admin has a field for a path that keeps what is typed as it is."""
        return path in self._fields and not self.is_encrypted(path)

    @property
    def _default(self) -> Classification:
        return _UNTOLD if self._declared is not None else _UNLISTED

    def _of_path(self, path: str) -> Classification:
        declared = self._of_modules(path) or self._of_table(path)
        if declared is not None:
            return declared
        if path in self._confirmed:
            return self._confirmed[path]
        if path in built_in().shared:
            return _OF_MAGENTO
        return guess.by_name(path) or self._default

    def _of_modules(self, path: str) -> Classification | None:
        if self._declared is not None:
            sensitive, system = self._declared.sensitive.get(path), self._declared.environment.get(path)
            if sensitive or system:
                why = f"di.xml of {sensitive or system} says so"
                return Classification(_kind(bool(sensitive), bool(system)), Evidence.DECLARED, why)
        field = self._fields.get(path)
        if field is not None and field.is_encrypted:
            why = f"system.xml of {field.module} has it encrypted"
            return Classification(Kind.SENSITIVE, Evidence.DECLARED, why)
        if path in self._encrypted:
            return Classification(Kind.SENSITIVE, Evidence.DECLARED, "config.xml has it encrypted")
        return None

    def _of_table(self, path: str) -> Classification | None:
        table = built_in()
        sensitive, system = path in table.sensitive, path in table.environment
        if sensitive or system:
            return Classification(_kind(sensitive, system), Evidence.BUILT_IN, "Magento declares it so")
        if path in table.encrypted:
            return Classification(Kind.SENSITIVE, Evidence.BUILT_IN, "Magento encrypts it")
        return None


def _kind(sensitive: bool, system: bool) -> Kind:
    if sensitive and system:
        return Kind.BOTH
    return Kind.SENSITIVE if sensitive else Kind.SYSTEM
