"""Two lines at the top of a job: how it stands, and what goes on. They keep their place."""

from textual.content import Content
from textual.widget import Widget

from tui.glyphs import glyphs
from tui.promotion.situation import Headline

_TONES = {
    "plain": "bold",
    "quiet": "bold",
    "good": "bold $success",
    "attention": "bold $warning",
    "bad": "bold $error",
    "busy": "bold $busy",
}


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
        width = self.size.width
        shown = self._shown
        state = Content.assemble((f"{getattr(glyphs(), shown.sign)} {shown.text}", _TONES[shown.tone]))
        right = Content.styled(self._right, "$quiet")
        room = width - state.cell_length - 3 - (right.cell_length + 2 if self._right else 0)
        title = Content(self._title).truncate(max(0, room), ellipsis=True)
        first = Content.assemble(state, "   ", title)
        gap = width - first.cell_length - right.cell_length
        if self._right and gap >= 2:
            first = Content.assemble(first, " " * gap, right)
        detail = Content.styled(f"  {shown.detail}", "$quiet").truncate(width, ellipsis=True)
        return Content("\n").join([first.truncate(width, ellipsis=True), detail])
