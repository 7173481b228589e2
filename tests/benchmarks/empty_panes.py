"""The least that Textual can show of four panes: what the first frame of `mageconsole` is measured against."""

from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

TITLES = ("1 development", "2 build", "3 staging", "4 production")


class EmptyPanes(App[None]):
    """Four panes with a border and a title, and nothing in them."""

    CSS = "Static { width: 1fr; height: 19; border: round gray; }"

    def compose(self) -> ComposeResult:
        """Lay out the panes."""
        with Horizontal():
            for title in TITLES:
                pane = Static()
                pane.border_title = title
                yield pane


def main() -> None:
    """Show them."""
    EmptyPanes().run()
