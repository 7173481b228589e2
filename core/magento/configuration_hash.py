"""The hash by which Magento knows that an import is due: sha1 of PHP's JSON of each section."""

import hashlib
import json
from typing import Final

from core.errors import ConsoleError
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
        return _float(value)
    if isinstance(value, Expression):
        raise ConsoleError("php-config-computed", "the configuration holds a value that PHP has to compute")
    return json.dumps(value)


def _text(text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ConsoleError("php-config-encoding", "the configuration holds text that is not UTF-8")
    # Python escapes DEL, PHP does not.
    return '"' + "\x7f".join(json.dumps(part)[1:-1] for part in text.split("\x7f")).replace("/", "\\/") + '"'


def _float(value: float) -> str:
    """Return a float as PHP writes it: the shortest digits, an exponent below 1e-4 and from 1e17 on."""
    if value in (float("inf"), float("-inf")) or value != value:
        raise ConsoleError("php-config-computed", "the configuration holds an infinite number")
    sign = "-" if repr(value).startswith("-") else ""
    if value == 0:
        return f"{sign}0"
    digits, exponent = _digits(abs(value))
    if -5 < exponent < 17:
        if exponent < 0:
            return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
        whole, rest = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
        return sign + whole + (f".{rest}" if rest else "")
    return f"{sign}{digits[0]}.{digits[1:] or '0'}e{exponent:+d}"


def _digits(value: float) -> tuple[str, int]:
    """Return the shortest digits that mean the value, and the exponent of the first."""
    mantissa, _, exponent = repr(value).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = (whole + fraction).lstrip("0")
    leading = len(whole + fraction) - len(digits)
    place = len(whole) - 1 - leading + int(exponent or 0)
    return digits.rstrip("0") or "0", place
