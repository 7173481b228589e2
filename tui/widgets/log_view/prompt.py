"""The line in which a pattern is typed."""

from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

Purpose = Literal["search", "filter"]


class LogPrompt(Horizontal):
    """Asks for a regular expression."""

    BINDING_GROUP_TITLE = "Pattern"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "back", id="log-prompt-cancel", tooltip="Leave without a pattern"),
    ]
    DEFAULT_CSS = """
    LogPrompt { height: 1; display: none; }
    LogPrompt.-open { display: block; }
    LogPrompt Label { width: auto; padding: 0 1 0 0; color: $accent; }
    LogPrompt Input { width: 1fr; height: 1; border: none; padding: 0; }
    LogPrompt Input:focus { border: none; }
    """

    class Given(Message):
        """A pattern was typed; empty to leave the search or the filter."""

        def __init__(self, purpose: Purpose, pattern: str) -> None:
            self.purpose, self.pattern = purpose, pattern
            super().__init__()

    class Left(Message):
        """Nothing was asked for."""

    purpose: Purpose = "search"

    def compose(self) -> ComposeResult:
        """Lay out a word and the field."""
        yield Label("search")
        field = Input(compact=True, placeholder="regular expression; small letters find capitals too")
        field.cursor_blink = False
        yield field

    def ask(self, purpose: Purpose, pattern: str) -> None:
        """Open with the last pattern, so that it can be mended."""
        self.purpose = purpose
        self.query_one(Label).update(purpose)
        field = self.query_one(Input)
        field.value = pattern
        self.add_class("-open")
        field.focus()
        field.select_all()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Give the pattern."""
        event.stop()
        self.remove_class("-open")
        self.post_message(self.Given(self.purpose, event.value))

    def action_cancel(self) -> None:
        """Leave."""
        self.remove_class("-open")
        self.post_message(self.Left())
