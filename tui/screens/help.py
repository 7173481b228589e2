"""`?`: every key of the focused part, read from the bindings themselves; a line for each."""

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any, ClassVar, Final, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from tui.keys_told import grouped
from tui.promotion.text import Line, head, line
from tui.widgets.key_bar import called, why_not
from tui.widgets.lines import Lines

_ROOM: Final = 13
"""Cells of the column of keys."""


class Entry(NamedTuple):
    """One line of the page."""

    keys: str
    text: str
    names: str
    """By which keys.toml gives it other keys."""
    reason: str
    """Why it is not possible now; empty when it is."""


def _page(entries: list[tuple[Binding, DOMNode, str]]) -> Iterator[Entry]:
    """Yield a group's lines; keys of one action that differ by a number share one."""
    alike: dict[tuple[str, int], list[tuple[Binding, DOMNode, str]]] = {}
    for binding, node, keys in entries:
        name, _, arguments = binding.action.partition("(")
        number = bool(arguments) and keys.isdecimal()
        alike.setdefault((name, 0) if number else (binding.action, id(binding)), []).append(
            (binding, node, keys)
        )
    for many in alike.values():
        binding, node, keys = many[0]
        if binding.id and called(node, binding) != binding.description:
            text = called(node, binding)
            text = text[:1].upper() + text[1:]
        else:
            text = binding.tooltip or binding.description
        names = [item.id for item, _, _ in many if item.id]
        if len(many) > 1:
            texts = [item.tooltip for item, _, _ in many]
            same = _shared(texts)
            text = same + ", ".join(item.removeprefix(same) for item in texts)
            keys = f"{keys}-{many[-1][2]}"
        yield Entry(keys, text, ", ".join(names), why_not(node, binding.action))


def _shared(texts: Sequence[str]) -> str:
    """Return what all of them begin with."""
    same = takewhile(lambda letters: len(set(letters)) == 1, zip(*texts, strict=False))
    return "".join(letters[0] for letters in same)


def help_lines(screen: Screen[Any], *, names: bool = False) -> Iterator[Line]:
    """Yield the page: a group's title, then a line a key; what is not possible now says why.

    names: what each is called in keys.toml, in place of what it does.
    """
    for at, (title, entries) in enumerate(grouped(screen).items()):
        if at:
            yield line()
        yield head(title)
        for entry in _page(entries):
            lead = f"  {entry.keys:<{_ROOM}} "
            if names:
                yield Line(((lead, "accent"), (entry.names or "keeps its key", "dim")), len(lead))
            elif entry.reason:
                yield Line(((lead, "dim"), (f"{entry.text}  (not now: {entry.reason})", "dim")), len(lead))
            else:
                yield Line(((lead, "accent"), (entry.text, "")), len(lead))


class HelpScreen(ModalScreen[None]):
    """The page over the screen that it is about."""

    BINDING_GROUP_TITLE = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "close", "close", id="close-help", tooltip="Close the help"),
        Binding("n", "names", "names", id="help-names", tooltip="What the keys are called in keys.toml"),
        Binding("j", "scroll(1)", "down", id="help-down", tooltip="Scroll down", show=False),
        Binding("k", "scroll(-1)", "up", id="help-up", tooltip="Scroll up", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > Lines { width: 84; max-width: 96%; height: auto; max-height: 96%; background: $surface;
        border: round $border-blurred; border-title-color: $accent; border-title-style: bold;
        border-subtitle-color: $quiet; padding: 0 2; }
    """

    def __init__(self, about: Screen[Any]) -> None:
        super().__init__()
        self._pages = tuple(help_lines(about)), tuple(help_lines(about, names=True))
        self._named = False

    def compose(self) -> ComposeResult:
        """Lay the lines out in one box that scrolls."""
        box = Lines(id="keys")
        box.border_title = "Keys"
        yield box

    def on_mount(self) -> None:
        """Show what the keys do."""
        self._show()
        self.query_one(Lines).focus()

    def _show(self) -> None:
        box = self.query_one(Lines)
        box.border_subtitle = f"esc close   n {'what they do' if self._named else 'names for keys.toml'}"
        box.show(self._pages[self._named])

    def action_names(self) -> None:
        """Show the names, or what the keys do."""
        self._named = not self._named
        self._show()

    def action_scroll(self, by: int) -> None:
        """Scroll by a line."""
        self.query_one(Lines).scroll_relative(y=by, animate=False)

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)
