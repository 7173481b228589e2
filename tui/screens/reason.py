"""The question for one line: a reason, which is recorded, or a name."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.text import one_line
from tui.widgets.field import Field


class ReasonScreen(ModalScreen[str | None]):
    """Asks for one line; dismissed with it, or None."""

    BINDING_GROUP_TITLE = "Reason"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "no", id="reason-no", tooltip="Nothing happens"),
    ]
    DEFAULT_CSS = """
    ReasonScreen { align: center middle; }
    ReasonScreen > Vertical { width: 76; max-width: 96%; height: auto; background: $surface;
        border: heavy $warning; border-title-color: $warning; border-title-style: bold; padding: 1 2; }
    ReasonScreen Static { height: auto; }
    ReasonScreen Input { height: 1; border: none; margin: 1 0; padding: 0 1; background: $panel; }
    ReasonScreen Input:focus { border: none; }
    ReasonScreen:ansi Input { text-style: underline; }
    """

    def __init__(
        self,
        title: str,
        text: str,
        *,
        hint: str = "the reason; it is recorded",
        needed: bool = True,
        password: bool = False,
        value: str = "",
        wrong: Callable[[str], str] | None = None,
    ) -> None:
        """wrong: what is wrong with a text, in a sentence; empty when nothing is."""
        super().__init__()
        self._hint = hint
        self._needed = needed
        self._password = password
        self._title = title
        self._text = text
        self._value = value
        self._wrong = wrong

    def compose(self) -> ComposeResult:
        """Lay out what is asked, the field, and what the keys mean."""
        with Vertical() as box:
            box.border_title = one_line(self._title, 70)
            yield Static(Content(self._text))
            yield Field(
                self._value,
                id="reason",
                select_on_focus=False,
                placeholder=self._hint,
                max_length=200,
                password=self._password,
            )
            yield Static(Content.styled("enter confirms   esc leaves everything as it is", "$quiet"), id="said")

    def on_mount(self) -> None:
        """Be ready to write."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take the reason; without one say that it is needed."""
        event.stop()
        reason = event.value if self._password else one_line(event.value)
        wrong = self._wrong(reason) if self._wrong is not None else ""
        if not reason and self._needed:
            wrong = "A passphrase is needed." if self._password else "A reason is needed: it is recorded."
        if wrong:
            self.query_one("#said", Static).update(Content.styled(wrong, "$warning"))
        else:
            self.dismiss(reason)

    def action_leave(self) -> None:
        """Nothing happens."""
        self.dismiss(None)
