"""One array literal of a PHP file: how an entry is added to it or taken out, in the way it is written."""

import re
from collections.abc import Iterator
from typing import Final, Self

import msgspec
import tree_sitter

from core.magento.php_config import PhpFile
from core.magento.php_values import Array, Key, Value
from core.magento.php_writer import Style, inline, literal, scalar

_BLANK: Final = b" \t"
_REST_OF_LINE: Final = re.compile(rb"[ \t]*(?:(?://|#)[^\n]*)?\r?\n")


class Patch(msgspec.Struct, frozen=True):
    """Bytes to be replaced."""

    start: int
    end: int
    text: str


class ArrayNode:
    """An array literal in a file."""

    def __init__(self, file: PhpFile, node: tree_sitter.Node, values: Array) -> None:
        self._source: Final = file.source
        self._node: Final = node
        self._values: Final = values
        self._entries: Final = [child for child in node.named_children if child.type != "comment"]
        self._newline: Final = "\r\n" if b"\r\n" in file.source else "\n"
        self._is_short: Final = file.source[node.start_byte : node.start_byte + 1] == b"["
        self._has_space: Final = file.source[node.start_byte + 5 : node.start_byte + 6] == b" "
        """Whether a long one is written as `var_export` writes it: `array (`."""
        first = self._entries[0] if self._entries else node
        self._has_lines: Final = node.start_point.row != node.end_point.row and (
            not self._entries or first.start_point.row != node.start_point.row
        )

    @classmethod
    def at(cls, file: PhpFile, path: tuple[Key, ...]) -> Self | None:
        """Return the array at a path of keys; None where none is written out."""
        values: Value = file.values
        for key in path:
            values = values.get(key) if isinstance(values, dict) else None
        if path:
            place = file.places[path]
            node = file.tree.root_node.descendant_for_byte_range(place.value_start, place.end)
        else:
            node = next(
                (child for child in file.tree.root_node.children if child.type == "return_statement"), None
            )
            node = _inner(node) if node is not None else None
        while node is not None and node.type == "parenthesized_expression":
            node = _inner(node)
        if node is None or node.type != "array_creation_expression" or not isinstance(values, dict):
            return None
        return cls(file, node, values)

    def written(self, value: Value) -> str:
        """Return a value as source, in the manner of this array, to stand behind one of its keys."""
        if not isinstance(value, dict):
            return scalar(value)
        if not self._has_lines:
            return inline(value, short=self._is_short)
        text = literal(value, self._style, self._indent, self._newline)
        return f"{self._newline}{self._indent}{text}" if self._style is Style.LONG and value else text

    def added(self, entries: Array) -> list[Patch]:
        """Return the patches that add entries at its end."""
        texts = [f"{self._key(key)}{self.written(value)}" for key, value in entries.items()]
        if not self._entries:
            return [self._first(texts)]
        if not self._has_lines:
            return [self._beside(texts)]
        at, comma = self._end_of_last()
        lines = f",{self._newline}{self._indent}".join(texts)
        last = "," if comma is not None else ""
        patch = Patch(at, at, f"{self._newline}{self._indent}{lines}{last}")
        end = self._entries[-1].end_byte
        if comma is not None:
            return [patch]
        return [Patch(end, end, f",{patch.text}")] if at == end else [Patch(end, end, ","), patch]

    def without(self, start: int) -> Patch:
        """Return the patch that takes out the entry that begins at a byte, with the line that it has to itself."""
        entry = next(item for item in self._entries if item.start_byte == start)
        comma = self._comma_after(entry)
        end = comma.end_byte if comma is not None else entry.end_byte
        begin_of_line = self._source.rfind(b"\n", 0, start) + 1
        rest = _REST_OF_LINE.match(self._source, end)
        if rest and not self._source[begin_of_line:start].strip(_BLANK):
            return Patch(begin_of_line, rest.end(), "")
        if comma is not None:
            if rest:  # the last one on a line with others: the space between them goes
                return Patch(begin_of_line + len(self._source[begin_of_line:start].rstrip(_BLANK)), end, "")
            blank = re.compile(rb"[ \t]*").match(self._source, end)
            return Patch(start, blank.end() if blank else end, "")
        before = self._comma_before(entry)
        return Patch(before.start_byte if before is not None else start, end, "")

    def _key(self, key: Key) -> str:
        last = self._entries[-1] if self._entries else None
        bare = last is not None and all(child.type != "=>" for child in last.children)
        if bare and list(self._values) == list(range(len(self._values))) and key == len(self._values):
            return ""
        return f"{scalar(key)} => "

    @property
    def _style(self) -> Style:
        if not self._is_short:
            return Style.LONG if self._has_space else Style.OLD
        has_comma = bool(self._entries) and self._comma_after(self._entries[-1]) is not None
        return Style.DUMPED if has_comma else Style.SHORT

    @property
    def _indent(self) -> str:
        """The indentation of its entries."""
        for entry in reversed(self._entries):
            start = self._source.rfind(b"\n", 0, entry.start_byte) + 1
            if not self._source[start : entry.start_byte].strip(_BLANK):
                return self._source[start : entry.start_byte].decode()
        return self._outer + ("  " if self._style is Style.LONG else "    ")

    @property
    def _outer(self) -> str:
        """The indentation of the line on which it begins."""
        start = self._source.rfind(b"\n", 0, self._node.start_byte) + 1
        line = self._source[start : self._node.start_byte]
        return line[: len(line) - len(line.lstrip(_BLANK))].decode()

    def _first(self, texts: list[str]) -> Patch:
        """Return the patch that gives an empty array its first entries, after the comments that it may hold."""
        comments = [child for child in self._node.named_children if child.type == "comment"]
        open_end = next(child for child in self._node.children if child.type in ("[", "(")).end_byte
        start = comments[-1].end_byte if comments else open_end
        lines = f",{self._newline}{self._indent}".join(texts)
        end = self._node.end_byte - 1
        text = f"{self._newline}{self._indent}{lines}{self._newline}{self._outer}"
        return Patch(start, end, text)

    def _beside(self, texts: list[str]) -> Patch:
        """Return the patch that adds entries on the line of the last one."""
        last = self._entries[-1]
        comma = self._comma_after(last)
        if comma is not None:
            return Patch(comma.end_byte, comma.end_byte, f" {', '.join(texts)},")
        return Patch(last.end_byte, last.end_byte, f", {', '.join(texts)}")

    def _end_of_last(self) -> tuple[int, tree_sitter.Node | None]:
        """Return where the last entry's line ends, with its comma and comments, and the comma."""
        last = self._entries[-1]
        comma = self._comma_after(last)
        end = comma if comma is not None else last
        for child in self._node.children:
            if child.type == "comment" and child.start_byte >= end.end_byte:
                if child.start_point.row != end.end_point.row:
                    break
                end = child
        return end.end_byte, comma

    def _comma_after(self, entry: tree_sitter.Node) -> tree_sitter.Node | None:
        for child in self._after(entry):
            if child.type != "comment":
                return child if child.type == "," else None
        return None

    def _comma_before(self, entry: tree_sitter.Node) -> tree_sitter.Node | None:
        before = [
            child for child in self._node.children if child.type == "," and child.end_byte <= entry.start_byte
        ]
        return before[-1] if before else None

    def _after(self, entry: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
        sibling = entry.next_sibling
        while sibling is not None:
            yield sibling
            sibling = sibling.next_sibling


def _inner(node: tree_sitter.Node) -> tree_sitter.Node | None:
    return next((child for child in node.named_children if child.type != "comment"), None)
