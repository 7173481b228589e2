"""What each setting of one system comes to, merged for all of them at once."""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Final, TypeAlias

import msgspec

from core.magento.scope import LEVELS, Scope
from core.magento.setting_key import SettingKey
from core.settings.layers import LAYERS, LOCKING, Layer, Layers
from core.settings.provenance import provenance
from core.settings.value import SettingValue


class Absent(Enum):
    """The type of `ABSENT`."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT
"""In place of a value: nothing is set. Magento's null is a value, and None."""
Possible: TypeAlias = "SettingValue | Absent"


class Cell(msgspec.Struct, frozen=True):
    """What a setting is on one system, and from where."""

    value: SettingValue
    layer: Layer
    scope: Scope
    """Where it is set: wider than the one that was asked for when it is inherited."""

    @property
    def is_null_locked(self) -> bool:
        """Whether a null in a file hides what is beneath."""
        return self.value is None and self.layer in LOCKING


class Column:
    """The winning values of a system."""

    def __init__(self, layers: Layers) -> None:
        self.layers: Final = layers
        self.scopes: Final = _scopes(layers)
        """The scopes at which something is set, default first, websites before stores."""
        self._own = {scope: _merged(layers, scope) for scope in self.scopes}
        self._settle_conflicts()

    def own(self, scope: Scope) -> Mapping[str, SettingValue]:
        """Return what is set at a scope itself, by path."""
        return self._own.get(scope, {})

    def chosen(self, scope: Scope) -> list[Mapping[str, SettingValue]]:
        """Return the layers of a scope that a person fills: all but module defaults."""
        return [values for layer, values in self.layers.each(scope) if layer is not Layer.MODULE]

    def chain(self, scope: Scope) -> list[Mapping[str, SettingValue]]:
        """Return what is set at a scope and at those that it falls back to, the nearest first."""
        return [self._own[item] for item in self.layers.scopes.chain(scope) if item in self._own]

    def null_locked(self, scope: Scope) -> Iterator[str]:
        """Yield the paths that a null in a file hides and locks at a scope itself."""
        for path, value in self.own(scope).items():
            if value is None and self.is_locked_by_null(SettingKey(path, scope)):
                yield path

    def is_locked_by_null(self, key: SettingKey) -> bool:
        """Tell whether a null in a file hides what is beneath."""
        cell = self.cell(key)
        return cell is not None and cell.is_null_locked

    @property
    def is_whole(self) -> bool:
        """Whether all layers were read that a value may stand in. Variables are seldom known, and seldom set."""
        return all(layer in self.layers.values for layer in (Layer.ENV, Layer.CONFIG, Layer.DATABASE))

    def cell(self, key: SettingKey) -> Cell | None:
        """Return what a setting is at a scope, inherited or its own; None where nothing is set."""
        known = provenance(self.layers, key)
        if known.winner is None or all(item.path != key.path for item in known.found):
            return None
        return Cell(known.value, known.winner.layer, known.winner.scope)

    def _settle_conflicts(self) -> None:
        """Let single values that stand where other layers have an array take its subtree away."""
        paths = {path for values in self._own.values() for path in values}
        blocking = paths & _parents(paths)
        if not blocking:
            return
        for scope, values in self._own.items():
            here = tuple(f"{part}/" for part in blocking if part in values)
            for path in [path for path in paths if path.startswith(here)]:
                cell = self.cell(SettingKey(path, scope))
                if cell is not None:
                    values[path] = cell.value


def _merged(layers: Layers, scope: Scope) -> dict[str, SettingValue]:
    merged: dict[str, SettingValue] = {}
    for layer in reversed(LAYERS):
        merged.update(layers.values.get(layer, {}).get(scope, {}))
    return merged


def _scopes(layers: Layers) -> tuple[Scope, ...]:
    found = {scope for values in layers.values.values() for scope in values}
    return in_order(found)


def in_order(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Return scopes as a person reads them: default first, websites before stores."""
    return tuple(sorted(scopes, key=lambda scope: (LEVELS.index(scope.level), scope.code)))


def _parents(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    level = set(paths)
    while level := {path.rpartition("/")[0] for path in level} - {""} - found:
        found |= level
    return found
