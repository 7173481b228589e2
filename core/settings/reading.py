"""The layers of one host, made of what was read from it; sensitive values are hidden at once."""

from collections.abc import Mapping
from sys import intern
from typing import Final, TypeAlias

import msgspec

from core.magento.php_values import Array, Value
from core.magento.scope import Scope, ScopeTree, scope_tree
from core.magento.setting_key import file_settings
from core.magento.variables import variable_settings
from core.settings.classify import Classifier
from core.settings.layers import Layer, Layers
from core.settings.value import SettingValue, hide

ByScope: TypeAlias = Mapping[Scope, Mapping[str, Value]]
Fingerprints: TypeAlias = Mapping[tuple[Layer, Scope, str], str]
"""Those of the plain text of values that Magento encrypted, which only their host can find."""
_HELD: Final = (Layer.ENV, Layer.CONFIG, Layer.DATABASE)


class Raw(msgspec.Struct, frozen=True, kw_only=True):
    """What was read. None: that part was not, or the system has none (a build system has no database)."""

    config: Array | None = None
    env: Array | None = None
    database: ByScope | None = None
    defaults: ByScope | None = None
    variables: Mapping[str, str] | None = None
    """The environment variables of the processes that serve the shop."""
    scopes: ScopeTree | None = None
    """Those of the database; None: those of config.php count."""

    def __repr__(self) -> str:
        return "Raw(…)"  # it holds passwords


def layers(raw: Raw, classifier: Classifier, key: bytes, fingerprints: Fingerprints | None = None) -> Layers:
    """Return the layers, with every value hidden whose path or form says that it is sensitive.

    `key` is that of all fingerprints, so that systems can be compared.
    """
    tree = raw.scopes if raw.scopes is not None else scope_tree(raw.config or {})
    parts: dict[Layer, ByScope | None] = {
        Layer.VARIABLE: None,
        Layer.ENV: None if raw.env is None else file_settings(raw.env),
        Layer.CONFIG: None if raw.config is None else file_settings(raw.config),
        Layer.DATABASE: raw.database,
        Layer.MODULE: raw.defaults,
    }
    if raw.variables is not None:
        parts[Layer.VARIABLE] = _effective(variable_settings(raw.variables, tree), parts)
    hider = _Hider(classifier, key, fingerprints or {})
    values = {layer: hider.hidden(layer, part) for layer, part in parts.items() if part is not None}
    return Layers(values, tree)


def _effective(variables: ByScope, parts: Mapping[Layer, ByScope | None]) -> ByScope:
    """Return the variables that have an effect.

    Those of a scope whose code has capitals lose to whatever files and database hold of the same section at that
    scope: Magento (2.4.7) joins the arrays of the two spellings, and does not merge them.
    """
    found = {}
    for scope, values in variables.items():
        taken: set[str] = set()
        if scope.code != scope.code.lower():
            others = (part.get(scope, {}) for layer in _HELD if (part := parts[layer]) is not None)
            taken = {path.partition("/")[0] for other in others for path in other}
        found[scope] = {path: value for path, value in values.items() if path.partition("/")[0] not in taken}
    return found


class _Hider:
    def __init__(self, classifier: Classifier, key: bytes, fingerprints: Fingerprints) -> None:
        self._classifier = classifier
        self._key = key
        self._fingerprints = fingerprints

    # The paths of all systems are the same objects: that many look-ups are quicker then.
    def hidden(self, layer: Layer, values: ByScope) -> dict[Scope, dict[str, SettingValue]]:
        return {
            scope: {intern(path): self._value(layer, scope, path, value) for path, value in inner.items()}
            for scope, inner in values.items()
        }

    def _value(self, layer: Layer, scope: Scope, path: str, value: Value) -> SettingValue:
        if value is None or not self._classifier.of(path, value).kind.is_sensitive:
            return value
        return hide(value, self._key, self._fingerprints.get((layer, scope, path), ""))
