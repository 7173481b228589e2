"""The five layers of an environment's settings, as they were read from one host."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, TypeAlias

import msgspec

from core.magento.scope import Scope, ScopeTree
from core.settings.value import SettingValue


class Layer(StrEnum):
    """Where a value is set. `LAYERS` has them in the order in which they win."""

    VARIABLE = "environment variable"
    ENV = "env.php"
    CONFIG = "config.php"
    DATABASE = "database"
    MODULE = "module default"


LAYERS: Final = tuple(Layer)
"""The strongest first (magento-pipeline: `CONFIG__`, env.php, config.php, core_config_data, config.xml)."""
LOCKING: Final = frozenset({Layer.VARIABLE, Layer.ENV, Layer.CONFIG})
"""What is set there can't be changed in the Admin."""

Values: TypeAlias = Mapping[Scope, Mapping[str, SettingValue]]
"""By scope, then by path. What is absent is not a key; None is Magento's null, which hides what is beneath."""


class Layers(msgspec.Struct, frozen=True, repr_omit_defaults=True):
    """All settings of a system."""

    values: Mapping[Layer, Values]
    """A layer that is no key was not read (a build system has no database): unknown, not empty."""
    scopes: ScopeTree = ScopeTree()

    def __repr__(self) -> str:
        # Never the values: what is not yet known to be sensitive may be.
        return f"Layers({', '.join(self.values)})"

    def each(self, scope: Scope) -> Iterator[tuple[Layer, Mapping[str, SettingValue]]]:
        """Yield the layers that were read with their values at a scope, the strongest first."""
        for layer in LAYERS:
            if layer in self.values:
                yield layer, self.values[layer].get(scope, {})
