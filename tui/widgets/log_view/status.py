"""The one calm line under a log: how it is shown, how long it is, what was found."""

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.log_view.wrapping import cells, fitted

GAP = "  "


def fit(parts: list[tuple[int, str]], width: int) -> str:
    """Return the parts side by side; where there is no room, those of the highest number are left out first."""
    kept = [part for part in parts if part[1]]
    while len(kept) > 1 and cells(GAP.join(text for _, text in kept)) > width:
        kept.remove(max(reversed(kept), key=lambda part: part[0]))
    return GAP.join(text for _, text in kept)


class LogStatus(Widget):
    """Repaints only what has changed."""

    DEFAULT_CSS = """
    LogStatus { height: 1; width: 1fr; color: $text-muted; }
    LogStatus.-said { color: $foreground; }
    """

    text = ""

    def tell(self, parts: list[tuple[int, str]], said: str = "") -> None:
        """Show the parts, or a sentence in their place."""
        text = said or fit(parts, self.size.width)
        if text != self.text:
            self.text = text
            self.set_class(bool(said), "-said")
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return the line."""
        return Strip([Segment(fitted(self.text, self.size.width), self.rich_style)], self.size.width)
