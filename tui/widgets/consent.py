"""A sentence that a person agrees to by itself, beside the answer: `[ ]` until then, `[x]` afterwards."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static


class Consent(Static, can_focus=True):
    """Given and taken back by Enter, the space bar, or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space", "agree", "agree", id="consent-agree", tooltip="Agree, or take it back", show=False
        ),
    ]
    DEFAULT_CSS = """
    Consent { width: 100%; height: auto; }
    Consent:focus { text-style: bold reverse; }
    """

    class Changed(Message):
        """It was given, or taken back."""

    def __init__(self, sentence: str, *, id: str) -> None:
        super().__init__(id=id)
        self._sentence = sentence
        self.given = False

    def on_mount(self) -> None:
        """Show that it is not given."""
        self._paint()

    def _paint(self) -> None:
        told = f"[{'x' if self.given else ' '}] {self._sentence}"
        does = "takes it back" if self.given else "agrees"
        self.update(Content.assemble(told, (f"   space {does}", "dim")))

    def action_agree(self) -> None:
        """Give it, or take it back."""
        self.given = not self.given
        self._paint()
        self.post_message(self.Changed())

    def on_click(self) -> None:
        """The mouse does it too."""
        self.action_agree()
