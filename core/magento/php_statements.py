"""What a PHP configuration file does besides returning its array: return elsewhere, print, begin with a short tag."""

import re
from collections.abc import Iterator
from typing import Final

import tree_sitter

_INNER: Final = frozenset({
    "anonymous_function", "anonymous_function_creation_expression", "arrow_function", "class_declaration",
    "enum_declaration", "function_definition", "interface_declaration", "trait_declaration",
})  # fmt: skip
"""What has statements of its own, which do not run by being there."""
_PRINTING: Final = frozenset({"echo_statement", "print_intrinsic"})
_SHEBANG: Final = re.compile(rb"#![^\n]*\n\Z")
_STRANGE: Final = re.compile(
    rb"[\x0b\x0c]|\xc2[\x85\xa0]|\xe1\x9a\x80|\xe2\x80[\x80-\x8f\xa8-\xaf]|\xe2\x81\x9f|\xe3\x80\x80|\xef\xbb\xbf"
)
"""Spaces that the parser skips and PHP does not: they come with text that was copied from a web page."""


def returned(root: tree_sitter.Node) -> tree_sitter.Node | None:
    """Return the statement by which the file returns, where it always is this one that is reached."""
    found = next((node for node in root.named_children if node.type == "return_statement"), None)
    return found if found is not None and other_return(root, found) is None else None


def other_return(root: tree_sitter.Node, found: tree_sitter.Node | None = None) -> tree_sitter.Node | None:
    """Return what may end the file before `found` is reached, or in its place: a `return` within an `if`, a `goto`."""
    for node in _statements(root):
        if node == found:
            return None
        if node.type in ("return_statement", "goto_statement"):
            return node
    return None


def short_tag(root: tree_sitter.Node, source: bytes) -> tree_sitter.Node | None:
    """Return the tag `<?`, which PHP takes for text unless its php.ini says otherwise."""
    return next(
        (
            node
            for node in _statements(root)
            if node.type == "php_tag" and source[node.start_byte : node.end_byte].strip() == b"<?"
        ),
        None,
    )


def strange_space(root: tree_sitter.Node, source: bytes) -> int | None:
    """Return the line of a space between words that is none to PHP."""
    if not any(found.start() for found in _STRANGE.finditer(source)):  # at 0: a byte order mark
        return None
    end = root.children[0].end_byte if root.children else 0
    for leaf in leaves(root):
        if _STRANGE.search(source, end, leaf.start_byte):
            return leaf.start_point.row + 1
        end = max(end, leaf.end_byte)
    return None


def leaves(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Yield the words and signs of the source."""
    if node.child_count == 0:
        yield node
    for child in node.children:
        yield from leaves(child)


def prints(root: tree_sitter.Node, source: bytes) -> bool:
    """Tell whether the file prints something before it returns: every page would begin with it."""
    begin = next((node.start_byte for node in root.children if node.type == "php_tag"), 0)
    if begin and not _SHEBANG.match(source[:begin]):
        return True
    for node in _statements(root):
        if node.type == "return_statement":
            return False
        text = source[node.start_byte : node.end_byte]
        if node.type in _PRINTING or (node.type == "php_tag" and text.startswith(b"<?=")):
            return True
        if node.type == "text_interpolation" and _between(node, source):
            return True
    return False


def _between(node: tree_sitter.Node, source: bytes) -> bytes:
    """Return what stands between `?>` and the next `<?php`; PHP swallows one newline."""
    start = next((child.end_byte for child in node.children if child.type == "php_end_tag"), node.start_byte)
    end = next((child.start_byte for child in node.children if child.type == "php_tag"), node.end_byte)
    return re.sub(rb"\A\r?\n", b"", source[start:end])


def _statements(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Yield the nodes that run when the file is included, in their order; not what an array holds."""
    for child in node.children:
        yield child
        if child.type not in _INNER and child.type != "array_creation_expression":
            yield from _statements(child)
