"""What the screen shows, as text: cell by cell what a person reads."""

import time
from collections.abc import Callable
from typing import Any

from textual.app import App
from textual.pilot import Pilot

LONG_S = 60.0
"""What anything may take on a busy machine."""


def lines(app: App[Any]) -> list[str]:
    """Return the lines of the terminal as they are painted."""
    strips = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


def text(app: App[Any]) -> str:
    """Return all of it."""
    return "\n".join(lines(app))


async def until(pilot: Pilot[Any], seen: Callable[[str], object], what: str = "") -> str:
    """Wait until the screen shows what is wanted; return what it shows then."""
    ends = time.monotonic() + LONG_S
    while not seen(found := text(pilot.app)):
        assert time.monotonic() < ends, f"never {what or 'as wanted'}:\n{found}"
        await pilot.pause(0.05)
    return found


async def shows(pilot: Pilot[Any], *parts: str) -> str:
    """Wait until the screen shows all of these."""
    return await until(pilot, lambda found: all(part in found for part in parts), f"all of {parts}")


async def press_what_is_shown(pilot: Pilot[Any], entry: str, *before: str) -> None:
    """Press a key once the line of keys, or a title, shows it as possible: `p promote`, `2 build`."""
    await shows(pilot, *before)
    await until(pilot, lambda found: entry in found and f"({entry})" not in found, f"{entry!r}, possible")
    await pilot.press(_KEYS.get(entry.split()[0], entry.split()[0]))
    await pilot.pause()


_KEYS = {"/": "slash", "?": "question_mark", "esc": "escape", "^p": "ctrl+p", "&": "ampersand"}
