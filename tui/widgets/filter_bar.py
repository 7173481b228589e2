"""`/`: a line in which a filter is typed; what is below it follows as one types."""

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.events import Key
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input, Label

_QUIET_S: Final = 0.05


def has_words(text: str, words: str) -> bool:
    """Whether a text has all the words, which are in lower case. Pure."""
    lower = text.lower()
    return all(word in lower for word in words.split())


class FilterBar(Horizontal):
    """Hidden until it is asked for, and as long as it filters."""

    BINDING_GROUP_TITLE = "Filter"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "clear", id="filter-clear", tooltip="Forget the filter"),
        Binding(
            "enter,down",
            "keep",
            "keep",
            id="filter-keep",
            tooltip="Keep the filter, back to the list",
            key_display="enter",
            priority=True,
        ),
    ]
    DEFAULT_CSS = """
    FilterBar { height: 1; display: none; padding: 0 1; }
    FilterBar.-open { display: block; }
    FilterBar Label { width: auto; color: $accent; text-style: bold; }
    FilterBar Input { width: 1fr; border: none; height: 1; padding: 0 1; background: $background; }
    FilterBar Input:focus { border: none; }
    FilterBar #count { color: $foreground 70%; text-style: none; }
    """

    class Changed(Message):
        """The filter reads otherwise."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The list should have the focus again."""

    def __init__(self) -> None:
        super().__init__(id="filter")
        self.waiting = False
        """Whether it is open, and keys do not come to it by themselves yet."""
        self._soon: Timer | None = None

    @property
    def text(self) -> str:
        """What is filtered by, in lower case."""
        return self.query_one(Input).value.strip().lower()

    def compose(self) -> ComposeResult:
        """A sign, the field, the count."""
        yield Label("/")
        yield Input(select_on_focus=False)
        yield Label("", id="count")

    def open(self) -> None:
        """Let a filter be typed. The focus comes when no key came for a moment: on a slow line many arrive at
        once, and those behind the first are on their way to the list already."""
        self.add_class("-open")
        self.waiting = True
        self._focus_soon()

    def _focus_soon(self) -> None:
        if self._soon is not None:
            self._soon.stop()
        self._soon = self.set_timer(_QUIET_S, self._focus)

    def _focus(self) -> None:
        if self.waiting:
            self.waiting = False
            self.query_one(Input).focus()

    def take(self, event: Key) -> None:
        """Take a key that went to the list."""
        field = self.query_one(Input)
        if event.key in ("enter", "down"):
            self.action_keep()
        elif event.key == "escape":
            self.action_clear()
        elif event.key == "backspace":
            field.action_delete_left()
        elif event.is_printable and event.character:
            field.insert_text_at_cursor(event.character)
        self._focus_soon()

    def tell(self, shown: int, total: int) -> None:
        """Say how many there are."""
        self.query_one("#count", Label).update(f"{shown:,} of {total:,}")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter as one types."""
        event.stop()
        self.post_message(self.Changed(self.text))

    def on_key(self, event: Key) -> None:
        """Keys typed here are text, not what they are for elsewhere."""
        if event.is_printable:
            event.stop()

    def action_keep(self) -> None:
        """Back to the list, filtered."""
        self.waiting = False
        self.set_class(bool(self.text), "-open")
        self.post_message(self.Left())

    def action_clear(self) -> None:
        """Back to the whole list."""
        self.waiting = False
        self.query_one(Input).value = ""
        self.remove_class("-open")
        self.post_message(self.Left())


async def first_to_filter(part: Widget, event: Key) -> None:
    """Open the filter before the next key is looked at, and give it those that it cannot get yet.

    For the part that has the focus: it looks at each key before what the key does is done.
    """
    active = part.screen.active_bindings.get(event.key)
    for bar in part.screen.query(FilterBar):
        if bar.waiting:
            event.stop()
            bar.take(event)
        elif active is not None and active.binding.action == "filter":
            event.stop()
            await part.app.run_action("filter", active.node)
