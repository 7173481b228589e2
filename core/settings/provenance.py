"""Where a value comes from: what wins, and everything that it hides."""

from collections.abc import Mapping

import msgspec

from core.magento.scope import DEFAULT, Scope
from core.magento.setting_key import SettingKey, above
from core.settings.layers import LAYERS, LOCKING, Layer, Layers
from core.settings.value import SettingValue


class Found(msgspec.Struct, frozen=True):
    """A value in one layer at one scope."""

    layer: Layer
    scope: Scope
    value: SettingValue
    path: str
    """Whose value it is: that of the setting, or of a part above it that holds a single value instead of an array."""


class Provenance(msgspec.Struct, frozen=True):
    """Everything that is set for one setting at one scope."""

    key: SettingKey
    found: tuple[Found, ...]
    """The strongest first: the winner, then what it hides."""
    unread: tuple[Layer, ...] = ()
    """Layers that were not read: a value there may win or be hidden, nobody knows."""

    @property
    def winner(self) -> Found | None:
        """What Magento takes; None: the setting has no value."""
        return self.found[0] if self.found else None

    @property
    def shadowed(self) -> tuple[Found, ...]:
        """What has no effect as long as the winner stands."""
        return self.found[1:]

    @property
    def value(self) -> SettingValue:
        """What Magento returns; None also where nothing is set."""
        winner = self.winner
        return winner.value if winner is not None and winner.path == self.key.path else None

    @property
    def locked_by(self) -> Found | None:
        """What keeps the Admin from changing it: a file or variable at this scope or at default."""
        mine = (self.key.scope, DEFAULT)
        return next((item for item in self.found if item.layer in LOCKING and item.scope in mine), None)

    @property
    def is_null_locked(self) -> bool:
        """Whether a null in a file hides what is beneath, as a full dump leaves them by the thousand."""
        winner = self.winner
        return winner is not None and winner.layer in LOCKING and self.value is None


def provenance(layers: Layers, key: SettingKey) -> Provenance:
    """Return what is set for a setting at a scope, with the fallback store, website, default.

    Each scope is whole by itself before it falls back: a database value at a store beats a variable at default.
    """
    found = [
        item
        for scope in layers.scopes.chain(key.scope)
        for layer, values in layers.each(scope)
        for item in _at(values, layer, scope, key.path)
    ]
    return Provenance(key, tuple(found), tuple(layer for layer in LAYERS if layer not in layers.values))


def _at(values: Mapping[str, SettingValue], layer: Layer, scope: Scope, path: str) -> list[Found]:
    if path in values:
        return [Found(layer, scope, values[path], path)]
    # Magento merges arrays: a single value in the place of an array takes its whole subtree away.
    return [Found(layer, scope, values[part], part) for part in above(path) if part in values][:1]
