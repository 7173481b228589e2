"""What can be asked of a plan besides: the options of the command line, as a form."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from tui.promotion.wanted import Wanted, asked_for, fields
from tui.widgets.field import Field


class PlanOptionsScreen(ModalScreen[Wanted | None]):
    """A line for each option; dismissed with what is wanted then, or None."""

    BINDING_GROUP_TITLE = "Options"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "no", id="options-no", tooltip="Leave the plan as it is"),
        # Before the fields themselves, which would take these keys for scrolling.
        Binding(
            "down",
            "app.focus_next",
            "next",
            id="options-next",
            tooltip="The next line",
            show=False,
            priority=True,
        ),
        Binding(
            "up",
            "app.focus_previous",
            "previous",
            id="options-previous",
            tooltip="The line before",
            show=False,
            priority=True,
        ),
    ]
    DEFAULT_CSS = """
    PlanOptionsScreen { align: center middle; }
    PlanOptionsScreen > Vertical { width: 84; max-width: 96%; height: auto; background: $surface;
        border: heavy $accent; border-title-color: $accent; border-title-style: bold; padding: 1 2; }
    PlanOptionsScreen Horizontal { height: 1; margin-bottom: 1; }
    PlanOptionsScreen Horizontal Static { width: 25; }
    PlanOptionsScreen Input { height: 1; border: none; width: 1fr; padding: 0 1; background: $panel; }
    PlanOptionsScreen Input:focus { border: none; }
    PlanOptionsScreen:ansi Input { text-style: underline; }
    """

    def __init__(self, wanted: Wanted) -> None:
        super().__init__()
        self._wanted = wanted

    def compose(self) -> ComposeResult:
        """Lay the lines out."""
        with Vertical() as box:
            box.border_title = f"Options: {self._wanted.title}"
            for field, typed in fields(self._wanted):
                with Horizontal():
                    yield Static(field.label)
                    yield Field(typed, placeholder=field.hint, name=field.name)
            yield Static(Content.styled("enter makes the plan again   esc leaves it as it is", "$quiet"))

    def on_mount(self) -> None:
        """Begin with the first line."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.query(Input).first().focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Want what was typed."""
        event.stop()
        typed = {field.name or "": field.value for field in self.query(Input)}
        self.dismiss(asked_for(self._wanted, typed))

    def action_leave(self) -> None:
        """Leave the plan as it is."""
        self.dismiss(None)
