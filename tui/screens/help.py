"""`?`: every key of the focused part, read from the bindings themselves."""

from collections.abc import Iterator
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from tui.widgets.key_bar import why_not

_UNTITLED = "Everywhere"


def grouped(screen: Screen[Any]) -> dict[str, list[tuple[Binding, DOMNode, str]]]:
    """Return the bindings that work now by their group, the focused part's first; each once, with all its keys."""
    groups: dict[str, dict[str, tuple[Binding, DOMNode, list[str]]]] = {}
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if not binding.description or binding.system:
            continue
        title = str(getattr(node, "BINDING_GROUP_TITLE", None) or _UNTITLED)
        found = groups.setdefault(title, {}).setdefault(binding.id or binding.action, (binding, node, []))
        found[2].append(screen.app.get_key_display(binding))
    return {
        title: [(binding, node, " ".join(dict.fromkeys(keys))) for binding, node, keys in entries.values()]
        for title, entries in groups.items()
    }


def help_lines(screen: Screen[Any]) -> Iterator[Content]:
    """Yield the page: a group's title, then a line a key; what is not possible now says why."""
    for title, entries in grouped(screen).items():
        yield Content.styled(title, "bold $accent")
        for binding, node, keys in entries:
            text = binding.tooltip or binding.description
            reason = why_not(node, binding.action)
            yield Content.assemble(
                (f"  {keys:<14} ", "bold"), text, (f"  (not now: {reason})" if reason else "", "dim")
            )
            if binding.id:
                yield Content.styled(f"  {'':<14} {binding.id}", "dim")
        yield Content("")


class HelpScreen(ModalScreen[None]):
    """The page over the screen that it is about."""

    BINDING_GROUP_TITLE = "Help"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,question_mark,f1,q", "close", "close", id="close-help", tooltip="Close the help"),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen > VerticalScroll { width: 84; max-width: 96%; height: auto; max-height: 90%; background: $surface;
        border: round $border-blurred; border-title-color: $accent; border-title-style: bold; padding: 0 2; }
    HelpScreen Static { height: auto; }
    """

    def __init__(self, about: Screen[Any]) -> None:
        super().__init__()
        self._lines = list(help_lines(about))

    def compose(self) -> ComposeResult:
        """Lay the lines out in one box that scrolls."""
        with VerticalScroll() as box:
            box.border_title = "Keys"
            box.border_subtitle = "esc close   names in dim are for keys.toml"
            yield Static(Content("\n").join(self._lines))

    def action_close(self) -> None:
        """Go back."""
        self.dismiss(None)
