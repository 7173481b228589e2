"""The question which of a few things is meant: each with a sentence."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option


class ChooseScreen(ModalScreen[str | None]):
    """Dismissed with the name that was chosen, or None."""

    BINDING_GROUP_TITLE = "Choice"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="choose-leave", tooltip="Nothing is changed"),
    ]
    DEFAULT_CSS = """
    ChooseScreen { align: center middle; }
    ChooseScreen > Vertical { width: 84; max-width: 96%; height: auto; background: $surface;
        border: heavy $accent; border-title-color: $accent; border-title-style: bold; padding: 1 2; }
    ChooseScreen Static { height: auto; }
    ChooseScreen OptionList { height: auto; max-height: 14; margin: 1 0; border: none; background: $panel; }
    ChooseScreen OptionList:focus { border: none; }
    """

    def __init__(self, title: str, text: str, choices: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._title = title
        self._text = text
        self._choices = choices

    def compose(self) -> ComposeResult:
        """Lay out the text and the choices."""
        with Vertical() as box:
            box.border_title = self._title[:76]
            yield Static(Content(self._text))
            yield OptionList(*(Option(f"{name}: {told}", id=name) for name, told in self._choices))
            yield Static(Content.styled("enter chooses   esc leaves everything as it is", "$quiet"))

    def on_mount(self) -> None:
        """Stand on the first."""
        field = self.query_one(OptionList)
        field.highlighted = 0
        field.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take it."""
        event.stop()
        self.dismiss(event.option_id)

    def action_leave(self) -> None:
        """Nothing happens."""
        self.dismiss(None)
