"""What each setting of one system comes to, merged for all of them at once."""

from collections.abc import Collection, Iterable, Mapping
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
        self.scopes: Final = in_order({scope for values in layers.values.values() for scope in values})
        """The scopes at which something is set, default first, websites before stores."""
        self._own = {scope: _merged(layers, scope) for scope in self.scopes}

    def own(self, scope: Scope) -> Mapping[str, SettingValue]:
        """Return what is set at a scope itself, by path."""
        return self._own.get(scope, {})

    def chosen(self, scope: Scope) -> list[Mapping[str, SettingValue]]:
        """Return the layers of a scope that a person fills: all but module defaults."""
        return [values for layer, values in self.layers.each(scope) if layer is not Layer.MODULE]

    def sets(self, key: SettingKey) -> bool:
        """Tell whether a person or a file sets the setting at its scope itself."""
        return any(key.path in values for values in self.chosen(key.scope))

    def chain(self, scope: Scope) -> list[Mapping[str, SettingValue]]:
        """Return what is set at a scope and at those that it falls back to, the nearest first."""
        return [self._own[item] for item in self.layers.scopes.chain(scope) if item in self._own]

    def null_locked(self, scope: Scope) -> list[str]:
        """Return the paths that a null in a file hides and locks at a scope itself."""
        nulls = [path for path, value in self.own(scope).items() if value is None]
        return [path for path in nulls if self._is_locked_by_null(SettingKey(path, scope))]

    def _is_locked_by_null(self, key: SettingKey) -> bool:
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

    def settle(self, blocking: Collection[str]) -> None:
        """Let single values that stand where other layers have an array take its subtree away.

        `blocking` are the paths of such values: `blocking_paths` of all that is set on a system.
        """
        paths = {path for values in self._own.values() for path in values}
        for scope, values in self._own.items():
            here = tuple(f"{part}/" for part in blocking if part in values)
            for path in [path for path in paths if path.startswith(here)]:
                cell = self.cell(SettingKey(path, scope))
                if cell is not None:
                    values[path] = cell.value


def blocking_paths(paths: Collection[str]) -> set[str]:
    """Return the paths that are a part of other paths: `a/b` beside `a/b/c`. There are hardly ever any."""
    found: set[str] = set()
    level = {path[: path.rfind("/")] for path in paths}
    while level := level - found - {""}:
        found |= level
        level = {path.rpartition("/")[0] for path in level}
    return found.intersection(paths)


def _merged(layers: Layers, scope: Scope) -> dict[str, SettingValue]:
    merged: dict[str, SettingValue] = {}
    for layer in reversed(LAYERS):
        merged.update(layers.values.get(layer, {}).get(scope, {}))
    return merged


def in_order(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    """Return scopes as a person reads them: default first, websites before stores."""
    return tuple(sorted(scopes, key=lambda scope: (LEVELS.index(scope.level), scope.code)))
