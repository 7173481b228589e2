"""Two lines at the top of a job: how it stands, and what goes on. They keep their place."""

from typing import Final

from rich.cells import cell_len, set_cell_size
from textual.content import Content
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.pipeline.rows import cut
from tui.promotion.situation import Headline

_TONES = {
    "plain": "bold",
    "quiet": "bold",
    "good": "bold $success",
    "attention": "bold $warning",
    "bad": "bold $error",
    "busy": "bold $busy",
}


HELD: Final = "you hold the pen"
"""What goes where there is no room for it: that somebody else holds it is told always."""
_LEAST: Final = 40
"""Cells for the title, else what stands on the right goes to the line below."""


class JobHeadline(Widget):
    """Painted anew only when it says something else."""

    DEFAULT_CSS = """
    JobHeadline { height: 2; padding: 0 2; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._shown = Headline(sign="waiting", tone="plain", text="")
        self._title = self._right = ""

    @property
    def text(self) -> str:
        """What is said, on two lines."""
        return f"{self._title}   {self._shown.text}   {self._right}\n{self._shown.detail}"

    def show(self, title: str, headline: Headline, right: str = "") -> None:
        """Show what the job is, how it stands, and on the right who may steer it."""
        if (title, headline, right) != (self._title, self._shown, self._right):
            self._title, self._shown, self._right = title, headline, right
            self.refresh()

    def render(self) -> Content:
        """Return both lines; what does not fit is cut from their ends."""
        width, shown = self.size.width, self._shown
        state = cut(f"{getattr(glyphs(), shown.sign)} {shown.text}", width)
        beside = width - cell_len(state) - cell_len(self._right) - 6 >= min(_LEAST, cell_len(self._title))
        above, below = (self._right, "") if beside else ("", self._right if self._right != HELD else "")
        room = width - cell_len(state) - cell_len(above) - 6
        title = set_cell_size(cut(self._title, room), room) if room > 0 else ""
        first = Content.assemble((state, _TONES[shown.tone]), f"   {title}   ", (above, "$quiet"))
        left = width - 2 - cell_len(below) - (2 if below else 0)
        detail = set_cell_size(cut(shown.detail, left), left) if below else cut(shown.detail, left)
        second = Content.styled(f"  {detail}{'  ' if below else ''}{below}", "$quiet")
        return Content("\n").join([first, second])
