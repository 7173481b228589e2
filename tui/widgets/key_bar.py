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
        """How wide it is, with a blank or a bracket at each side."""
        return sum(cell_len(text) for text, _ in painted(self))


READ_ONLY: Final = "mageconsole was started with --read-only"


def why_not(node: DOMNode, action: str) -> str:
    """Return why an action of the node is not possible now, empty when it is."""
    ask = getattr(node, "why_not", None)
    name = action.rpartition(".")[2].partition("(")[0]
    if getattr(getattr(node.app, "options", None), "read_only", False) and name in getattr(node, "CHANGES", ()):
        return READ_ONLY
    return str(ask(name)) if callable(ask) else ""


def called(node: DOMNode, binding: Binding) -> str:
    """Return what the action of a key is called now: a node whose key does another thing gives `label(action)`."""
    ask = getattr(node, "label", None)
    return (str(ask(binding.action)) if callable(ask) else "") or binding.description


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
    able = {name: not why_not(node, binding.action) for name, (binding, node) in found.items()}
    # A screen whose next action changes names those that come first now (`foremost`, by id): these also while
    # they are not possible, of the others only what is.
    foremost = list(getattr(screen, "foremost", ()))
    first = [name for name in foremost if name in found]
    first += [name for name in found if name not in (*_LAST, *first) and (able[name] or not foremost)]
    first = first[: MOST - len(last)]
    shown = []
    for name in (*first, *last):
        binding, node = found[name]
        display = screen.app.get_key_display(binding)
        shown.append(Entry(binding.key, display, called(node, binding), able[name], name in last))
    return shown


def fitting(found: list[Entry], width: int) -> tuple[list[Entry], int]:
    """Return the entries that fit, and the cells between two. Pure.

    Where there is little room they move together, then the palette is its key alone, then those at the end go:
    the way back and the help stay.
    """
    kept = list(found)
    if _width(kept, 1) <= width:
        return kept, 1
    if _width(kept, 0) > width and kept and kept[-1].last:
        kept[-1] = kept[-1]._replace(description="")
    while _width(kept, 0) > width:
        going = [entry for entry in kept if not entry.last] or kept
        kept.remove(going[-1])
    return kept, int(_width(kept, 1) <= width)


def _width(found: list[Entry], gap: int) -> int:
    return sum(entry.cells + gap for entry in found) - gap


class KeyBar(Widget):
    """One line of keys. A key that is not possible now stays, in brackets; pressing it says why.

    The brackets take the place of blanks: nothing moves when a key becomes possible.
    """

    DEFAULT_CSS = """
    KeyBar { height: 1; background: $panel; }
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
        shown, gap = fitting(self._painted, self.size.width)
        for entry in shown:
            self._places.append((at, at + entry.cells, entry.key))
            parts += [*painted(entry), (" " * gap, "")]
            at += entry.cells + gap
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Do what the key would do."""
        for start, end, key in self._places:
            if start <= event.x < end:
                self.app.simulate_key(key)


def painted(entry: Entry) -> list[tuple[str, str]]:
    """Return an entry in pieces with their styles: brackets, where blanks were, say that it is not possible."""
    told = f" {entry.description}" if entry.description else ""
    if entry.possible:
        return [(f" {entry.display}", "bold $accent"), (f"{told} ", "")]
    return [(f"({entry.display}{told})", "dim")]
