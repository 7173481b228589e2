"""The one view of logs: of any size, of one host or several merged, growing or not."""

from tui.widgets.log_view.panes import LogPanes
from tui.widgets.log_view.view import LogView

__all__ = ["LogPanes", "LogView"]
