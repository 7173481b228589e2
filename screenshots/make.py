"""Makes the pictures in this folder, SVG and PNG, from the running demo: `.venv/bin/python -m screenshots.make`.

The PNGs are drawn by Chromium (Debian's package `chromium`); without it only the SVGs are made.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import click
from textual.pilot import Pilot

from core.cli.demo import running
from core.cli.demo_run import Demo, first_release
from core.console.console import Console
from core.environments.load import load
from tui.app import ConsoleApp
from tui.options import ScreenOptions
from tui.terminal import Terminal
from tui.widgets import header

HERE: Final = Path(__file__).parent
_LONG_S: Final = 120.0
Step = Callable[[Pilot[int]], Awaitable[None]]


async def _until(pilot: Pilot[int], *parts: str) -> None:
    """Wait until the picture would show all of these."""
    ends = time.monotonic() + _LONG_S
    while not all(part in _text(pilot) for part in parts):
        if time.monotonic() > ends:
            raise SystemExit(f"{parts} never came:\n{_text(pilot)}")
        await pilot.pause(0.1)


def _text(pilot: Pilot[int]) -> str:
    svg = pilot.app.export_screenshot()
    return re.sub(r"<[^>]+>", " ", svg).replace("&#160;", " ")


def _save(pilot: Pilot[int], name: str) -> None:
    path = HERE / f"{name}.svg"
    path.write_text(pilot.app.export_screenshot(title="mageconsole"))
    print(path.name)


async def _tour(pilot: Pilot[int], size: str) -> None:
    """Go through all screens, taking a picture of each."""
    await _until(pilot, "1 development", "in order")
    await pilot.press("3")
    await _until(pilot, "next", "in step")
    _save(pilot, f"pipeline-{size}")
    if size != "120x36":
        return
    await pilot.press("question_mark")
    _save(pilot, "help")
    await pilot.press("escape", "3", "enter")
    await _until(pilot, "inodes")
    _save(pilot, "environment")
    await pilot.press("escape", "2", "p")
    await _until(pilot, "nothing has been changed yet")
    _save(pilot, "plan")
    await pilot.press("S")
    await _until(pilot, "waits for approval")
    _save(pilot, "gate")
    await pilot.press("a")
    await pilot.pause(0.8)
    _save(pilot, "approve")
    await pilot.press("right", "enter")
    await _until(pilot, "running")
    _save(pilot, "running")
    await _until(pilot, "done in")
    await pilot.press("escape", "j")
    await _until(pilot, "promote", "done")
    _save(pilot, "jobs")
    await pilot.press("l")
    await _until(pilot, "follow on")
    await pilot.press("slash", *"Magento", "enter")
    await _until(pilot, " of ", "matches")
    _save(pilot, "log")
    await pilot.press("escape", "escape", "escape", "3", "r")
    await _until(pilot, "the one before")
    _save(pilot, "releases")
    await pilot.press("escape", "enter", "c")
    await _until(pilot, "finding")
    _save(pilot, "check")
    await pilot.press("escape", "escape", "s")
    await _until(pilot, "private_key", "production")
    await pilot.press("d")
    await pilot.pause(1.0)
    _save(pilot, "settings")


def _png(svg: Path) -> None:
    """Draw one picture with Chromium, as large as it says that it is."""
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg.read_text())
    if found is None:
        raise SystemExit(f"{svg} has no size")
    width, height = (int(float(number)) for number in found.groups())
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
             "--no-first-run", f"--user-data-dir={profile}", "--hide-scrollbars", f"--window-size={width},{height}",
             f"--screenshot={svg.with_suffix('.png')}", svg.as_uri()],
            check=True, capture_output=True,
        )  # fmt: skip


async def _pictures(file: Path) -> None:
    for width, height in ((80, 24), (200, 50), (120, 36)):
        terminal = Terminal(remote=False, colour=True, unicode=True)
        app = ConsoleApp(load(file), terminal, ScreenOptions())
        async with app.run_test(size=(width, height)) as pilot:
            await _tour(pilot, f"{width}x{height}")


def main() -> None:
    """Start the demo, take the pictures, draw them."""
    header.here = lambda: "ops@bastion"
    with tempfile.TemporaryDirectory(prefix="shop-") as home:
        os.environ["XDG_STATE_HOME"] = f"{home}/state"
        os.environ["XDG_CONFIG_HOME"] = f"{home}/config"
        with running(Path(home) / "demo", "--plant") as (file, facts):
            with click.Context(click.Command("make"), obj={"file": None, "json": False}):
                asyncio.run(first_release(Demo(Console(load(file)), facts)))
            asyncio.run(_pictures(file))
    if shutil.which("chromium") is None:
        sys.exit("chromium is not there: no PNG was made")
    for svg in sorted(HERE.glob("*.svg")):
        _png(svg)


if __name__ == "__main__":
    main()
