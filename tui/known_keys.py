"""The names of all bindings that can be given other keys."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from textual.binding import Binding
from textual.dom import DOMNode

import tui


def _below(kind: type[Any]) -> Iterator[type[Any]]:
    for sub in kind.__subclasses__():
        yield sub
        yield from _below(sub)


def bindings() -> Iterator[tuple[type[Any], Binding]]:
    """Yield every binding of the console's own screens and widgets that are loaded, with its class."""
    for kind in _below(DOMNode):
        if kind.__module__.partition(".")[0] == "tui":
            for item in kind.__dict__.get("BINDINGS", ()):
                if isinstance(item, Binding):
                    yield kind, item


def together() -> list[dict[str, str]]:
    """Return for each screen and part the names of its own keys, with those keys: they are there at the same time."""
    found: dict[type[Any], dict[str, str]] = {}
    for kind, item in bindings():
        keys = found.setdefault(kind, {})
        if item.id:
            keys[item.id] = ",".join(filter(None, (keys.get(item.id), item.key)))
    return [
        {name: keys for base in reversed(kind.__mro__) for name, keys in found.get(base, {}).items()}
        for kind in found
    ]


def known_ids() -> frozenset[str]:
    """Return the ids of all bindings; loads every screen and widget, which takes a moment."""
    for module in pkgutil.walk_packages(tui.__path__, "tui."):
        importlib.import_module(module.name)
    return frozenset(item.id for _, item in bindings() if item.id)
