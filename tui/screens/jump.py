"""Jump mode: a letter on every part that can have the focus; the letter takes it there."""

from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.geometry import Offset
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import Label, Static

LETTERS: Final = "asdfghjklqwertzuiop"


def targets(screen: Screen[Any]) -> dict[str, Widget]:
    """Return a letter for each part that can have the focus and is seen, in reading order."""
    seen = [widget for widget in screen.focus_chain if widget.region.area and widget.is_on_screen]
    ordered = sorted(seen, key=lambda widget: (widget.region.y, widget.region.x))
    return dict(zip(LETTERS, ordered, strict=False))


class JumpScreen(ModalScreen[Widget | None]):
    """The letters, over the screen."""

    BINDING_GROUP_TITLE = "Jump"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "stay", id="leave-jump", tooltip="Stay where you are")
    ]
    DEFAULT_CSS = """
    JumpScreen { background: transparent; }
    JumpScreen #hint { dock: bottom; height: 1; background: $panel; color: $foreground; }
    JumpScreen Label { position: absolute; background: $accent; color: $background; text-style: bold; padding: 0 1; }
    """

    def __init__(self, screen: Screen[Any]) -> None:
        super().__init__()
        self._targets = targets(screen)

    def compose(self) -> ComposeResult:
        """Put each letter on the corner of its part."""
        for letter, widget in self._targets.items():
            label = Label(letter)
            label.absolute_offset = Offset(widget.region.x, widget.region.y)
            yield label
        yield Static(" a letter goes to its part   esc stays", id="hint")

    def on_key(self, event: Key) -> None:
        """Go where the letter is; any other key stays."""
        if event.key == "escape":
            return
        event.stop()
        self.dismiss(self._targets.get(event.key))

    def action_leave(self) -> None:
        """Stay."""
        self.dismiss(None)
