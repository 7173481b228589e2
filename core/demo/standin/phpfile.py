"""PHP files that return an array: read as PHP reads them, written as Magento writes them."""

import os
import re
from collections.abc import Iterator
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | Array | None"
Array: TypeAlias = "dict[str | int, Value]"

_TOKEN = re.compile(
    r"(?P<space>\s+|//[^\n]*|\#[^\n]*|/\*.*?\*/)"
    r"|(?P<single>'(?:[^'\\]|\\.)*')"
    r'|(?P<double>"(?:[^"\\]|\\.)*")'
    r"|(?P<number>-?(?:\d+\.\d*(?:[eE][+-]?\d+)?|\d+))"
    r"|(?P<word>[A-Za-z_\\][\w\\]*)"
    r"|(?P<sign>=>|\?:|[\[\](),;.])",
    re.S,
)
_DOUBLE_ESCAPE = re.compile(r'\\([nrtve0\\$"])')
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "v": "\v", "e": "\x1b", "0": "\0"}


class ParseError(Exception):
    """PHP would not read the file: a message and a line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class _Reader:
    def __init__(self, text: str) -> None:
        start = text.find("<?php")
        if start < 0:
            raise ParseError("the file returns nothing", 1)
        self._text = text
        self._tokens = self._split(start + 5)
        self._kind, self._token, self._line = next(self._tokens)

    def _split(self, position: int) -> Iterator[tuple[str, str, int]]:
        line = self._text.count("\n", 0, position) + 1
        while position < len(self._text):
            match = _TOKEN.match(self._text, position)
            if match is None:
                raise ParseError(f'syntax error, unexpected character "{self._text[position]}"', line)
            kind = match.lastgroup or ""
            if kind != "space":
                yield kind, match.group(), line
            line += match.group().count("\n")
            position = match.end()
        while True:
            yield "end", "end of file", line

    def _next(self) -> str:
        token = self._token
        self._kind, self._token, self._line = next(self._tokens)
        return token

    def _unexpected(self, expecting: str = "") -> ParseError:
        what = {"word": "identifier ", "single": "string content ", "double": "string content "}.get(
            self._kind, "token "
        )
        wanted = f', expecting "{expecting}"' if expecting else ""
        return ParseError(f'syntax error, unexpected {what}"{self._token}"{wanted}', self._line)

    def _expect(self, sign: str) -> None:
        if self._token != sign:
            raise self._unexpected(sign)
        self._next()

    def file(self) -> Value:
        if self._token == "declare":
            while self._next() != ";":
                if self._kind == "end":
                    raise self._unexpected()
        self._expect("return")
        value = self.expression()
        self._expect(";")
        return value

    def expression(self) -> Value:
        value = self._operand()
        while self._token in (".", "?:"):
            joins = self._next() == "."
            other = self._operand()
            value = f"{value}{other}" if joins else value or other
        return value

    def _operand(self) -> Value:
        if self._token == "[":
            self._next()
            return self._array("]")
        if self._token.lower() == "array" and self._kind == "word":
            self._next()
            self._expect("(")
            return self._array(")")
        kind = self._kind
        token = self._token
        if kind == "single":
            self._next()
            return re.sub(r"\\([\\'])", r"\1", token[1:-1])
        if kind == "double":
            self._next()
            return _DOUBLE_ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]), token[1:-1])
        if kind == "number":
            self._next()
            return float(token) if "." in token else int(token)
        constants: dict[str, Value] = {"true": True, "false": False, "null": None}
        if kind == "word" and token.lower() in constants:
            self._next()
            return constants[token.lower()]
        if kind == "word" and token in ("getenv", "array_merge"):
            return self._call()
        raise self._unexpected("]")

    def _call(self) -> Value:
        """Return what the two functions come to that env.php is computed with."""
        name = self._next()
        self._expect("(")
        given = list(self._array(")").values())
        if name == "getenv":
            return os.environ.get(str(given[0]), False)
        return {key: value for array in given if isinstance(array, dict) for key, value in array.items()}

    def _array(self, closing: str) -> Array:
        items: Array = {}
        following = 0
        while self._token != closing:
            value = self.expression()
            key: str | int = following
            if self._token == "=>":
                self._next()
                key = as_key(value)
                value = self.expression()
            items[key] = value
            if isinstance(key, int):
                following = max(following, key + 1)
            if self._token == ",":
                self._next()
            elif self._token != closing:
                raise self._unexpected(closing)
        self._next()
        return items


def as_key(value: Value) -> str | int:
    """Return what PHP makes of a key: a string of digits is an integer."""
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"0|-?[1-9]\d*", value) else value
    return int(value) if isinstance(value, bool | int | float) else ""


def read(text: str) -> Value:
    """Return what the file returns. Raises ParseError."""
    return _Reader(text).file()


def is_list(array: Array) -> bool:
    """Whether the keys are 0..n-1 in order, which PHP's json_encode makes a list."""
    return list(array) == list(range(len(array)))


def merged(base: Array, over: Array) -> Array:
    """Return PHP's array_replace_recursive of the two."""
    result = dict(base)
    for key, value in over.items():
        old = result.get(key)
        result[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return result


def quoted(text: str) -> str:
    """Return a string as PHP's var_export writes it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return "'" + escaped.replace("\0", "' . \"\\0\" . '") + "'"


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    return str(value) if isinstance(value, int) else quoted(str(value))


def _array(array: Array, depth: int, commented: bool) -> str:
    indent = "    " * depth
    if not array:
        return f"[\n\n{indent}]"
    bare = is_list(array) and not commented
    lines = []
    for key, value in array.items():
        name = "" if bare else (f"{key} => " if isinstance(key, int) else f"{quoted(key)} => ")
        shown = _array(value, depth + 1, commented) if isinstance(value, dict) else _scalar(value)
        lines.append(f"{indent}    {name}{shown}")
    body = ",\n".join(lines) + ("," if commented else "")
    return f"[\n{body}\n{indent}]"


def write(array: Array, comments: dict[str, list[str]] | None = None) -> str:
    """Return the file as Magento's PhpFormatter writes it; `comments`: lines before top-level keys."""
    if not comments:
        return f"<?php\nreturn {_array(array, 0, commented=False)};\n"
    parts = []
    for key, value in array.items():
        if str(key) in comments:
            lines = "".join(f"\n     * {line}" for line in comments[str(key)])
            parts.append(f"    /**\n     * For the section: {key}{lines}\n     */")
        shown = _array(value, 1, commented=True) if isinstance(value, dict) else _scalar(value)
        parts.append(f"    {quoted(str(key))} => {shown},")
    return "<?php\nreturn [\n" + "\n".join(parts) + "\n];\n"


def dig(array: Value, path: str) -> Value:
    """Return the value at `a/b/c`, None where there is none."""
    for part in path.split("/"):
        if not isinstance(array, dict):
            return None
        array = array.get(as_key(part))
    return array


def section(array: Value, path: str) -> Array:
    """Return the array at `a/b/c`, empty where there is none."""
    found = dig(array, path)
    return found if isinstance(found, dict) else {}


def plant(array: Array, path: str, value: Value) -> None:
    """Set the value at `a/b/c`, making arrays on the way."""
    *parents, last = path.split("/")
    for part in parents:
        inner = array.get(as_key(part))
        if not isinstance(inner, dict):
            inner = {}
            array[as_key(part)] = inner
        array = inner
    array[as_key(last)] = value


def leaves(array: Array, prefix: str = "") -> list[tuple[str, Value]]:
    """Return the values that are no arrays, each with its path."""
    found: list[tuple[str, Value]] = []
    for key, value in array.items():
        found += leaves(value, f"{prefix}{key}/") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return found
