"""Passing all text of an answer through the sanitiser, before it leaves for the screen."""

from typing import Any, TypeVar

import msgspec

from core.text import clean

T = TypeVar("T", bound=msgspec.Struct)


def sanitised(value: Any) -> Any:
    """Return plain JSON values with every text, keys too, as a terminal may show it."""
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else clean(value)
    if isinstance(value, dict):
        return {sanitised(key): sanitised(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [sanitised(item) for item in value]
    return value


def sanitised_struct(value: T) -> T:
    """Return a struct with every text in it as a terminal may show it."""
    return msgspec.convert(sanitised(msgspec.to_builtins(value)), type(value))
