"""Whether the terminal keeps up with what we send it. The one place that looks at a private part of Textual's driver."""

from typing import Any

from textual.app import App


def backed_up(app: App[Any]) -> bool:
    """Whether writes wait before the terminal; False where the driver does not let us see that."""
    thread = getattr(getattr(app, "_driver", None), "_writer_thread", None)
    size = getattr(getattr(thread, "_queue", None), "qsize", None)
    return bool(size()) if callable(size) else False
