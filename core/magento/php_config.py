"""Reads `config.php` and `env.php` without running them."""

from typing import Final

import msgspec
import tree_sitter
import tree_sitter_php

from core.errors import ConsoleError
from core.magento import php_statements, php_values
from core.magento.php_values import Array, Expression, Key, Value

_LANGUAGE: Final = tree_sitter.Language(tree_sitter_php.language_php())
_PLAIN_PARTS: Final = frozenset({"string_content", "escape_sequence"})
_WORDS: Final[dict[str, Value]] = {"true": True, "false": False, "null": None}
_BRACKETS: Final = {")": "(", "]": "[", "}": "{"}


class Place(msgspec.Struct, frozen=True):
    """Where an entry stands in the file, in bytes; `start` is that of its key, or of its value without one."""

    start: int
    value_start: int
    end: int
    line: int


class PhpFile(msgspec.Struct, frozen=True, kw_only=True):
    """A configuration file, read."""

    values: Array
    places: dict[tuple[Key, ...], Place]
    """By path of keys. Of keys that occur twice, the last."""
    duplicates: tuple[tuple[Key, ...], ...]
    """Paths that occur more than once; the last value counts."""
    prints: bool
    """Whether it prints something before it returns: that is sent before every page."""
    source: bytes
    tree: tree_sitter.Tree


def read(source: bytes, name: str = "config.php") -> PhpFile:
    """Return what the file returns, as values; what would have to be run is an `Expression`.

    Raises ConsoleError `php-config-broken` with the line for a file that is not PHP, `php-config-computed` for
    one whose array as a whole is computed.
    """
    tree = tree_sitter.Parser(_LANGUAGE).parse(source)
    root = tree.root_node
    if root.has_error:
        line, what = _mistake(root, source)
        raise _broken(name, line, what)
    if (tag := php_statements.short_tag(root, source)) is not None:
        raise _broken(name, _line(tag), "it begins with <? where PHP wants <?php")
    if (where := php_statements.strange_space(root, source)) is not None:
        raise _broken(name, where, "a space stands there that is none to PHP, as web pages have it")
    returned = _returned(root, source, name)
    reader = _Reader(source, name)
    values = reader.value(_content(returned)[0], ()) if _content(returned) else None
    if not isinstance(values, dict):
        what = "a computed value" if isinstance(values, Expression) else "no array"
        raise _computed(name, _line(returned), f"returns {what}")
    return PhpFile(
        values=values,
        places=reader.places,
        duplicates=tuple(reader.duplicates),
        prints=php_statements.prints(root, source),
        source=source,
        tree=tree,
    )


def _returned(root: tree_sitter.Node, source: bytes, name: str) -> tree_sitter.Node:
    """Return the statement that gives the array. Raises ConsoleError where another one may be reached instead."""
    found = php_statements.returned(root)
    if found is not None:
        return found
    other = php_statements.other_return(root)
    if other is None:
        raise _broken(name, source.count(b"\n") + 1, "the file returns nothing")
    raise _computed(name, _line(other), "may return here or elsewhere")


def _computed(name: str, line: int, what: str) -> ConsoleError:
    return ConsoleError(
        "php-config-computed",
        f"{name} {what}; it can't be read without running it",
        where=f"{name}:{line}",
        remedy="return one array literal; single values in it may be computed",
    )


def _broken(name: str, line: int, what: str) -> ConsoleError:
    return ConsoleError(
        "php-config-broken",
        f"{name} is not PHP that can be read: {what}",
        where=f"{name}:{line}",
        remedy=f"see what `php -l {name}` says",
    )


def _parts(element: tree_sitter.Node) -> tuple[tree_sitter.Node | None, tree_sitter.Node | None]:
    """Return the key, if it has one, and the value of an entry; no value for what spreads another array."""
    if element.type != "array_element_initializer":
        return None, None
    children = element.children
    if len(children) == 3 and children[1].type == "=>":
        return children[0], children[2]
    content = [child for child in children if child.is_named and child.type != "comment"]
    if content[0].type == "variadic_unpacking":
        return None, None
    has_key = any(child.type == "=>" for child in children)
    return (content[0] if has_key else None), content[-1]


def _content(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    return [child for child in node.named_children if child.type != "comment"]


class _Reader:
    """Turns syntax nodes into values."""

    def __init__(self, source: bytes, name: str) -> None:
        self._source = source
        self._name = name
        self.places: dict[tuple[Key, ...], Place] = {}
        self.duplicates: list[tuple[Key, ...]] = []

    def value(self, node: tree_sitter.Node, path: tuple[Key, ...]) -> Value:
        kind = node.type
        if kind == "array_creation_expression":
            return self._array(node, path)
        source = self._source[node.start_byte : node.end_byte]
        if kind == "string":
            return php_values.single_quoted(source)
        if kind == "encapsed_string" and _plain(node):
            return php_values.double_quoted(source)
        if kind in ("heredoc", "nowdoc") and _plain(node):
            found = php_values.heredoc(source, raw=kind == "nowdoc")
            return self._expression(node) if found is None else found
        if kind in ("integer", "float"):
            return self._number(node, source.decode())
        if kind in ("boolean", "null", "name", "qualified_name"):
            return self._word(node, source.decode("utf-8", "replace"))
        if kind == "parenthesized_expression":
            return self.value(_content(node)[0], path)
        if kind == "unary_op_expression":
            return self._signed(node)
        if kind == "binary_expression":
            return self._joined(node)
        return self._expression(node)

    def _expression(self, node: tree_sitter.Node) -> Expression:
        return Expression(php_values.text(self._source[node.start_byte : node.end_byte]))

    def _number(self, node: tree_sitter.Node, source: str) -> Value:
        try:
            return php_values.integer(source) if node.type == "integer" else php_values.decimal(source)
        except ValueError:
            raise _broken(self._name, _line(node), "a number that PHP refuses") from None

    def _word(self, node: tree_sitter.Node, source: str) -> Value:
        word = source.removeprefix("\\")
        if word == "PHP_EOL":
            return "\n"
        known = word.lower()
        return _WORDS[known] if known in _WORDS else self._expression(node)

    def _signed(self, node: tree_sitter.Node) -> Value:
        sign = node.children[0].type
        number = self.value(_content(node)[-1], ())
        if sign not in "+-" or isinstance(number, bool) or not isinstance(number, int | float):
            return self._expression(node)
        return -number if sign == "-" else number

    def _joined(self, node: tree_sitter.Node) -> Value:
        operator = node.child_by_field_name("operator")
        parts = [self.value(child, ()) for child in _content(node)]
        if operator is not None and operator.type == "-" and parts == [-php_values.HIGHEST, 1]:
            return -php_values.HIGHEST - 1  # as var_export writes the lowest integer
        texts = [str(part) for part in parts if isinstance(part, str | int) and not isinstance(part, bool)]
        if operator is None or operator.type != "." or len(texts) != 2:
            return self._expression(node)
        return "".join(texts)

    def _array(self, node: tree_sitter.Node, path: tuple[Key, ...]) -> Value:
        result: Array = {}
        last: int | None = None
        for element in node.named_children:
            if element.type == "comment":
                continue
            key, value = _parts(element)
            if value is None:
                return self._expression(node)
            position: Key | None = 0 if last is None else last + 1
            if key is not None:
                position = php_values.key(self.value(key, ()))
            if position is None:
                return self._expression(node)
            if isinstance(position, int):
                if position > php_values.HIGHEST:
                    raise _broken(self._name, _line(element), "there is no key left after the highest one")
                last = position if last is None else max(last, position)
            inner = (*path, position)
            if position in result:
                self.duplicates.append(inner)
            self.places[inner] = Place(
                element.start_byte, value.start_byte, value.end_byte, element.start_point[0] + 1
            )
            result[position] = self.value(value, inner)
        return result


def _plain(node: tree_sitter.Node) -> bool:
    """Tell whether a string holds no variable."""
    for child in node.named_children:
        if child.type in ("heredoc_body",):
            if not _plain(child):
                return False
        elif child.type not in _PLAIN_PARTS and child.type not in (
            "heredoc_start",
            "heredoc_end",
            "nowdoc_body",
        ):
            return False
    return True


def _mistake(root: tree_sitter.Node, source: bytes) -> tuple[int, str]:
    """Return the line of the first mistake, and what it is, in words."""
    opened: list[tree_sitter.Node] = []
    for leaf in php_statements.leaves(root):
        if leaf.is_missing or leaf.is_named:
            continue
        if leaf.type in _BRACKETS.values():
            opened.append(leaf)
        elif leaf.type in _BRACKETS:
            if not opened or opened[-1].type != _BRACKETS[leaf.type]:
                if opened:
                    return _line(opened[-1]), f"the {opened[-1].type} of this line is not closed"
                return _line(leaf), f"this {leaf.type} closes nothing"
            opened.pop()
        elif leaf.type in ("'", '"') and leaf.parent is not None and leaf.parent.type == "ERROR":
            ends = leaf.type.encode() in source[leaf.end_byte :].partition(b"\n")[0]
            what = "a comma or an operator is missing before a string"
            return _line(leaf), what if ends else "a string begins here that does not end"
    if opened:
        return _line(opened[-1]), f"the {opened[-1].type} of this line is not closed"
    node = _deepest_error(root)
    if node.is_missing:
        return _line(node), f"a {node.type} is missing"
    # Never the text itself: in env.php it may be a password.
    return _line(node), f"something is wrong at column {node.start_point.column + 1}"


def _line(node: tree_sitter.Node) -> int:
    return node.start_point.row + 1


def _deepest_error(node: tree_sitter.Node) -> tree_sitter.Node:
    for child in node.children:
        if child.is_error or child.is_missing or child.has_error:
            return _deepest_error(child)
    return node
