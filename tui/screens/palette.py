"""The command palette: everything that can be done, found by words."""

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, Key
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from tui.palette import Entry, everything, found
from tui.pipeline.rows import Span
from tui.screens.base import ConsoleScreen
from tui.widgets.lines import STYLES
from tui.widgets.table import Column, Table

if TYPE_CHECKING:
    from tui.app import ConsoleApp

_COLUMNS = (Column("", 10), Column(""), Column("", 46, wide_only=True), Column("", 12))


def _cells(entry: Entry) -> list[Span]:
    if entry.reason:
        title = Span(f"({entry.title})", "dim")
        return [Span(entry.group, "dim"), title, Span(entry.text, "dim"), Span(entry.keys, "dim")]
    return [Span(entry.group, "dim"), Span(entry.title), Span(entry.text, "dim"), Span(entry.keys, "accent")]


class Entries(Table[Entry]):
    """The list; the keys that move in it come from the field above, and a click is enough."""

    can_focus = False
    titled = False

    def on_click(self, event: Click) -> None:
        """Do what was clicked."""
        at = self.row_at(event)
        if at is not None:
            self.go_to(at)
            self.action_choose()


class PaletteScreen(ModalScreen[None]):
    """A field for words, and below it what they find."""

    HORIZONTAL_BREAKPOINTS = ConsoleScreen.HORIZONTAL_BREAKPOINTS
    BINDING_GROUP_TITLE = "Palette"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="palette-leave", tooltip="Nothing is done"),
        *(
            Binding(
                key, f"list('{kind}', {by})", key, id=f"palette-{key}", tooltip=told, show=False, priority=True
            )
            for key, kind, by, told in (
                ("up", "move", -1, "The one above"),
                ("down", "move", 1, "The one below"),
                ("pageup", "page", -1, "A page up"),
                ("pagedown", "page", 1, "A page down"),
            )
        ),
    ]
    DEFAULT_CSS = """
    PaletteScreen { align: center top; }
    PaletteScreen > Vertical { width: 104; max-width: 96%; height: auto; margin-top: 2; background: $surface;
        border: heavy $accent; border-title-color: $accent; border-title-style: bold; border-subtitle-color: $quiet;
        padding: 1 1 0 1; }
    PaletteScreen Input { height: 1; border: none; padding: 0 1; margin: 0 1 1 1; background: $panel; }
    PaletteScreen Input:focus { border: none; }
    PaletteScreen:ansi Input { text-style: underline; }
    PaletteScreen Entries { height: 18; background: $surface; }
    PaletteScreen Static { height: 1; padding: 0 2; color: $quiet; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, app: "ConsoleApp", about: Screen[Any]) -> None:
        super().__init__()
        self._entries = everything(app, about)

    def compose(self) -> ComposeResult:
        """Lay out the field, the list, and what the one under the cursor does."""
        with Vertical() as box:
            box.border_title = "What do you want to do?"
            box.border_subtitle = "enter does it   esc leaves"
            yield Input(id="words", placeholder="words: promote, theme, log ...", select_on_focus=False)
            yield Entries(
                _COLUMNS,
                _cells,
                lambda entry: f"{entry.group} {entry.title}",
                empty="no words like these",
                classes="",
            )
            yield Static(id="told")

    @property
    def table(self) -> Entries:
        """The list."""
        return self.query_one(Entries)

    def on_mount(self) -> None:
        """Be ready for words."""
        field = self.query_one(Input)
        field.cursor_blink = False
        field.focus()
        self._look_for("")

    def on_resize(self) -> None:
        """Leave a few lines of what lies beneath in sight."""
        self.table.styles.height = max(3, min(18, self.size.height - 9))

    def _look_for(self, query: str) -> None:
        self.table.show(found(self._entries, query))
        self.table.go_to(0)
        self._tell()

    def _tell(self) -> None:
        entry = self.table.current
        told = Content("")
        if entry is not None:
            told = Content.assemble(
                entry.text, (f"   not now: {entry.reason}" if entry.reason else "", STYLES["attention"])
            )
        self.query_one("#told", Static).update(told)

    def on_key(self, event: Key) -> None:
        """What is typed before the field is ready belongs into it, and nowhere else."""
        field = self.query_one(Input)
        if self.focused is not field and event.is_printable and event.character:
            event.stop()
            field.focus()
            field.insert_text_at_cursor(event.character)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what the words find."""
        event.stop()
        self._look_for(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do what the cursor stands on."""
        event.stop()
        self.table.action_choose()

    def on_table_moved(self, event: Table.Moved) -> None:
        """Tell of the one under the cursor."""
        event.stop()
        self._tell()

    def on_table_chosen(self, event: Table.Chosen) -> None:
        """Leave, and do it, or say why it is not possible."""
        event.stop()
        entry = self.table.current
        if entry is not None:
            self.dismiss(None)
            self.app.call_after_refresh(self._run, entry)

    async def _run(self, entry: Entry) -> None:
        if entry.reason and entry.group in ("plan", "theme"):
            app = self.app
            say = getattr(app, "say", None)
            if say is not None:
                say(f"Not now: {entry.reason}", "attention")
            return
        done = entry.run()
        if done is not None and hasattr(done, "__await__"):
            await done

    def action_list(self, kind: str, by: int) -> None:
        """Move the cursor of the list."""
        if kind == "move":
            self.table.action_move(by)
        else:
            self.table.action_page(by)

    def action_leave(self) -> None:
        """Nothing is done."""
        self.dismiss(None)
