"""One column that shows where in the log the screen is; a click goes there. It repaints only when its thumb moves."""

from rich.segment import Segment
from textual import events
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from tui.glyphs import glyphs


class LogScrollBar(Widget):
    """A thumb on a track."""

    DEFAULT_CSS = "LogScrollBar { width: 1; height: 1fr; color: $text-muted; }"

    thumb: reactive[tuple[int, int]] = reactive((0, 0))
    """Where the thumb begins and how long it is, lines of the screen."""

    class Jumped(Message):
        """A place was clicked, 0 to 1."""

        def __init__(self, place: float) -> None:
            self.place = place
            super().__init__()

    def tell(self, first: int, page: int, total: int) -> None:
        """Show that a page from `first` on is seen of a total."""
        room = self.size.height
        if total <= page or not room:
            self.thumb = (0, 0)
            return
        length = max(room * page // total, 1)
        self.thumb = (round((room - length) * min(first / (total - page), 1.0)), length)

    def render_line(self, y: int) -> Strip:
        """Return one cell."""
        begin, length = self.thumb
        sign = " " if not length else glyphs().thumb if begin <= y < begin + length else glyphs().track
        return Strip([Segment(sign, self.rich_style)], 1)

    def on_click(self, event: events.Click) -> None:
        """Go to where was clicked."""
        event.stop()
        self.post_message(self.Jumped(event.y / max(self.size.height - 1, 1)))
