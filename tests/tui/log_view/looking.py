"""An app with nothing but a log view, a log of a job, and eyes to read the screen with."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from core.jobs.logs import Logs, log_name
from tui.widgets.log_view import LogView
from tui.widgets.log_view.canvas import LogCanvas
from tui.widgets.log_view.status import LogStatus

HOST = "deploy@web1"


class LogApp(App[None]):
    """Shows one widget."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.animation_level = "none"
        self._widget = widget
        self.copied: list[str] = []

    def compose(self) -> ComposeResult:
        """Yield the widget."""
        yield self._widget

    def on_mount(self) -> None:
        """Give it the keys."""
        self.query(LogView).first().focus()

    def copy_to_clipboard(self, text: str) -> None:
        """Note what is copied."""
        self.copied.append(text)


def path_of(directory: Path, host: str = HOST) -> Path:
    """Return where the log of a host lies."""
    return directory / f"{log_name(host)}.log"


def write(
    directory: Path, steps: dict[str, list[str]], host: str = HOST, began: float = 1_700_000_000.0
) -> Path:
    """Write a log as a job does: a step takes ten seconds, a second and more for each of its lines' batches."""
    logs = Logs(directory)
    for number, (step, lines) in enumerate(steps.items()):
        for part, chunk in enumerate((lines[: len(lines) // 2], lines[len(lines) // 2 :])):
            with mock.patch("core.jobs.logs.time.time", return_value=began + 10 * number + 5 * part):
                logs.write(host, "".join(line + "\n" for line in chunk).encode(), step=step)
    logs.close()
    return path_of(directory, host)


def plain(count: int = 300) -> list[str]:
    """Return lines that say their number."""
    return [f"line {number}" for number in range(count)]


def view(pilot: Pilot[None]) -> LogView:
    """Return the log view that has the keys, or the first."""
    focused = pilot.app.focused
    return focused if isinstance(focused, LogView) else pilot.app.query(LogView).first()


def status(pilot: Pilot[None]) -> str:
    """Return the status line."""
    return view(pilot).query_one(LogStatus).text


def screen(pilot: Pilot[None]) -> list[str]:
    """Return the lines of the log that are on the screen."""
    canvas = view(pilot).query_one(LogCanvas)
    return [canvas.render_line(y).text.rstrip() for y in range(canvas.size.height)]


async def until(pilot: Pilot[None], seen: Callable[[], object]) -> None:
    """Wait for something to be seen."""
    try:
        async with asyncio.timeout(30):
            while not seen():
                await pilot.pause(0.02)
    except TimeoutError:
        raise AssertionError(
            f"not seen; the screen is\n{chr(10).join(screen(pilot))}\n{status(pilot)}"
        ) from None
