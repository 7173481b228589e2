"""Readers: each takes a place and a raw TOML value, and returns the typed value or WRONG."""

import difflib
import math
import shlex
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec

from core.environments.place import WRONG, Place, shown
from core.text import clean

Reader = Callable[[Place, Any], Any]


def wrong_type(place: Place, value: Any, expected: str) -> Any:
    """Tell that a value is of another kind."""
    return place.wrong("wrong-type", shown(value), expected)


def text(place: Place, value: Any) -> Any:
    """Read a string, of several lines too."""
    if not isinstance(value, str):
        return wrong_type(place, value, "a string")
    if clean(value) != value:
        return place.wrong("control-characters", "characters that do not show", "plain text")
    return value


def line(place: Place, value: Any) -> Any:
    """Read a string of one line; it may be empty."""
    value = text(place, value)
    if value is not WRONG and "\n" in value:
        return place.wrong("wrong-value", "several lines", "one line")
    return value


def filled(place: Place, value: Any, reader: Reader = line) -> Any:
    """Read a string that may not be empty."""
    value = reader(place, value)
    if value is not WRONG and not value.strip():
        return place.wrong("empty-value", shown(value), "a text that is not empty")
    return value


def boolean(place: Place, value: Any) -> Any:
    """Read true or false."""
    return value if isinstance(value, bool) else wrong_type(place, value, "true or false")


def whole(low: int, high: int, code: str = "out-of-range") -> Reader:
    """Return a reader of whole numbers within two bounds."""

    def read(place: Place, value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int):
            return wrong_type(place, value, f"a whole number from {low} to {high}")
        if not low <= value <= high:
            return place.wrong(code, shown(value), f"a whole number from {low} to {high}")
        return value

    return read


def seconds(place: Place, value: Any) -> Any:
    """Read a time in seconds, as a float above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return wrong_type(place, value, "a number of seconds")
    if not math.isfinite(value) or not 0 < value < 1e9:
        return place.wrong("out-of-range", shown(value), "a number of seconds above 0")
    return float(value)


def nearest(word: str, known: Collection[str]) -> str:
    """Return a hint that names the known word which is most like this one, or all of them."""
    close = difflib.get_close_matches(word, known, n=1)
    if close:
        return f'Did you mean "{close[0]}"?'
    return f"Known here: {', '.join(known)}." if known else ""


def choice(options: Collection[str], make: Callable[[str], Any] = str) -> Reader:
    """Return a reader of one of some words."""
    expected = "one of " + ", ".join(f'"{option}"' for option in options if option)

    def read(place: Place, value: Any) -> Any:
        if not isinstance(value, str):
            return wrong_type(place, value, expected)
        if value not in options:
            close = difflib.get_close_matches(value, options, n=1)
            hint = f'Did you mean "{close[0]}"?' if close else ""
            return place.wrong("unknown-value", shown(value), expected, hint)
        return make(value)

    return read


def list_of(reader: Reader, *, least: int = 0) -> Reader:
    """Return a reader of lists without repetitions; items that are wrong are left out."""

    def read(place: Place, value: Any) -> Any:
        if not isinstance(value, list):
            return wrong_type(place, value, "a list")
        if len(value) < least:
            return place.wrong("empty-value", "an empty list", "a list with at least one item")
        items: list[Any] = []
        for position, raw in enumerate(value):
            item = reader(place / position, raw)
            if item is not WRONG and item in items:
                (place / position).wrong("duplicate-value", shown(raw), "each item once")
            elif item is not WRONG:
                items.append(item)
        return tuple(items)

    return read


def words(place: Place, value: Any) -> Any:
    """Read a command: a string that is split as a shell does, or a list of its words."""
    if isinstance(value, list):
        read = [filled(place / position, raw) for position, raw in enumerate(value)]
        if value:
            return WRONG if WRONG in read else tuple(read)
    elif isinstance(value, str):
        value = line(place, value)
        if value is WRONG:
            return WRONG
        try:
            split = shlex.split(value)
        except ValueError as error:
            return place.wrong("wrong-value", shown(value), "a command", f"Its quotes are wrong: {error}.")
        if split and split[0]:
            return tuple(split)
    else:
        return wrong_type(place, value, "a command: a string, or a list of its words")
    return place.wrong("empty-value", shown(value), "a command")


def table(place: Place, value: Any, readers: Mapping[str, Reader], required: Collection[str] = ()) -> Any:
    """Read a table into a dict of those keys that are right; tell unknown and missing ones."""
    if not isinstance(value, dict):
        return wrong_type(place, value, "a table")
    found = {}
    for key, raw in value.items():
        if key not in readers:
            (place / key).wrong("unknown-key", "an unknown key", "a known one", nearest(key, readers))
            continue
        item = readers[key](place / key, raw)
        if item is not WRONG:
            found[key] = item
    for key in required:
        if key not in value:
            (place / key).wrong("missing-key", "nothing", f"the key {key}")
    return found


def by_type(kind: Any) -> Reader:
    """Return the reader of a field's type."""
    simple: dict[Any, Reader] = {str: line, bool: boolean, int: whole(0, 2**31), float: seconds}
    if kind in simple:
        return simple[kind]
    origin, inner = get_origin(kind), get_args(kind)
    if origin is Literal:
        return choice(inner)
    if origin is tuple:
        return list_of(by_type(inner[0]))
    if origin in (Union, UnionType):
        return by_type(next(item for item in inner if item is not NoneType))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return choice([item.value for item in kind], kind)
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return struct(kind)
    raise TypeError(f"no reader for {kind}")


def readers_of(cls: type[msgspec.Struct], **special: Reader) -> dict[str, Reader]:
    """Return a reader for each field of a Struct: the special one, or else the one of its type."""
    return {field.name: special.get(field.name) or by_type(field.type) for field in msgspec.structs.fields(cls)}


def required_of(cls: type[msgspec.Struct]) -> list[str]:
    """Return the fields of a Struct that have no default."""
    return [field.name for field in msgspec.structs.fields(cls) if field.required]


def struct(cls: type[msgspec.Struct], **special: Reader) -> Reader:
    """Return a reader of tables that become a Struct."""
    readers, required = readers_of(cls, **special), required_of(cls)

    def read(place: Place, value: Any) -> Any:
        found = table(place, value, readers, required)
        return WRONG if found is WRONG or place.is_wrong else cls(**found)

    return read
