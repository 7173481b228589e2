"""The first screen: development, build, staging, production."""

from textual.app import ComposeResult
from textual.widgets import Static

from tui.screens.base import ConsoleScreen


class PipelineScreen(ConsoleScreen):
    """The pipeline."""

    TITLE = "pipeline"

    def body(self) -> ComposeResult:
        """Lay out."""
        yield Static("soon", classes="pane")
