"""How the declarations of an environment compare with what is there, and what is there and not declared."""

import datetime
from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from core.magento.php_values import Array, Value
from core.magento.setting_key import SettingKey, leaves
from core.settings.classify import Classifier
from core.settings.column import ABSENT, Possible
from core.settings.desired import Desired, secret_place
from core.settings.kind import Kind
from core.settings.layers import Layer, Layers
from core.settings.provenance import Found, provenance
from core.settings.value import Sensitive, hide, same


class Standing(StrEnum):
    """How a declaration stands to what is there."""

    AS_DECLARED = "as declared"
    DIFFERS = "differs"
    MISSING = "missing"
    """env.php doesn't set it."""
    OVERRIDDEN = "overridden"
    """env.php says what is declared, but an environment variable says something else."""
    NOT_DECLARED = "not declared"
    UNKNOWN = "unknown"
    """Whether it is the same can't be known: it is encrypted or computed, or its secret was not found."""


class Choice(StrEnum):
    """What a person can do about a difference."""

    APPLY = "apply"
    """Set what is declared on the system."""
    ADOPT = "adopt"
    """Declare what is there."""
    REMOVE = "remove"
    """Take what is there away."""
    IGNORE = "ignore until"
    """Leave it as it is, until a date."""


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One declaration, or one value that nobody declared."""

    key: SettingKey | None = None
    """The setting; None for a key of env.php outside `system`."""
    env: str = ""
    kind: Kind
    standing: Standing
    declared: Possible = ABSENT
    real: Possible = ABSENT
    by: Found | None = None
    """What wins instead, when it is overridden."""
    ignored_until: datetime.date | None = None

    @property
    def name(self) -> str:
        """What it is called: the setting with its scope, or the key of env.php."""
        return self.env or str(self.key)

    @property
    def choices(self) -> tuple[Choice, ...]:
        """What can be done about it."""
        if self.standing is Standing.NOT_DECLARED:
            return (Choice.ADOPT, Choice.REMOVE, Choice.IGNORE)
        if self.standing in (Standing.DIFFERS, Standing.UNKNOWN):
            return (Choice.APPLY, Choice.ADOPT, Choice.IGNORE)
        return (Choice.APPLY, Choice.IGNORE) if self.standing is Standing.MISSING else ()

    @property
    def matters(self) -> bool:
        """Whether a person has something to decide."""
        return self.standing is not Standing.AS_DECLARED and self.ignored_until is None


def compare(
    wanted: Desired,
    layers: Layers,
    env: Array,
    classifier: Classifier,
    *,
    secrets: Mapping[str, Sensitive] | None = None,
    key: bytes = b"",
    today: datetime.date | None = None,
) -> list[Difference]:
    """Return how each declaration stands, in the order of the file; then what is there and not declared.

    `env` is env.php; `secrets` are those that were found, by path. `key` is that of all fingerprints.
    What is ignored is so until its day; without `today`, for good. Where env.php was not read, nothing is known of it.
    """
    comparison = _Comparison(layers, classifier, secrets or {}, key)
    found = [
        *comparison.settings(wanted),
        *comparison.secrets(wanted, env),
        *comparison.env(wanted, env),
        *comparison.not_declared(wanted),
    ]
    until = {name: day for name, day in wanted.ignored.items() if today is None or day >= today}
    return [
        msgspec.structs.replace(item, ignored_until=until[item.name]) if item.name in until else item
        for item in found
    ]


class _Comparison:
    def __init__(
        self, layers: Layers, classifier: Classifier, secrets: Mapping[str, Sensitive], key: bytes
    ) -> None:
        self._layers = layers
        self._classifier = classifier
        self._secrets = secrets
        self._key = key
        self._env = layers.values.get(Layer.ENV, {})
        self._is_read = Layer.ENV in layers.values

    def _standing(self, declared: Possible, real: Possible, *, required: bool = False) -> Standing:
        return _standing(declared, real, required=required) if self._is_read else Standing.UNKNOWN

    def settings(self, wanted: Desired) -> Iterator[Difference]:
        for key, declared in wanted.settings.items():
            kind = self._classifier.of(key.path, declared).kind
            yield self._setting(key, kind, hide(declared, self._key) if kind.is_sensitive else declared)

    def _setting(self, key: SettingKey, kind: Kind, declared: Possible) -> Difference:
        real = self._env.get(key.scope, {}).get(key.path, ABSENT)
        standing = self._standing(declared, real)
        winner = provenance(self._layers, key).winner
        by = winner if winner is not None and winner.layer is Layer.VARIABLE else None
        if (
            standing is Standing.AS_DECLARED
            and by is not None
            and _standing(declared, by.value) is not standing
        ):
            standing = Standing.OVERRIDDEN
        return Difference(key=key, kind=kind, standing=standing, declared=declared, real=real, by=by)

    def secrets(self, wanted: Desired, env: Array) -> Iterator[Difference]:
        keys = _outside_system(env)
        for path in wanted.secrets:
            declared, place = self._secrets.get(path, ABSENT), secret_place(path)
            if isinstance(place, SettingKey):
                found = self._setting(place, self._classifier(place.path).kind, declared)
                standing = self._standing(declared, found.real, required=True)
                kind = found.kind if found.kind.is_sensitive else Kind.SENSITIVE
                yield msgspec.structs.replace(found, standing=standing, kind=kind)
            else:
                real = hide(keys[place], self._key) if place in keys else ABSENT
                standing = self._standing(declared, real, required=True)
                yield Difference(env=place, kind=Kind.BOTH, standing=standing, declared=declared, real=real)

    def env(self, wanted: Desired, env: Array) -> Iterator[Difference]:
        keys = _outside_system(env)
        for path, declared in wanted.env.items():
            real: Possible = keys.get(path, ABSENT)
            standing = self._standing(declared, real)
            yield Difference(env=path, kind=Kind.SYSTEM, standing=standing, declared=declared, real=real)

    def not_declared(self, wanted: Desired) -> Iterator[Difference]:
        """Yield what env.php sets in `system` and nobody declared."""
        secrets = {secret_place(path) for path in wanted.secrets}
        for scope, values in self._env.items():
            for path, real in values.items():
                key = SettingKey(path, scope)
                if key in wanted.settings or key in secrets:
                    continue
                plain = None if isinstance(real, Sensitive) else real
                kind = self._classifier.of(path, plain).kind
                if isinstance(real, Sensitive) and not kind.is_sensitive:
                    kind = Kind.SENSITIVE
                yield Difference(key=key, kind=kind, standing=Standing.NOT_DECLARED, real=real)


def _outside_system(env: Array) -> dict[str, Value]:
    return dict(leaves({name: value for name, value in env.items() if name != "system"}))


def _standing(declared: Possible, real: Possible, *, required: bool = False) -> Standing:
    """Return how a value stands to a declaration; one that is `required` may be declared without a value."""
    if real is ABSENT or (required and (real is None or real == "")):
        return Standing.MISSING
    if declared is ABSENT:
        return Standing.UNKNOWN
    equal = same(declared, real)
    if equal is None:
        return Standing.UNKNOWN
    return Standing.AS_DECLARED if equal else Standing.DIFFERS
