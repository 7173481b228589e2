"""What connects the panes: how far each is behind its left neighbour, and the key that promotes."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.events import Click
from textual.geometry import Offset
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.pipeline.rows import cut
from tui.promotion.text import Style
from tui.widgets.lines import STYLES


class Between(NamedTuple):
    """What stands between two panes."""

    text: str
    style: Style
    keys: str
    """The keys that bring it over, with their word: `p promote`; from another pane `2 p promote`. Empty: none."""
    here: bool
    """Whether the keys are about this gap as the focus stands."""

    @property
    def key_style(self) -> str:
        """What is one key away stands out."""
        return STYLES["accent" if self.here else "dim"]


class Flow(Widget):
    """Below the panes, around the edge that two of them share: what differs, and an arrow with its key."""

    DEFAULT_CSS = """
    Flow { height: 3; }
    """

    def __init__(self) -> None:
        super().__init__(id="flow")
        self._gaps: tuple[tuple[str, str, Between], ...] = ()

    def show(self, gaps: Sequence[tuple[str, str, Between]]) -> None:
        """Show these: source, target and what is between, for each pair of neighbours."""
        if tuple(gaps) != self._gaps:
            self._gaps = tuple(gaps)
            self.refresh()

    def render(self) -> Content:
        """Return both lines, or in a narrow terminal a line for each gap."""
        if self.screen.has_class("-narrow"):
            return Content("\n").join([self._as_row(*gap) for gap in self._gaps])
        room = self.size.width // (len(self._gaps) + 1)
        cells = [_cell(between, room) for _, _, between in self._gaps]
        lead = " " * (room // 2)
        above = Content.assemble(lead, *(text for text, _ in cells))
        below = Content.assemble(lead, *(part for _, parts in cells for part in parts))
        return Content("\n").join([above, below])

    def on_click(self, event: Click) -> None:
        """Do what the keys of a gap would do."""
        at = self._gap_at(event.get_content_offset_capture(self))
        if 0 <= at < len(self._gaps):
            *keys, _ = self._gaps[at][2].keys.split() or [""]
            for key in keys:
                self.app.simulate_key(key)

    def _gap_at(self, place: Offset) -> int:
        if self.screen.has_class("-narrow"):
            return place.y
        room = self.size.width // (len(self._gaps) + 1)
        return (place.x - room // 2) // room if room and place.y < 2 else -1

    def _as_row(self, source: str, target: str, between: Between) -> Content:
        pair = f"{source} {glyphs().arrow} {target}"
        return Content.assemble(
            (f"  {cut(pair, 28):<28} ", "dim"), (f"{between.text}   ", STYLES[between.style]),
            (between.keys, between.key_style),
        )  # fmt: skip


def _cell(between: Between, room: int) -> tuple[tuple[str, str], list[tuple[str, str]]]:
    """Return what is above the arrow, and the arrow with its key; both as wide as the room."""
    mark = glyphs()
    text = cut(between.text, room - 2)
    key = f" {between.keys}" if between.keys else ""
    line = max(2, room - cell_len(key) - 4)
    tail = " " * max(0, room - line - cell_len(key) - 2)
    arrow = [(f" {mark.line * line}{mark.right}", "dim"), (key, between.key_style), (tail, "")]
    return (f"{text:^{room}}", STYLES[between.style]), arrow
