"""A setting's value: plain, or sensitive and therefore hidden; and whether two are the same."""

import hashlib
import hmac
from typing import Final, TypeAlias

import msgspec

from core.magento.ciphertext import is_ciphertext
from core.magento.php_values import Expression, Value
from core.secret import MASK, Secret


class Sensitive(msgspec.Struct, frozen=True):
    """A value that is hidden. Two are compared by their fingerprints, and by nothing else."""

    secret: Secret
    encrypted: bool = False
    """Whether `secret` holds Magento's ciphertext."""
    fingerprint: str = ""
    """That of the plain value, keyed (`fingerprint`); empty: not known, as of a ciphertext without its key."""
    type: str = "string"
    """PHP's word for the type that the value had."""


SettingValue: TypeAlias = "Value | Sensitive"


def fingerprint(value: str, key: bytes) -> str:
    """Return what tells whether two systems have the same secret. `key` is the console's own, made at random."""
    return hmac.new(key, value.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()


def hide(value: Value, key: bytes, known: str = "") -> SettingValue:
    """Return a sensitive setting's value hidden; null and empty values hold no secret and stay.

    `known` is the fingerprint that the host found for a value that is encrypted.
    """
    if value is None or value == "" or isinstance(value, dict):
        return value
    text = plain_text(value)
    encrypted = is_ciphertext(text)
    found = known if encrypted else fingerprint(text, key)
    return Sensitive(Secret(text), encrypted, found, _TYPES.get(type(value), "string"))


_TYPES: Final = {int: "integer", float: "double", bool: "boolean", Expression: "expression"}


def plain_text(value: Value) -> str:
    """Return a value as PHP casts it to text; null is empty."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, Expression):
        return value.source
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return "" if isinstance(value, dict) else str(value)


def same(one: SettingValue, other: SettingValue) -> bool | None:
    """Tell whether Magento takes two values for the same; None where that can't be known.

    1 and '1' are; null and '' are not, since null also hides what is beneath. Computed values are never known.
    """
    if isinstance(one, Sensitive) and isinstance(other, Sensitive):
        if one.secret == other.secret:
            return True
        known = one.fingerprint and other.fingerprint
        return one.fingerprint == other.fingerprint if known else None
    if isinstance(one, Sensitive) or isinstance(other, Sensitive):
        return False if _is_empty(one) or _is_empty(other) else None
    if type(one) is type(other) and not isinstance(one, Expression | float):
        return one == other
    if isinstance(one, Expression) or isinstance(other, Expression):
        return None
    if one is None or other is None or isinstance(one, dict) or isinstance(other, dict):
        return one is other or one == other
    return plain_text(one) == plain_text(other)


def _is_empty(value: SettingValue) -> bool:
    return value is None or value == ""


def shown(value: SettingValue) -> str:
    """Return a value for a person, not yet cleaned for a terminal; hidden ones are masked."""
    if isinstance(value, Sensitive):
        return MASK
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "[]" if isinstance(value, dict) else plain_text(value)
