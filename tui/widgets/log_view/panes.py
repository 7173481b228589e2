"""The logs of several hosts: side by side, or merged into one."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal

from tui.remembering import remember, remembered
from tui.widgets.log_view.view import LogView


class LogPanes(Horizontal):
    """One view for all logs in the order of their writing, or one for each log."""

    BINDING_GROUP_TITLE = "Logs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "m",
            "merge",
            "merge",
            id="log-merge",
            tooltip="Hosts merged into one log, or side by side",
            show=True,
        ),
    ]
    DEFAULT_CSS = """
    LogPanes { height: 1fr; }
    LogPanes.-beside LogView { border: round $border-blurred; border-title-color: $text-muted; }
    LogPanes.-beside LogView:focus { border: round $accent; border-title-color: $foreground; }
    """

    def __init__(self, paths: Sequence[Path], *, merged: bool = True) -> None:
        super().__init__()
        self.paths = tuple(paths)
        self.merged = merged

    def compose(self) -> ComposeResult:
        """Yield one view, or one for each host, as it was shown last."""
        self.merged = self.merged and remembered(self.app, "log.merged", True)
        yield from self._views()

    def _views(self) -> list[LogView]:
        self.set_class(not self.merged, "-beside")
        if self.merged:
            return [LogView(*self.paths)]
        views = [LogView(path) for path in self.paths]
        for view, path in zip(views, self.paths, strict=True):
            view.border_title = unquote(path.stem).replace("[", r"\[")
        return views

    async def action_merge(self) -> None:
        """Change between one log and several."""
        if len(self.paths) < 2:
            return
        self.merged = not self.merged
        remember(self.app, "log.merged", self.merged)
        await self.remove_children()
        views = self._views()
        await self.mount(*views)
        views[0].focus()
