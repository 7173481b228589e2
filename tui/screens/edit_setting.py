"""One value of one setting, typed as its type wants it: yes or no, choices, a number, a URL, text, lines, a secret."""

from collections.abc import Sequence
from typing import ClassVar, Final

import msgspec
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, SelectionList, Static, TextArea
from textual.widgets.option_list import Option

from core.settings.entering import InputKind, mistake
from core.text import one_line
from tui.glyphs import glyphs
from tui.widgets.field import Area, Field

YES_NO: Final = (("1", "Yes"), ("0", "No"))


class Editing(msgspec.Struct, frozen=True, kw_only=True):
    """What is edited."""

    path: str
    system: str
    kind: InputKind
    value: str = ""
    """What it is now; empty for a secret."""
    label: str = ""
    comment: str = ""
    scope: str = "default"
    scopes: tuple[str, ...] = ("default",)
    options: tuple[tuple[str, str], ...] = ()
    validate: str = ""
    goes: str = ""
    """In a sentence what becomes of the value."""


class Edited(msgspec.Struct, frozen=True):
    """What was typed. The value of a secret never leaves the one who asked."""

    value: str
    scope: str

    def __repr__(self) -> str:
        return "Edited(…)"


class EditSetting(ModalScreen[Edited | None]):
    """Asks for a value; dismissed with it, or None."""

    BINDING_GROUP_TITLE = "Edit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", id="edit-leave", tooltip="Nothing is changed"),
        Binding("ctrl+s", "take", "take it", id="edit-take", tooltip="Take what is typed"),
        Binding("ctrl+o", "scope", "scope", id="edit-scope", tooltip="Another scope: website, store"),
    ]
    DEFAULT_CSS = """
    EditSetting { align: center middle; }
    EditSetting > Vertical { width: 84; max-width: 96%; height: auto; max-height: 96%; background: $surface;
        border: heavy $accent; border-title-color: $accent; border-title-style: bold; padding: 1 2; }
    EditSetting Static { height: auto; }
    EditSetting #said { display: none; margin-bottom: 1; }
    EditSetting Input { height: 1; border: none; margin: 1 0; padding: 0 1; background: $panel; }
    EditSetting Input:focus { border: none; }
    EditSetting:ansi Input { text-style: underline; }
    EditSetting OptionList { height: auto; max-height: 12; margin: 1 0; border: none; background: $panel; }
    EditSetting OptionList:focus { border: none; }
    EditSetting TextArea { height: 10; margin: 1 0; border: none; background: $panel; }
    EditSetting TextArea:focus { border: none; }
    """

    def __init__(self, editing: Editing) -> None:
        super().__init__()
        self.editing = editing
        self._scope = editing.scope

    def compose(self) -> ComposeResult:
        """Lay out what it is, the field that fits its type, and what becomes of the value."""
        editing = self.editing
        with Vertical() as box:
            box.border_title = f"{editing.path} on {editing.system}"[:76]
            about = "   ".join(part for part in (editing.label, editing.comment) if part)
            if about:
                yield Static(Content(about))
            yield Static(id="scope")
            yield from self._field()
            yield Static(id="said")
            if editing.goes:
                yield Static(Content(editing.goes))
            yield Static(
                Content.styled(f"{self._taken_by} takes it   esc leaves everything as it is", "$quiet")
            )

    @property
    def _taken_by(self) -> str:
        kind = self.editing.kind
        if kind is InputKind.CHOICES:
            return "space chooses   ctrl+s"
        return "ctrl+s" if kind is InputKind.LINES else "enter"

    @property
    def _choices(self) -> Sequence[tuple[str, str]]:
        return YES_NO if self.editing.kind is InputKind.YES_NO else self.editing.options

    def _field(self) -> ComposeResult:
        editing = self.editing
        match editing.kind:
            case InputKind.YES_NO | InputKind.CHOICE:
                yield OptionList(*(Option(_choice(value, label)) for value, label in self._choices), id="field")
            case InputKind.CHOICES:
                chosen = editing.value.split(",") if editing.value else []
                yield SelectionList(
                    *((_choice(value, label), value, value in chosen) for value, label in editing.options),
                    id="field",
                )
            case InputKind.LINES:
                yield Area(editing.value, id="field", soft_wrap=False)
            case _:
                secret = editing.kind is InputKind.SECRET
                hint = "the value; it is not shown" if secret else str(editing.kind)
                yield Field(editing.value, password=secret, placeholder=hint, select_on_focus=False, id="field")

    def on_mount(self) -> None:
        """Stand on what it is now."""
        field = self.query_one("#field")
        unknown = self._unknown
        if isinstance(field, OptionList) and not isinstance(field, SelectionList):
            values = [value for value, _ in self._choices]
            field.highlighted = values.index(self.editing.value) if self.editing.value in values else 0
        if unknown:
            self._say(f"Now it is {unknown}, which is none of these.")
        if isinstance(field, Input):
            field.cursor_blink = False
        if isinstance(field, TextArea):
            field.cursor_blink = False
            field.move_cursor(field.document.end)
        field.focus()
        self._tell_scope()

    def _tell_scope(self) -> None:
        more = "   ctrl+o: another scope" if len(self.editing.scopes) > 1 else ""
        told = Content.assemble(("scope  ", "$quiet"), (self._scope, "bold"), (more, "$quiet"))
        self.query_one("#scope", Static).update(told)

    @property
    def _unknown(self) -> str:
        """What it is now, where that is no choice."""
        editing = self.editing
        if editing.kind not in (InputKind.CHOICE, InputKind.YES_NO, InputKind.CHOICES) or not editing.value:
            return ""
        now = editing.value.split(",") if editing.kind is InputKind.CHOICES else [editing.value]
        return ", ".join(one_line(one, 60) for one in now if one not in [value for value, _ in self._choices])

    def _say(self, text: str) -> None:
        """Say what is wrong, below the field."""
        said = self.query_one("#said", Static)
        said.update(Content.styled(f"{glyphs().attention} {text}", "$warning"))
        said.display = True

    def action_scope(self) -> None:
        """Take the next scope."""
        scopes = self.editing.scopes
        at = scopes.index(self._scope) + 1 if self._scope in scopes else 0
        self._scope = scopes[at % len(scopes)]
        self._tell_scope()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take what is typed."""
        event.stop()
        self.action_take()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take what is chosen."""
        event.stop()
        self.action_take()

    @property
    def typed(self) -> str:
        """What is typed or chosen now."""
        field = self.query_one("#field")
        if isinstance(field, SelectionList):
            return ",".join(value for value, _ in self.editing.options if value in field.selected)
        if isinstance(field, OptionList):
            return self._choices[field.highlighted or 0][0]
        if isinstance(field, TextArea):
            return field.text
        assert isinstance(field, Input)
        return field.value

    def action_take(self) -> None:
        """Take it, unless it is no value of that type: then say why."""
        editing, text = self.editing, self.typed
        if editing.kind not in (InputKind.LINES, InputKind.SECRET):
            text = text.strip()
        wrong = mistake(editing.kind, text, path=editing.path, validate=editing.validate)
        if wrong:
            self._say(wrong)
        else:
            self.dismiss(Edited(text, self._scope))

    def action_leave(self) -> None:
        """Nothing happens."""
        self.dismiss(None)


def _choice(value: str, label: str) -> str:
    return f"{label} ({value})" if label and label != value else value
