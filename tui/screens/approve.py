"""The question before something that can't be taken back by a key: what will happen, and how one comes back.

No is focused. For half a second nothing can be answered, so that a repeated Enter of before is no answer. Where
a name has to be typed, yes is disabled until it is there, letter by letter.
"""

import time
from collections.abc import Iterator
from typing import ClassVar, Final

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from core.text import one_line
from tui.glyphs import glyphs
from tui.promotion.text import Line, head, line
from tui.widgets.answer import Answer
from tui.widgets.consent import Consent
from tui.widgets.lines import Lines

DEAD_S: Final = 0.5
"""For so long after it opens nothing is an answer."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked."""

    title: str
    parts: tuple[tuple[str, tuple[str, ...]], ...]
    """Headings, each with its sentences."""
    yes: str = "Yes"
    no: str = "No"
    name: str = ""
    """What has to be typed; empty: a yes is enough."""
    also: str = ""
    """What has to be agreed to besides, by itself; empty: nothing."""


class ApproveScreen(ModalScreen[bool]):
    """Asks one question; dismissed with whether it was answered with yes."""

    BINDING_GROUP_TITLE = "Question"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer_no", "no", id="answer-no", tooltip="No: nothing happens"),
        Binding(
            "left,up",
            "app.focus_previous",
            "previous",
            id="answer-previous",
            tooltip="The part before",
            show=False,
        ),
        Binding("right,down", "app.focus_next", "next", id="answer-next", tooltip="The next part", show=False),
        Binding("pagedown", "scroll_said(1)", "read on", id="answer-read-on", tooltip="Read on", show=False),
        Binding(
            "pageup", "scroll_said(-1)", "read back", id="answer-read-back", tooltip="Read back", show=False
        ),
    ]
    DEFAULT_CSS = """
    ApproveScreen { align: center middle; }
    ApproveScreen > Vertical { width: 84; max-width: 96%; height: auto; max-height: 96%; background: $surface;
        border: heavy $warning; border-title-color: $warning; border-title-style: bold; padding: 1 2 0 2; }
    ApproveScreen Lines { height: auto; max-height: 64vh; scrollbar-size-vertical: 1;
        scrollbar-gutter: stable; }
    ApproveScreen Static { height: auto; }
    ApproveScreen #typed { height: auto; margin-top: 1; }
    ApproveScreen #typed Static { width: auto; height: 1; padding-right: 1; }
    ApproveScreen Input { height: 1; border: none; width: 1fr; padding: 0 1; background: $panel; }
    ApproveScreen Input:focus { border: none; }
    ApproveScreen:ansi Input { text-style: underline; }
    ApproveScreen Consent { margin-top: 1; }
    ApproveScreen #buttons { height: 1; margin: 1 0; align-horizontal: right; }
    """

    def __init__(self, question: Question, dead_s: float = DEAD_S) -> None:
        super().__init__()
        self.question = question
        self._dead_s = dead_s
        self._opened = time.monotonic()

    def compose(self) -> ComposeResult:
        """Lay out the sentences, the field when a name is asked for, and the two answers."""
        question = self.question
        with Vertical() as box:
            box.border_title = one_line(question.title, 76)
            yield Lines(id="said")
            if question.name:
                with Horizontal(id="typed"):
                    yield Static(Content.assemble("Type ", (question.name, "bold"), " to approve:"))
                    yield Input(id="name", select_on_focus=False)
            if question.also:
                yield Consent(question.also, id="also")
            with Horizontal(id="buttons"):
                yield Answer(question.no, id="no")
                yield Answer(question.yes, id="yes", disabled=bool(question.name or question.also))

    def _text(self) -> Iterator[Line]:
        for at, (heading, texts) in enumerate(self.question.parts):
            if at:
                yield line()
            yield head(heading)
            yield from (line(f"{glyphs().dot} {text}", indent=2) for text in texts)

    def on_mount(self) -> None:
        """No is what Enter means."""
        said = self.query_one(Lines)
        said.can_focus = False
        said.show(tuple(self._text()))
        for field in self.query(Input):
            field.cursor_blink = False
        self.query_one("#no").focus()
        self._opened = time.monotonic()
        self.call_after_refresh(self._hint)

    def _hint(self) -> None:
        """Say how one reads what has no room."""
        more = self.query_one(Lines).max_scroll_y > 0
        self.query_one(Vertical).border_subtitle = "page down: read on" if more else ""

    def on_resize(self) -> None:
        """There may be room now, or not any more."""
        self.call_after_refresh(self._hint)

    @property
    def deaf(self) -> bool:
        """Whether nothing is an answer yet."""
        return time.monotonic() - self._opened < self._dead_s

    @property
    def _named(self) -> bool:
        return not self.question.name or self.query_one(Input).value == self.question.name

    @property
    def _agreed(self) -> bool:
        return all(consent.given for consent in self.query(Consent))

    def on_key(self, event: Key) -> None:
        """Letters go into the field, wherever the focus is; none of the key that opened this."""
        if self.question.name and event.is_printable and event.character and not self.deaf:
            field = self.query_one(Input)
            if self.focused is not field and event.character != " ":
                event.stop()
                field.focus()
                field.insert_text_at_cursor(event.character)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Yes is possible while the name is there."""
        event.stop()
        self._weigh()

    def on_consent_changed(self, event: Consent.Changed) -> None:
        """Yes is possible while it is agreed to, too."""
        event.stop()
        self._weigh()

    def _weigh(self) -> None:
        self.query_one("#yes", Answer).disabled = not (self._named and self._agreed)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field means yes, once the name is there; what is to be agreed to comes first."""
        event.stop()
        if self._named and not self._agreed:
            self.query_one(Consent).focus()
        self._yes()

    def on_answer_chosen(self, event: Answer.Chosen) -> None:
        """Take the answer."""
        event.stop()
        if event.answer.id == "yes":
            self._yes()
        elif not self.deaf:
            self.dismiss(False)

    def _yes(self) -> None:
        if self._named and self._agreed and not self.deaf:
            self.dismiss(True)

    def action_scroll_said(self, pages: int) -> None:
        """Show what has no room: a page further, or back."""
        said = self.query_one(Lines)
        said.scroll_relative(y=pages * max(1, said.size.height - 1), animate=False)

    def action_answer_no(self) -> None:
        """Nothing happens."""
        self.dismiss(False)
