"""The steps of a job as one list: painted line by line, and only the lines that changed."""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.glyphs import glyphs
from tui.looks import Tone
from tui.pipeline.rows import cut
from tui.promotion.rows import Row

_TONES: Final = ("quiet", "good", "attention", "bad", "busy")


def filled(text: str, room: int) -> str:
    """Return the text in exactly so many cells, cut at its end when it is longer."""
    return set_cell_size(cut(text, room), max(0, room))


class StepList(ScrollView, can_focus=True):
    """Rows with a cursor on one step. The cursor follows what runs until a person moves it."""

    BINDING_GROUP_TITLE = "Steps"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", id="step-up", tooltip="The step before", show=False),
        Binding("down,j", "move(1)", "down", id="step-down", tooltip="The step after", show=False),
        Binding("home,g", "move(-10000)", "first", id="step-first", tooltip="The first step", show=False),
        Binding("end,G", "move(10000)", "last", id="step-last", tooltip="The last step", show=False),
        Binding("f", "follow", "follow", id="step-follow", tooltip="Stay on the step that runs", show=False),
        Binding("enter", "open", "log of step", id="step-open", tooltip="Show the log of this step"),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"step-list--cursor", *(f"step-list--{tone}" for tone in _TONES)}
    DEFAULT_CSS = """
    StepList {
        scrollbar-size-vertical: 1; scrollbar-gutter: stable; overflow-x: hidden;
        .step-list--cursor { background: $panel; text-style: bold; }
        .step-list--quiet { color: $quiet; }
        .step-list--good { color: $success; }
        .step-list--attention { color: $warning; }
        .step-list--bad { color: $error; text-style: bold; }
        .step-list--busy { color: $busy; text-style: bold; }
        &:focus .step-list--cursor { background: $accent 30%; text-style: bold; }
        &:ansi .step-list--quiet { text-style: dim; }
        &:ansi .step-list--cursor { background: ansi_default; text-style: bold underline; }
        &:ansi:focus .step-list--cursor { background: ansi_default; text-style: reverse; }
    }
    """

    class Moved(Message):
        """The cursor stands on another step."""

        def __init__(self, step: str) -> None:
            super().__init__()
            self.step = step

    class Opened(Message):
        """A person wants to see a step's log."""

        def __init__(self, step: str) -> None:
            super().__init__()
            self.step = step

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: tuple[Row, ...] = ()
        self._step = ""
        self._current = ""
        self._edge: Tone = "attention"
        """Of the box around the window: its sides are of one tone with its top."""
        self.following = True

    @property
    def step(self) -> str:
        """The step that the cursor stands on, empty when there is none."""
        return self._step

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._rows

    def show(self, rows: Sequence[Row], current: str) -> None:
        """Show these rows; `current`: the step that runs, or that is the next one."""
        before, self._rows, self._current = self._rows, tuple(rows), current
        edge = next((row.tone for row in self._rows if row.kind == "top"), self._edge)
        if [row.key for row in before] != [row.key for row in self._rows] or edge != self._edge:
            self._edge = edge
            self._measure()
            self.refresh()
        else:
            for at, (old, new) in enumerate(zip(before, self._rows, strict=True)):
                if old != new:
                    self._refresh_row(at)
        steps = self._steps()
        if self.following or self._step not in steps:
            self._go(current if current in steps else (steps[0] if steps else ""))

    def _measure(self) -> None:
        self.virtual_size = Size(self.scrollable_content_region.width, len(self._rows))

    def _steps(self) -> list[str]:
        return [row.key for row in self._rows if row.kind == "step"]

    def _at(self, step: str) -> int:
        return next((at for at, row in enumerate(self._rows) if row.key == step), 0)

    def _refresh_row(self, at: int) -> None:
        self.refresh(Region(0, at - round(self.scroll_y), self.size.width, 1))

    def _go(self, step: str) -> None:
        if step == self._step:
            return
        for one in (self._step, step):
            self._refresh_row(self._at(one))
        self._step = step
        self.call_after_refresh(self._keep_in_sight)
        self.post_message(self.Moved(step))

    def _keep_in_sight(self) -> None:
        # The heading or the box's edge above belongs to its first step.
        region = Region(0, max(0, self._at(self._step) - 1), 1, 3)
        self.scroll_to_region(region, animate=False, force=True, immediate=True, x_axis=False)

    def action_move(self, by: int) -> None:
        """Move the cursor by so many steps."""
        steps = self._steps()
        if steps:
            at = steps.index(self._step) if self._step in steps else 0
            self.following = False
            self._go(steps[max(0, min(len(steps) - 1, at + by))])

    def action_follow(self) -> None:
        """Go back to the step that runs, and stay with it."""
        self.following = True
        if self._current in self._steps():
            self._go(self._current)

    def action_open(self) -> None:
        """Ask for the step's log."""
        if self._step:
            self.post_message(self.Opened(self._step))

    def on_click(self, event: Click) -> None:
        """Choose the step under the mouse; twice opens it."""
        offset = event.get_content_offset(self)
        at = offset.y + round(self.scroll_y) if offset is not None else len(self._rows)
        if at < len(self._rows) and self._rows[at].kind == "step":
            self.following = False
            self._go(self._rows[at].key)
            if event.chain > 1:
                self.action_open()

    def on_resize(self) -> None:
        """Lines reach to the right edge, wherever that is now."""
        self._measure()
        self.call_after_refresh(self._keep_in_sight)

    def render_line(self, y: int) -> Strip:
        """Return one line of what is in sight."""
        at = y + round(self.scroll_y)
        width = self.scrollable_content_region.width
        if at >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        return Strip(self._segments(self._rows[at], width), width)

    def _segments(self, row: Row, width: int) -> list[Segment]:
        left, across, right, side, low_left, low, low_right = tuple(glyphs().box)
        edge = self._style(row.tone)
        if row.kind == "top":
            head = f"{left} {cut(row.title, width - 4)} "
            return [Segment(head + across * (width - cell_len(head) - 1) + right, edge)]
        if row.kind == "bottom":
            return [Segment(low_left + low * (width - 2) + low_right, edge)]
        if row.kind == "phase":
            return [Segment(filled(row.title, width), edge)]
        return self._step_segments(row, width, side if row.boxed else " ")

    def _step_segments(self, row: Row, width: int, side: str) -> list[Segment]:
        chosen = row.key == self._step
        loud = row.tone in ("attention", "bad", "busy")
        right = f" {row.right}" if row.right else ""
        room = width - 4 - cell_len(right)
        words = "quiet" if row.tone == "quiet" and not chosen else ""
        return [
            Segment(side, self._style(self._edge if side != " " else "")),
            Segment(getattr(glyphs(), row.sign), self._style(row.tone, chosen=chosen)),
            Segment(f" {filled(row.title, room)}", self._style(words, chosen=chosen)),
            Segment(right, self._style(row.tone if loud else "" if chosen else "quiet", chosen=chosen)),
            Segment(side, self._style(self._edge if side != " " else "")),
        ]

    def _style(self, tone: str, *, chosen: bool = False) -> Style:
        style = self.get_component_rich_style("step-list--cursor") if chosen else self.rich_style
        if tone in _TONES:
            style += self.get_component_rich_style(f"step-list--{tone}", partial=True)
        return style
