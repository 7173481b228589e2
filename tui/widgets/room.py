"""What is shown where there is no room for a screen."""

from typing import Final

from textual.content import Content
from textual.widget import Widget

MIN_WIDTH: Final = 72
MIN_HEIGHT: Final = 20


class NeedsRoom(Widget):
    """One sentence, over everything, while the terminal is too small."""

    DEFAULT_CSS = """
    NeedsRoom { display: none; layer: above; width: 100%; height: 100%; content-align: center middle;
                text-align: center; background: $background; }
    """

    def render(self) -> Content:
        """Say how much room there is and how much is needed."""
        size = self.app.size
        return Content(
            f"mageconsole needs more room\n{size.width}x{size.height} here, {MIN_WIDTH}x{MIN_HEIGHT} at the least;"
            " 80x24 is enough\nJobs go on meanwhile."
        )
