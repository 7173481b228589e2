"""The line in which a pattern is typed."""

from typing import ClassVar, Final, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Key
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label

_QUIET_S: Final = 0.05
Purpose = Literal["search", "filter"]


class PatternField(Input):
    """The field. Keys that come with the enter that closes it are not for it."""

    def on_key(self, event: Key) -> None:
        """Close at once on enter, and hand on what came behind it."""
        prompt = self.parent
        if not isinstance(prompt, LogPrompt) or (prompt.has_class("-open") and event.key != "enter"):
            return
        event.stop()
        event.prevent_default()
        if prompt.has_class("-open"):
            prompt.give()
        else:
            self.app.post_message(Key(event.key, event.character))


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
    _soon: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out a word and the field."""
        yield Label("search")
        field = PatternField(compact=True, placeholder="regular expression; small letters find capitals too")
        field.cursor_blink = field.select_on_focus = False
        yield field

    @property
    def waiting(self) -> bool:
        """Whether it is open, and keys do not come to it by themselves yet."""
        return self.has_class("-open") and not self.query_one(Input).has_focus

    def ask(self, purpose: Purpose, pattern: str) -> None:
        """Open with the last pattern, so that it can be mended. The focus comes when no key came for a moment:
        on a slow line many arrive at once, and those behind the first are on their way to the log already."""
        self.purpose = purpose
        self.query_one(Label).update(purpose)
        field = self.query_one(Input)
        field.value = pattern
        field.select_all()
        self.add_class("-open")
        self._focus_soon()

    def _focus_soon(self) -> None:
        if self._soon is not None:
            self._soon.stop()
        self._soon = self.set_timer(_QUIET_S, self._focus)

    def _focus(self) -> None:
        if self.waiting:
            field = self.query_one(Input)
            selection = field.selection
            field.focus()
            field.selection = selection

    def take(self, event: Key) -> None:
        """Take a key that went to the log."""
        field = self.query_one(Input)
        if event.key == "enter":
            self.give()
            return
        if event.key == "escape":
            self.action_cancel()
            return
        if event.key == "backspace":
            field.action_delete_left()
        elif event.is_printable and event.character:
            field.replace(event.character, *field.selection)
        self._focus_soon()

    def give(self) -> None:
        """Give the pattern."""
        self.remove_class("-open")
        if isinstance(self.parent, Widget):
            self.screen.set_focus(self.parent)
        self.post_message(self.Given(self.purpose, self.query_one(Input).value))

    def action_cancel(self) -> None:
        """Leave."""
        self.remove_class("-open")
        self.post_message(self.Left())
