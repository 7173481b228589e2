"""The modules' `system.xml` as one tree, merged as Magento merges them: by ids, with includes and `extends`."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeAlias
from xml.etree.ElementTree import Element

import msgspec

from core.magento.module_xml import parse

_DEEPEST: Final = 10  # a file may include itself, a node extend itself
_KINDS: Final = ("section", "group", "field")
_TEXTS: Final = ("label", "comment", "config_path", "source_model", "backend_model", "validate")
Path: TypeAlias = tuple[str, ...]


class Node(msgspec.Struct):
    """A section, group or field."""

    kind: str
    attributes: dict[str, str] = {}
    texts: dict[str, str] = {}
    """Its label, comment, models, rules."""
    options: tuple[tuple[str, str], ...] = ()
    children: "dict[str, Node]" = {}
    module: str = ""
    """The one that declared it last."""


def system_tree(files: Iterable[tuple[str, bytes]], partials: Mapping[str, bytes]) -> Node:
    """Return all sections. `files`: module and its system.xml, in the order of loading; what a later one says counts.

    `partials` are the files that an `include` names, by its path. Raises ConsoleError `module-xml-broken`.
    """
    root = Node("system")
    for module, xml in files:
        for system in parse(xml, f"{module} etc/adminhtml/system.xml").iter("system"):
            _add(root, system, module, partials, 0)
    for path in list(_paths(root)):
        _extend(root, path, 0)
    return root


def _add(node: Node, element: Element, module: str, partials: Mapping[str, bytes], depth: int) -> None:
    for child in element:
        if child.tag == "include":
            name = child.get("path", "")
            if name in partials and depth < _DEEPEST:
                _add(node, parse(partials[name], name), module, partials, depth + 1)
        elif child.tag in _KINDS:
            inner = node.children.setdefault(child.get("id", ""), Node(child.tag))
            inner.module = module
            inner.attributes |= child.attrib
            inner.texts |= {tag: text for tag in _TEXTS if (text := _text(child, tag))}
            inner.options = _options(child) or inner.options
            if child.tag != "field":
                _add(inner, child, module, partials, depth)


def _text(element: Element, tag: str) -> str:
    """Return the text of a child, without the markup that comments hold."""
    found = element.find(tag)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


def _options(element: Element) -> tuple[tuple[str, str], ...]:
    found = element.iterfind("options/option")
    return tuple((option.text.strip() if option.text else "", option.get("label", "")) for option in found)


def _paths(node: Node, path: Path = ()) -> Iterator[Path]:
    for name, child in node.children.items():
        yield (*path, name)
        yield from _paths(child, (*path, name))


def _at(root: Node, path: Path) -> Node | None:
    node: Node | None = root
    for name in path:
        node = node.children.get(name) if node is not None else None
    return node


def _extend(root: Node, path: Path, depth: int) -> None:
    """Give a node what the one that it extends has, its own word first (`Structure\\Mapper\\ExtendsMapper`)."""
    node = _at(root, path)
    wanted = node.attributes.pop("extends", "") if node is not None and depth < _DEEPEST else ""
    if node is None or not wanted:
        return
    source = _absolute(path, wanted)
    _extend(root, source, depth + 1)
    found = _at(root, source)
    if found is None or source == path:
        return
    _under(node, found, 0)
    for inner in list(_paths(node, path)):
        _extend(root, inner, depth + 1)


def _absolute(path: Path, wanted: str) -> Path:
    """Return the path that is meant: an asterisk stands for the same part of the own path."""
    parts = wanted.strip().split("/")
    return tuple(path[at] if part == "*" and at < len(path) else part for at, part in enumerate(parts))


def _under(node: Node, other: Node, depth: int) -> None:
    """Add to a node what another one has and it has not."""
    node.attributes = {**other.attributes, **node.attributes}
    node.texts = {**other.texts, **node.texts}
    node.options = node.options or other.options
    node.module = node.module or other.module
    own, node.children = node.children, {}
    for name in dict.fromkeys((*other.children, *own)):
        child = own.get(name) or Node(other.children[name].kind)
        if name in other.children and depth < _DEEPEST:
            _under(child, other.children[name], depth + 1)
        node.children[name] = child
