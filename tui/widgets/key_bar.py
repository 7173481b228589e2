"""The last line: the keys of the context, at most eight, and what each does."""

from typing import Any, Final, NamedTuple

from rich.cells import cell_len
from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

MOST: Final = 8
_LAST: Final = ("back", "help", "palette")
"""Always there, and always at the end."""


class Entry(NamedTuple):
    """One entry of the line."""

    key: str
    display: str
    """The key as people write it."""
    description: str
    possible: bool
    last: bool = False
    """One of those that are always there."""

    @property
    def cells(self) -> int:
        """How wide it is, with the gap behind it."""
        return sum(cell_len(text) for text, _ in _pieces(self)) + _GAP


_GAP: Final = 3
READ_ONLY: Final = "mageconsole was started with --read-only"


def why_not(node: DOMNode, action: str) -> str:
    """Return why an action of the node is not possible now, empty when it is."""
    ask = getattr(node, "why_not", None)
    name = action.rpartition(".")[2].partition("(")[0]
    if getattr(getattr(node.app, "options", None), "read_only", False) and name in getattr(node, "CHANGES", ()):
        return READ_ONLY
    return str(ask(name)) if callable(ask) else ""


def entries(screen: Screen[Any]) -> list[Entry]:
    """Return what the line shows: the focused part's own keys first, the constant ones last."""
    found: dict[str, tuple[Binding, DOMNode]] = {}
    for key, active in screen.active_bindings.items():
        binding = active.binding
        # Escape goes back, whichever part takes it first: the way out is always shown.
        name = "back" if key == "escape" else binding.id or binding.action
        if (binding.show or key == "escape") and binding.description and name not in found:
            found[name] = (binding, active.node)
    last = [name for name in _LAST if name in found]
    # A screen whose next action changes names those that come first now (`foremost`, by id).
    foremost = list(getattr(screen, "foremost", ()))
    first = [name for name in foremost if name in found]
    first += [name for name in found if name not in (*_LAST, *first)]
    first = first[: MOST - len(last)]
    shown = []
    for name in (*first, *last):
        binding, node = found[name]
        possible = not why_not(node, binding.action)
        shown.append(
            Entry(binding.key, screen.app.get_key_display(binding), binding.description, possible, name in last)
        )
    return shown


def fitting(found: list[Entry], width: int) -> list[Entry]:
    """Return the entries that fit; where there is no room, the way back and the help stay. Pure."""
    kept = list(found)
    while sum(entry.cells for entry in kept) - _GAP > width:
        going = [entry for entry in kept if not entry.last] or kept
        kept.remove(going[-1])
    return kept


class KeyBar(Widget):
    """One line of keys. A key that is not possible now stays, in brackets; pressing it says why."""

    DEFAULT_CSS = """
    KeyBar { height: 1; padding: 0 1; background: $panel; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, str]] = []
        self._painted: list[Entry] = []

    def on_mount(self) -> None:
        """Follow the focus and what becomes possible."""
        self.screen.bindings_updated_signal.subscribe(self, self._follow)

    def _follow(self, screen: Screen[Any]) -> None:
        # Told at each look at the hosts, too: mostly nothing became possible or impossible.
        if self._painted and entries(screen) != self._painted:
            self.refresh()

    def render(self) -> Content:
        """Return the line; it ends with a whole entry, never within one."""
        parts: list[tuple[str, str]] = []
        self._places, at = [], 0
        self._painted = entries(self.screen)
        for entry in fitting(self._painted, self.size.width - 2):
            self._places.append((at, at + entry.cells - _GAP, entry.key))
            parts += [*_pieces(entry), (" " * _GAP, "")]
            at += entry.cells
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Do what the key would do."""
        at = event.x - 1
        for start, end, key in self._places:
            if start <= at < end:
                self.app.simulate_key(key)


def _pieces(entry: Entry) -> list[tuple[str, str]]:
    if entry.possible:
        return [(entry.display, "bold $accent"), (f" {entry.description}", "")]
    return [(f"({entry.display} {entry.description})", "dim")]
