"""Writes `config.php` and `env.php` as Magento writes them, and single values as PHP's `var_export` does."""

import math
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Final

from core.magento.php_floats import shortest
from core.magento.php_values import Array, Expression, Value

_LOWEST: Final = -(1 << 63)
_INDENT: Final = "    "


class Style(Enum):
    """How arrays are written."""

    SHORT = "short"
    """`[...]` without a last comma, lists without keys: env.php, and a config.php without comments."""
    DUMPED = "dumped"
    """`[...]` with a comma after every entry and every key: a config.php that holds a section's comment."""
    LONG = "long"
    """`array (...)`, as `var_export` and old versions of Magento write it."""
    OLD = "old"
    """`array(...)`, as people wrote before `[...]`; otherwise as `SHORT`."""


def php_file(
    values: Array, style: Style = Style.SHORT, comments: Mapping[str, tuple[str, ...]] | None = None
) -> bytes:
    """Return a whole file. `comments` are lines for top-level keys, and need the style `DUMPED`.

    Raises ValueError for what can't be written: a number that is not finite, a comment that ends itself.
    """
    text = f"[\n{_dumped_file(values, comments)}]" if comments else literal(values, style)
    return f"<?php\nreturn {text};\n".encode("utf-8", "surrogateescape")


def _dumped_file(values: Array, comments: Mapping[str, tuple[str, ...]]) -> str:
    lines: list[str] = []
    for key, value in values.items():
        if comments.get(str(key)):
            lines += _comment(str(key), comments[str(key)])
        lines.append(f"{_INDENT}{scalar(key)} => {literal(value, Style.DUMPED, _INDENT)},")
    return "".join(f"{line}\n" for line in lines)


def _comment(key: str, lines: tuple[str, ...]) -> Iterator[str]:
    """Yield the comment from which Magento reads back which section it is for."""
    if any("*/" in line or "\n" in line for line in lines):
        raise ValueError("a comment can't hold its own end")
    yield f"{_INDENT}/**"
    yield f"{_INDENT} * For the section: {key}"
    for line in lines:
        yield f"{_INDENT} * {line}"
    yield f"{_INDENT} */"


def literal(value: Value, style: Style = Style.SHORT, indent: str = "", newline: str = "\n") -> str:
    """Return a value as PHP source; the lines of an array after the first are indented by `indent` and more."""
    if not isinstance(value, dict):
        return scalar(value)
    return (_long if style is Style.LONG else _short)(value, style, indent, newline)


def _short(value: Array, style: Style, indent: str, newline: str) -> str:
    opening, closing = ("array(", ")") if style is Style.OLD else ("[", "]")
    if not value:
        return "array()" if style is Style.OLD else f"[{newline}{newline}{indent}]"
    bare = style is not Style.DUMPED and list(value) == list(range(len(value)))
    inner = indent + _INDENT
    entries = [
        inner + ("" if bare else f"{scalar(key)} => ") + literal(item, style, inner, newline)
        for key, item in value.items()
    ]
    last = "," if style is Style.DUMPED else ""
    return f"{opening}{newline}{f',{newline}'.join(entries)}{last}{newline}{indent}{closing}"


def _long(value: Array, style: Style, indent: str, newline: str) -> str:
    inner = f"{indent}  "
    lines = [f"array ({newline}"]
    for key, item in value.items():
        space = f"{newline}{inner}" if isinstance(item, dict) else ""
        lines.append(f"{inner}{scalar(key)} => {space}{literal(item, style, inner, newline)},{newline}")
    return "".join(lines) + f"{indent})"


def inline(value: Value, *, short: bool = True) -> str:
    """Return a value as PHP source on one line, but for newlines within strings."""
    if not isinstance(value, dict):
        return scalar(value)
    bare = list(value) == list(range(len(value)))
    entries = [
        ("" if bare else f"{scalar(key)} => ") + inline(item, short=short) for key, item in value.items()
    ]
    return f"[{', '.join(entries)}]" if short else f"array({', '.join(entries)})"


def scalar(value: Value) -> str:
    """Return a value that is no array as PHP source. Raises ValueError for a number that is not finite."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        # PHP reads the digits as a positive number first, which would be a float.
        return f"{_LOWEST + 1}-1" if value == _LOWEST else str(value)
    if isinstance(value, Expression):
        return value.source
    raise ValueError("an array is no scalar")


def _string(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\0", "' . \"\\0\" . '") + "'"


def _float(value: float) -> str:
    if not math.isfinite(value):
        raise ValueError("PHP has no literal for a number that is not finite")
    text = shortest(value, "E")
    return text if "." in text or "E" in text else f"{text}.0"
