"""The hash by which Magento knows that an import is due: sha1 of PHP's JSON of each section."""

import hashlib
import json
import math
from typing import Final

from core.errors import ConsoleError
from core.magento.php_floats import shortest
from core.magento.php_values import Array, Expression, Value

SECTIONS: Final = ("scopes", "themes", "system")
"""Those that have importers (`Magento\\Deploy\\Model\\DeploymentConfig\\ImporterPool`), in their order."""


def merge(config: Array, env: Array) -> Array:
    """Return both files as one, as Magento's `DeploymentConfig\\Reader` merges them: env.php wins.

    This is PHP's `array_replace_recursive`: lists are merged by index.
    """
    merged = dict(config)
    for key, value in env.items():
        old = merged.get(key)
        merged[key] = merge(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def configuration_hash(config: Array, env: Array) -> dict[str, str]:
    """Return the hash of each section that the two files hold, as Magento stores it in `config_hash`.

    Raises ConsoleError when a section holds what would have to be run, or text that is not UTF-8.
    """
    merged = merge(config, env)
    found = {}
    for section in SECTIONS:
        if merged.get(section) is not None:
            text = json_encode(merged[section])
            found[section] = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return found


def json_encode(value: Value) -> str:
    """Return what PHP's `json_encode` gives with its default flags.

    Order and types count; an array with the keys 0..n-1 in order is a list, an empty one too.
    """
    if isinstance(value, dict):
        if list(value) == list(range(len(value))):
            return "[" + ",".join(json_encode(item) for item in value.values()) + "]"
        return "{" + ",".join(f"{_text(str(key))}:{json_encode(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ConsoleError("php-config-computed", "the configuration holds an infinite number")
        return shortest(value, "e")
    if isinstance(value, Expression):
        raise ConsoleError("php-config-computed", "the configuration holds a value that PHP has to compute")
    return json.dumps(value)


def _text(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ConsoleError("php-config-encoding", "the configuration holds text that is not UTF-8")
    # Python escapes DEL, PHP does not.
    return '"' + "\x7f".join(json.dumps(part)[1:-1] for part in text.split("\x7f")).replace("/", "\\/") + '"'
