"""The line and column of each key and list item in a TOML text; tomllib keeps none."""

import tomllib
from collections.abc import Iterator

import msgspec
import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from core.environments.place import Path


class Position(msgspec.Struct, frozen=True):
    """Both count from 1; the column counts characters."""

    line: int
    column: int


class Section(msgspec.Struct, frozen=True):
    """The keys under one header. `end` is the line of the last of them, or of the header; it counts from 1."""

    path: Path
    end: int


class Positions:
    """Where the keys of one text stand. The text is one that tomllib has accepted."""

    def __init__(self, text: str) -> None:
        self.sections: list[Section] = []
        """In the order of the file."""
        self._lines = text.encode().split(b"\n")
        self._found: dict[Path, Position] = {}
        self._implied: dict[Path, Position] = {}
        """Tables that have no header of their own, only those of tables in them."""
        self._lists: dict[Path, int] = {}
        """How many `[[...]]` there were so far of each list of tables."""
        tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
        for node in tree.root_node.children:
            self._section(node)

    def of(self, path: Path) -> Position:
        """Return where the path stands, or else the nearest table that should hold it."""
        while path:
            if position := self._found.get(path) or self._implied.get(path):
                return position
            path = path[:-1]
        return Position(1, 1)

    def _section(self, node: Node) -> None:
        if node.type == "pair":
            self._pair((), node)
        elif node.type in ("table", "table_array_element"):
            header, *pairs = node.named_children
            base = self._base(_keys(header), is_list=node.type == "table_array_element")
            self._note(base, header)
            for depth in range(1, len(base)):
                self._implied.setdefault(base[:depth], self._found[base])
            last = max((pair for pair in (header, *pairs) if pair.type != "comment"), key=_last_line)
            self.sections.append(Section(base, _last_line(last)))
            for pair in pairs:
                self._pair(base, pair)

    def _base(self, keys: Path, *, is_list: bool) -> Path:
        """Return the path of a header; a list of tables on the way means its last table."""
        path: Path = ()
        for depth, key in enumerate(keys, 1):
            path = (*path, key)
            if is_list and depth == len(keys):
                self._lists[path] = self._lists.get(path, 0) + 1
            if path in self._lists:
                path = (*path, self._lists[path] - 1)
        return path

    def _pair(self, base: Path, node: Node) -> None:
        if node.type != "pair":
            return
        key, *rest = node.named_children
        path = base
        for part in _keys(key):
            path = (*path, part)
            self._note(path, key)
        for value in rest:
            self._value(path, value)

    def _value(self, path: Path, node: Node) -> None:
        if node.type == "inline_table":
            for pair in node.named_children:
                self._pair(path, pair)
        elif node.type == "array":
            for position, item in enumerate(_items(node)):
                self._note((*path, position), item)
                self._value((*path, position), item)

    def _note(self, path: Path, node: Node) -> None:
        row, column = node.start_point
        before = self._lines[row][:column]
        self._found.setdefault(path, Position(row + 1, len(before.decode("utf-8", "replace")) + 1))


def _last_line(node: Node) -> int:
    return node.end_point[0] + 1


def _items(array: Node) -> Iterator[Node]:
    return (node for node in array.named_children if node.type != "comment")


def _keys(node: Node) -> tuple[str, ...]:
    """Return the parts of a written key; tomllib itself reads its quotes and escapes."""
    table = tomllib.loads(f"{(node.text or b'').decode()} = 0")
    keys = []
    while isinstance(table, dict):
        key, table = next(iter(table.items()))
        keys.append(key)
    return tuple(keys)
