"""Systems as plain data for the tests of settings."""

from collections.abc import Mapping

from core.magento.php_values import Array, Value
from core.magento.scope import DEFAULT, Scope, ScopeTree
from core.settings.classify import Classifier
from core.settings.layers import Layers
from core.settings.reading import Raw, layers

KEY = b"the key of all fingerprints"
TREE = ScopeTree(("eu",), {"de": "eu"})
CLASSIFIER = Classifier()


def php_settings(values: Mapping[Scope, Mapping[str, Value]]) -> Array:
    """Return a file's array that sets the values."""
    system: Array = {}
    for scope, inner in values.items():
        target = _inner(system, scope.level)
        target = _inner(target, scope.code) if scope.code else target
        for path, value in inner.items():
            *above, last = path.split("/")
            at = target
            for part in above:
                at = _inner(at, part)
            at[last] = value
    return {"system": system}


def _inner(array: Array, key: str) -> Array:
    found = array.setdefault(key, {})
    assert isinstance(found, dict)
    return found


def system(
    *,
    config: Mapping[str, Value] | None = None,
    env: Mapping[str, Value] | None = None,
    database: Mapping[Scope, Mapping[str, Value]] | None = None,
    defaults: Mapping[str, Value] | None = None,
    variables: Mapping[str, str] | None = None,
) -> Layers:
    """Return a system's layers; files set default's values."""
    raw = Raw(
        config=php_settings({DEFAULT: config or {}}),
        env=php_settings({DEFAULT: env or {}}),
        database=database or {},
        defaults={DEFAULT: defaults or {}},
        variables=variables,
        scopes=TREE,
    )
    return layers(raw, CLASSIFIER, KEY)
