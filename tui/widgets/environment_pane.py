"""One environment: a pane, or where the terminal is narrow a row of a list."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from core.console.snapshot import EnvironmentSnapshot
from tui.glyphs import glyphs
from tui.pipeline.pane import hosts, pane_rows, tone, what_runs
from tui.pipeline.rows import Row, Span, cut
from tui.pipeline.standing import standing
from tui.promotion.text import Style
from tui.widgets.lines import STYLES

_NAME, _RUNS, _STATE = 15, 25, 20
"""Cells of the columns, where a pane is a row of a list."""


def painted(rows: tuple[Row, ...]) -> Content:
    """Return rows with their styles."""
    return Content("\n").join(
        Content.assemble(*((span.text, STYLES[span.style]) for span in row)) for row in rows
    )


class EnvironmentPane(Widget, can_focus=True):
    """Shows one environment; painted anew only when something that it shows changed."""

    BINDING_GROUP_TITLE = "Pipeline"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "open", id="open-environment", tooltip="Everything that is known of it"),
    ]
    DEFAULT_CSS = """
    EnvironmentPane { width: 1fr; height: 19; }
    """

    class Opened(Message):
        """The operator wants to see all of it."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, number: int, environment: EnvironmentSnapshot) -> None:
        super().__init__(id=f"pane-{number}", classes="pane")
        self.number = number
        self.environment = environment
        self._old = ""
        self._painted: tuple[Row, ...] = ()
        self._title()

    def show(self, environment: EnvironmentSnapshot, beside: str = "", old: str = "") -> None:
        """Show this state. `beside`: "1 of 3", when there are others of its role; `old`: "15 min ago", when it is."""
        self.environment, self._old = environment, old
        if beside != (self.border_subtitle or ""):
            self.border_subtitle = beside
        self._title()
        self._repaint()

    def _repaint(self) -> None:
        # Each look brings another time at which it was seen, and now and then another figure: behind a bad
        # line it matters that only rows that say something else are sent.
        rows = self._rows()
        if len(rows) != len(self._painted):
            self.refresh()
            return
        pairs = zip(rows, self._painted, strict=True)
        changed = [y for y, (now, before) in enumerate(pairs) if now != before]
        if changed:
            self.refresh(*(Region(0, y, self.content_size.width, 1) for y in changed))

    def _title(self, *, here: bool | None = None) -> None:
        focused = self.has_focus if here is None else here
        mark = f"{glyphs().here} " if focused else ""
        title = f"{mark}{self.number} {self.environment.name}"
        if title != self.border_title:
            self.border_title = title

    def render(self) -> Content:
        """Return the rows that fit."""
        self._painted = self._rows()
        return painted(self._painted)

    def _rows(self) -> tuple[Row, ...]:
        width, height = self.content_size
        return pane_rows(self.environment, width, self._old)[:height] if height > 1 else (self._as_row(width),)

    def _as_row(self, width: int) -> Row:
        commit, kind, _ = what_runs(self.environment)
        found = standing(self.environment)
        here = glyphs().here if self.has_focus else " "
        name = cut(f"{self.number} {self.environment.name}", _NAME)
        runs = cut(f"{commit}  {kind}", _RUNS)
        state = cut(f"{getattr(glyphs(), found.sign)} {found.word}", _STATE)
        room = max(0, width - 5 - _NAME - _RUNS - _STATE)
        # Of several development systems it matters most which one is shown, and that there are others.
        beside = (self.border_subtitle or "").removesuffix(" next")
        told = cut(beside or self._old or hosts(self.environment), room)
        lost: Style = "dim" if self.environment.first.failure is not None else ""
        return (
            Span(f"{here} "), Span(f"{name:<{_NAME}} ", "bold"), Span(f"{runs:<{_RUNS}} ", lost),
            Span(f"{state:<{_STATE}} ", tone(found.sign)), Span(told, "dim"),
        )  # fmt: skip

    def on_focus(self) -> None:
        """The title, or the row's first cell, shows where the focus is: no colour is needed for that."""
        self._title(here=True)
        self.refresh()

    def on_blur(self) -> None:
        """The same, when it goes."""
        self._title(here=False)
        self.refresh()

    def on_click(self, event: Click) -> None:
        """A second click opens it."""
        if event.chain == 2:
            self.action_open()

    def action_open(self) -> None:
        """Ask for the whole of it."""
        self.post_message(self.Opened(self.environment.name))
