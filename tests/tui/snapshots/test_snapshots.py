"""Every screen at 80x24, 120x36 and 200x50; in an ANSI theme and without colour it says the same."""

import os
import re
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from core.environments.load import load
from core.jobs.store import Store
from tests.pipeline.test_plans import promoted
from tests.tui.past import past_job
from tests.tui.showing import lines, until
from tests.tui.snapshots import shown
from tests.tui.snapshots.styles import styles
from tests.tui.start import shop
from tui import glyphs
from tui.options import ScreenOptions
from tui.screens.approve import ApproveScreen, Question
from tui.terminal import Terminal
from tui.widgets import header, plain_scroll_bar

HERE: Final = Path(__file__).parent
SIZES: Final = ((80, 24), (120, 36), (200, 50))
QUESTION: Final = Question(
    title="Approve the promotion to production",
    name="production",
    parts=(
        (
            "What will happen",
            ("web1 and web2 are closed for about 14 s.", "setup:upgrade changes the database."),
        ),
        ("How you come back", ("A roll back to release 41 does not undo the change of the database.",)),
    ),
)


async def _none(pilot: Pilot[int]) -> None:
    """The first screen."""


def _keys(*keys: str, then: str) -> Callable[[Pilot[int]], Awaitable[None]]:
    async def press(pilot: Pilot[int]) -> None:
        await pilot.press(*keys)
        await until(pilot, lambda found: then in found, then)

    return press


async def _approve(pilot: Pilot[int]) -> None:
    pilot.app.push_screen(ApproveScreen(QUESTION, dead_s=0))
    await pilot.pause()


SCREENS: Final[dict[str, Callable[[Pilot[int]], Awaitable[None]]]] = {
    "pipeline": _none,
    "environment": _keys("4", "enter", then="No answer within"),
    "jobs": _keys("j", then="anna"),
    "log": _keys("j", "l", then=" 56 lines"),
    "releases": _keys("4", "r", then="the one before"),
    "release": _keys("4", "r", "down", "enter", then="locales"),
    "check": _keys("4", "enter", "c", then="zstd"),
    "plan": _keys("3", "p", then="nothing has been changed yet"),
    "job": _keys("j", "enter", then="done in"),
    "settings": _keys("s", "w", "w", "end", then="wins"),
    "settings-finding": _keys("s", "down", "left", "left", "left", then="24bb wins"),
    "pending": _keys("s", "w", "w", "v", then="1 of 2 chosen"),
    "edit": _keys("s", "w", "w", "end", "enter", then="enter takes it"),
    "approve": _approve,
    "help": _keys("question_mark", then="Keys"),
    "palette": _keys("ctrl+p", then="What do you want to do?"),
    "jump": _keys("semicolon", then="a letter goes to its part"),
}
STYLED: Final = ("pipeline", "plan", "job", "approve", "releases", "log")
STYLED_AT: Final = (120, 36)
"""Where the styles are compared, too."""
_CHANGING: Final = (
    (re.compile(r"\d{8}-\d{4}-[0-9a-f]{4}"), "20251124-1600-abcd"),
    (re.compile(r"the files: .*"), "the files: ..."),
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the project, with two jobs that are over; clock, names and places are always the same."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    made = shop.write(tmp_path / "shop")
    store = Store(load(made).state_dir)
    for hour in range(2):
        past_job(store, promoted(), made, at=shown.NOW - 7200 + 3600 * hour)
    monkeypatch.setattr(header, "here", lambda: "ops@bastion")
    monkeypatch.setattr(time, "time", lambda: shown.NOW)
    return made


def _app(file: Path, theme: str, *, colour: bool, unicode: bool = True) -> shown.StillConsole:
    terminal = Terminal(remote=False, colour=colour, unicode=unicode)
    return shown.StillConsole(load(file), terminal, ScreenOptions(theme=theme))


async def _shown(
    file: Path,
    name: str,
    size: tuple[int, int],
    theme: str = "",
    *,
    colour: bool = True,
    unicode: bool = True,
    painted: list[str] | None = None,
) -> list[str]:
    async with _app(file, theme, colour=colour, unicode=unicode).run_test(size=size) as pilot:
        await pilot.pause()
        await SCREENS[name](pilot)
        await pilot.pause()
        found = lines(pilot.app)
        if not colour:
            assert not _colours(pilot.app)
        if painted is not None:
            painted += styles(pilot.app)
    return [_unchanging(line) for line in found]


def _unchanging(line: str) -> str:
    for pattern, text in _CHANGING:
        line = pattern.sub(text, line)
    return line


def _colours(app: Any) -> set[str]:
    """Return the colours that are left after all of the app's filters: what the terminal gets."""
    from textual.color import Color

    found = set()
    for strip in app.screen._compositor.render_strips():
        for kept in app._filters:
            strip = strip.apply_filter(kept, Color.parse("#000000")) if kept.enabled else strip
        for segment in strip:
            for colour in (segment.style.color, segment.style.bgcolor) if segment.style else ():
                if colour is not None and not colour.is_default:
                    found.add(colour.name)
    return found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", SCREENS)
async def test_it_looks_as_it_was_looked_at(file: Path, name: str, size: tuple[int, int]) -> None:
    painted: list[str] = []
    found = await _shown(file, name, size, painted=painted)
    assert len(found) == size[1] and max(map(cell_len, found)) <= size[0]
    _compare(f"{name}-{size[0]}x{size[1]}.txt", found)
    if name in STYLED and size == STYLED_AT:
        _compare(f"{name}.styles.txt", painted)


def _compare(name: str, found: list[str]) -> None:
    text = "\n".join(_unchanging(line) for line in found) + "\n"
    if os.environ.get("MAGECONSOLE_SNAPSHOTS") == "write":
        (HERE / name).write_text(text)
    assert text == (HERE / name).read_text()


@pytest.mark.parametrize("theme", ["ansi-dark", "no colour"])
@pytest.mark.parametrize("name", SCREENS)
async def test_no_colour_is_needed_to_read_it(
    file: Path, name: str, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = theme == "no colour"
    if plain:
        monkeypatch.setenv("NO_COLOR", "1")
    found = await _shown(file, name, (120, 36), "" if plain else theme, colour=not plain)
    kept = (HERE / f"{name}-120x36.txt").read_text().splitlines()
    assert found == kept


@pytest.mark.parametrize("name", SCREENS)
async def test_a_locale_without_utf_8_says_the_same_in_ascii(file: Path, name: str) -> None:
    try:
        found = "\n".join(await _shown(file, name, (80, 24), unicode=False))
    finally:
        glyphs.choose(True)
        plain_scroll_bar.choose(True)
    kept = (HERE / f"{name}-80x24.txt").read_text()
    assert found.isascii(), {letter for letter in found if not letter.isascii()}
    # A sign of two letters, such as ->, may push the last word of a line out; a part of the screen never goes.
    missing = _words(kept) - _words(found)
    assert len(missing) <= 3, missing


def _words(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z0-9]{4,}(?![A-Za-z0-9]*…)", text))
