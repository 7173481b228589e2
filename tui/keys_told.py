"""The keys that work now, in groups, each with its words: for the help and the palette. Read from the bindings."""

from typing import Any, Final

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

from tui.screens.base import ConsoleScreen

EVERYWHERE: Final = "Everywhere"
_SCROLLING: Final = {
    "scroll_up": "A line up",
    "scroll_down": "A line down",
    "scroll_left": "To the left",
    "scroll_right": "To the right",
    "scroll_home": "To the beginning",
    "scroll_end": "To the end",
    "page_up": "A page up",
    "page_down": "A page down",
    "page_left": "A page to the left",
    "page_right": "A page to the right",
}
"""Textual's own actions of parts that scroll, in our words."""
_SIDEWAYS: Final = ("scroll_left", "scroll_right", "page_left", "page_right")


def grouped(screen: Screen[Any]) -> dict[str, list[tuple[Binding, DOMNode, str]]]:
    """Return the bindings that work now by their group, the focused part's first; each once, with all its keys."""
    groups: dict[str, dict[str, tuple[Binding, DOMNode, list[str]]]] = {}
    for active in screen.active_bindings.values():
        binding, node = _in_our_words(active.binding), active.node
        if not binding.description or binding.system or _idle(binding, node):
            continue
        found = groups.setdefault(_group(binding, node), {})
        keys = found.setdefault(binding.id or binding.action, (binding, node, []))[2]
        if not binding.key.startswith("super+"):  # of a Mac's own programs; it never comes through a terminal
            keys.append(screen.app.get_key_display(active.binding))
    ordered = [title for title in groups if title != EVERYWHERE] + [EVERYWHERE] * (EVERYWHERE in groups)
    return {
        title: [
            (binding, node, " ".join(dict.fromkeys(keys))) for binding, node, keys in groups[title].values()
        ]
        for title in ordered
    }


def _group(binding: Binding, node: DOMNode) -> str:
    """Return the heading of a key: what all screens have stands under one."""
    if isinstance(node, App | Screen):
        owner = next((kind for kind in type(node).__mro__ if _declares(kind, binding)), None)
        if owner is None or owner is ConsoleScreen or not issubclass(owner, ConsoleScreen | ModalScreen):
            return EVERYWHERE
    return str(getattr(node, "BINDING_GROUP_TITLE", None) or EVERYWHERE)


def _declares(kind: type[Any], binding: Binding) -> bool:
    declared = kind.__dict__.get("BINDINGS", ())
    return any(isinstance(item, Binding) and item.action == binding.action for item in declared)


def _in_our_words(binding: Binding) -> Binding:
    if binding.id or binding.action not in _SCROLLING:
        return binding
    told = _SCROLLING[binding.action]
    return Binding(binding.key, binding.action, told, show=False, key_display=binding.key_display, tooltip=told)


def _idle(binding: Binding, node: DOMNode) -> bool:
    """Whether a key moves something that has nowhere to move."""
    return binding.action in _SIDEWAYS and isinstance(node, Widget) and node.max_scroll_x == 0
