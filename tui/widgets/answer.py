"""One answer to a question, in one line: looks the same in every theme, and can't be chosen while it is disabled."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Static


class Answer(Static, can_focus=True):
    """Chosen by Enter or a click."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "choose", "choose", id="answer-choose", tooltip="Answer with what is marked", show=False
        ),
    ]
    DEFAULT_CSS = """
    Answer { width: auto; height: 1; padding: 0 2; margin-left: 2; background: $panel; }
    Answer:focus { text-style: bold reverse; }
    Answer:disabled { color: $quiet; text-style: dim; }
    """

    class Chosen(Message):
        """It was chosen."""

        def __init__(self, answer: "Answer") -> None:
            super().__init__()
            self.answer = answer

    def action_choose(self) -> None:
        """Say that it was chosen."""
        self.post_message(self.Chosen(self))

    def on_click(self) -> None:
        """The mouse chooses too."""
        self.action_choose()
