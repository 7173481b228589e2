"""PHP's literals as Python values: strings, numbers, array keys, as PHP itself reads them."""

import re
from typing import Final, TypeAlias

import msgspec


class Expression(msgspec.Struct, frozen=True):
    """Anything that has to be run to be known: a call, a constant, a variable. Shown and kept, never run."""

    source: str


Key: TypeAlias = int | str
Value: TypeAlias = "str | int | float | bool | Expression | dict[Key, Value] | None"
"""Arrays are dictionaries in PHP's order, lists too. Text that is not UTF-8 holds surrogate escapes."""
Array: TypeAlias = dict[Key, Value]

_INTEGER_KEY: Final = re.compile(r"(?:0|-?[1-9][0-9]*)\Z", re.ASCII)
_LOWEST: Final = -(1 << 63)
HIGHEST: Final = (1 << 63) - 1
"""PHP's largest integer."""
_SINGLE_ESCAPE: Final = re.compile(rb"\\([\\'])")
_DOUBLE_ESCAPE: Final = re.compile(
    rb"\\(?:([nrtvef\\$\"])|([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u\{([0-9A-Fa-f]+)\})"
)
_NAMED: Final = {
    b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"e": b"\x1b", b"f": b"\f",
    b"\\": b"\\", b"$": b"$", b'"': b'"',
}  # fmt: skip
_HEREDOC: Final = re.compile(rb"[bB]?<<<[ \t]*([\"']?)\w+\1\r?\n(.*?)([ \t]*)[\w\x80-\xff]+\Z", re.DOTALL)
_LAST_NEWLINE: Final = re.compile(rb"(?:\r\n|\n|\r)\Z")


def text(raw: bytes) -> str:
    """Return bytes of a file as text; what is not UTF-8 survives as surrogate escapes."""
    return raw.decode("utf-8", "surrogateescape")


def single_quoted(source: bytes) -> str:
    """Return the value of a single-quoted string, given with its quotes."""
    inner = source[2 if source[:1] in b"bB" else 1 : -1]
    return text(_SINGLE_ESCAPE.sub(rb"\1", inner) if b"\\" in inner else inner)


def double_quoted(source: bytes) -> str:
    """Return the value of a double-quoted string without variables, given with its quotes."""
    inner = source[2 if source[:1] in b"bB" else 1 : -1]
    return text(_unescape(inner) if b"\\" in inner else inner)


def heredoc(source: bytes, *, raw: bool) -> str | None:
    """Return the value of a heredoc (`raw`: nowdoc) without variables; None when its form is not understood.

    The indentation of the closing mark is taken from each line (PHP 7.3).
    """
    found = _HEREDOC.match(source)
    if found is None:
        return None
    body, indentation = _LAST_NEWLINE.sub(b"", found[2]), len(found[3])
    if indentation:
        if re.search(rb"(?:^|\n)(?![ \t]{%d}|[ \t]*(?:\r?\n|\Z))" % indentation, body):
            return None  # PHP refuses a line that is indented less
        body = re.sub(rb"(^|\n)[ \t]{1,%d}" % indentation, rb"\1", body)
    return text(body if raw else _unescape(body, quote=False))


def _unescape(inner: bytes, *, quote: bool = True) -> bytes:
    def value(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return found[0] if found[1] == b'"' and not quote else _NAMED[found[1]]
        if found[2]:
            return bytes([int(found[2], 8) & 0xFF])
        if found[3]:
            return bytes([int(found[3], 16)])
        return chr(int(found[4], 16)).encode("utf-8", "surrogatepass")

    return _DOUBLE_ESCAPE.sub(value, inner)


def integer(source: str) -> int | float:
    """Return the value of an integer literal of any base; beyond 64 bits PHP makes it a float.

    Raises ValueError for one that PHP refuses, such as 08.
    """
    digits = source.replace("_", "").lower()
    if digits[:2] in ("0x", "0b", "0o"):
        value = int(digits, 0)
    elif len(digits) > 1 and digits[0] == "0":
        value = int(digits, 8)
    else:
        value = int(digits)
    return value if value <= HIGHEST else float(value)


def decimal(source: str) -> float:
    """Return the value of a float literal."""
    return float(source.replace("_", ""))


def key(value: Value) -> Key | None:
    """Return a value as PHP casts it to an array key; None when it can't be one."""
    if isinstance(value, str):
        return array_key(value)
    if value is None:
        return ""
    if isinstance(value, bool | float):
        return int(value) if _LOWEST <= value < -_LOWEST else None
    return value if isinstance(value, int) else None


def array_key(text: str) -> Key:
    """Return a text as the key that PHP makes of it: the digits of a whole number become one."""
    if text[:1].isalpha():  # nearly all are names
        return text
    return int(text) if _INTEGER_KEY.match(text) and _LOWEST <= int(text) <= HIGHEST else text
