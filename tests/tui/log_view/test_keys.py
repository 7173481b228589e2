"""Each key of the log view does what its tooltip says, seen on the screen."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.events import Key, MouseScrollDown
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from tests.tui.log_view.looking import LogApp, path_of, plain, screen, status, until, view, write
from tui import glyphs
from tui.widgets.log_view import LogView
from tui.widgets.log_view.canvas import LogCanvas
from tui.widgets.log_view.keys import KEYS
from tui.widgets.log_view.whole_line import WholeLine, WholeText

STEPS = {
    "lock": ["Taking the lock"],
    "compile": [f"Compilation {number}" for number in range(80)]
    + ["PHP Warning:  Undefined array key", "Error happened during deploy process", "x" * 300 + " END"],
    "switch": [f"Switching {number}" for number in range(100)] + ["[RuntimeException]", "the last line"],
}


@asynccontextmanager
async def opened(path: Path, size: tuple[int, int] = (100, 24)) -> AsyncIterator[Pilot[None]]:
    async with LogApp(LogView(path)).run_test(size=size) as pilot:
        yield pilot


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, STEPS)


async def test_opens_at_the_end_and_says_how_it_shows(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        assert status(pilot) == "follow on  wrap off  time off  186 lines  step switch"
        assert screen(pilot)[-2] == " E [RuntimeException]"


async def test_moving(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        for key in ("g", "home"):
            await pilot.press("end", key)
            await until(pilot, lambda: screen(pilot)[0] == "   Taking the lock")
            assert "follow off" in status(pilot)
        for down, up in (("j", "k"), ("down", "up")):
            await pilot.press(down, down)
            await until(pilot, lambda: screen(pilot)[0] == "   Compilation 1")
            await pilot.press(up, up)
            await until(pilot, lambda: screen(pilot)[0] == "   Taking the lock")
        page = view(pilot).query_one(LogCanvas).size.height
        for key in ("pagedown", "space"):
            await pilot.press("g", key)
            await until(pilot, lambda: screen(pilot)[0] == f"   Compilation {page - 2}")
        await pilot.press("pageup")
        await until(pilot, lambda: screen(pilot)[0] == "   Taking the lock")
        for key in ("G", "end"):
            await pilot.press("g", key)
            await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
            assert "follow on" in status(pilot)


async def test_follow_is_released_by_scrolling_and_counts_what_is_new(tmp_path: Path) -> None:
    path = write(tmp_path, {"lock": plain(50)})
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   line 49")
        write(tmp_path, {"lock": ["new 1"]})
        await until(pilot, lambda: screen(pilot)[-1] == "   new 1")
        await pilot.press("k")
        await until(pilot, lambda: "follow off" in status(pilot))
        first = screen(pilot)[0]
        write(tmp_path, {"lock": [f"new {number}" for number in range(2, 125)]})
        await until(pilot, lambda: "▼ 123 new" in status(pilot))
        assert screen(pilot)[0] == first
        await pilot.press("f")
        await until(pilot, lambda: screen(pilot)[-1] == "   new 124")
        assert "follow on" in status(pilot) and "new" not in status(pilot)
        await pilot.press("f")
        await until(pilot, lambda: "follow off" in status(pilot))


async def test_sideways_and_wrap(path: Path) -> None:
    async with opened(path) as pilot:
        await pilot.press("slash", *"END", "enter")
        await until(pilot, lambda: any(line.startswith("▶  xxx") for line in screen(pilot)))
        assert any(line.endswith("x…") for line in screen(pilot))
        for right, left in (("l", "h"), ("right", "left")):
            await pilot.press(*[right] * 11)
            await until(pilot, lambda: any(line.endswith(" END") for line in screen(pilot)))
            await pilot.press(*[left] * 11)
            await until(pilot, lambda: any(line.endswith("x…") for line in screen(pilot)))
        await pilot.press("w")
        await until(pilot, lambda: any(line.endswith("xx END") for line in screen(pilot)))
        assert "wrap on" in status(pilot)
        await pilot.press("w")
        await until(pilot, lambda: "wrap off" in status(pilot))


async def test_times(path: Path) -> None:
    async with opened(path) as pilot:
        await pilot.press("t")
        await until(pilot, lambda: screen(pilot)[-1] == "        +20s the last line")
        assert "time relative" in status(pilot)
        await pilot.press("t")
        await until(pilot, lambda: "time absolute" in status(pilot))
        clock = time.strftime("%H:%M:%S", time.localtime(1_700_000_025))
        await until(pilot, lambda: screen(pilot)[-1] == f"   {clock}  the last line")
        await pilot.press("t")
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")


async def test_search(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        await pilot.press("n")
        await until(pilot, lambda: "/ asks for a pattern" in status(pilot))
        await pilot.press("g", "slash", *r"switching \d5$", "enter")
        await until(pilot, lambda: "1 of 9 matches" in status(pilot))
        assert any(line == "▶  Switching 15" for line in screen(pilot))
        await pilot.press("n", "n")
        await until(pilot, lambda: "3 of 9 matches" in status(pilot))
        await pilot.press("N")
        await until(pilot, lambda: "2 of 9 matches" in status(pilot))
        assert any(line == "▶  Switching 25" for line in screen(pilot))
        await pilot.press("N", "N")
        await until(pilot, lambda: "9 of 9 matches" in status(pilot))
        canvas = view(pilot).query_one(LogCanvas)
        await until(pilot, lambda: any(_reversed(canvas.render_line(y)) == "Switching 95" for y in range(20)))
        await pilot.press("escape")
        await until(pilot, lambda: "matches" not in status(pilot))


def _reversed(strip: Strip) -> str:
    return "".join(segment.text for segment in strip if segment.style and segment.style.reverse)


async def test_a_pattern_that_is_none_is_said(path: Path) -> None:
    async with opened(path) as pilot:
        await pilot.press("slash", *"a(", "enter")
        await until(pilot, lambda: "missing )" in status(pilot))


async def test_a_pattern_that_never_ends_is_stopped(tmp_path: Path) -> None:
    path = write(tmp_path, {"lock": ["a" * 60 + "!"]})
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[0].startswith("   aaa"))
        await pilot.press("slash", *"(a+)+$", "enter")
        await until(pilot, lambda: "searching" in status(pilot))
        await pilot.press("w")
        await until(pilot, lambda: "wrap on" in status(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "0 matches, stopped" in status(pilot))


async def test_the_prompt_can_be_left(path: Path) -> None:
    async with opened(path) as pilot:
        await pilot.press("slash", *"abc", "escape")
        await until(pilot, lambda: isinstance(pilot.app.focused, LogView))
        assert "matches" not in status(pilot)


async def test_keys_that_come_at_once_go_where_they_belong(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")

        def burst(*keys: str) -> None:
            for key in keys:
                pilot.app.post_message(Key(*((key, None) if len(key) > 1 else (key, key))))

        burst("slash", *"time", "backspace", "enter", "w")
        await until(pilot, lambda: "0 matches" in status(pilot) and "wrap on" in status(pilot))
        assert "time off" in status(pilot)
        await pilot.press("slash")
        await until(pilot, lambda: isinstance(pilot.app.focused, Input))
        burst(*"switching 99", "enter", "w", "t")
        await until(pilot, lambda: "1 of 1 match" in status(pilot) and "time relative" in status(pilot))
        assert "wrap off" in status(pilot)
        burst("ampersand", "a", "escape", "w")
        await until(pilot, lambda: "wrap on" in status(pilot) and "filter" not in status(pilot))


async def test_filter(tmp_path: Path) -> None:
    path = write(tmp_path, STEPS)
    async with opened(path) as pilot:
        await pilot.press("ampersand", *"[369]$", "enter")
        await until(pilot, lambda: "54 of 186 lines" in status(pilot))
        assert screen(pilot)[-3:] == ["   Switching 93", "   Switching 96", "   Switching 99"]
        write(tmp_path, {"switch": ["not this", "but this 9"]})
        await until(pilot, lambda: screen(pilot)[-1] == "   but this 9")
        await pilot.press("g")
        await until(pilot, lambda: screen(pilot)[0] == "   Compilation 3")
        await pilot.press("o")
        await until(pilot, lambda: "not folded while a filter" in status(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "filter" not in status(pilot))
        # What was at the top stays there.
        assert screen(pilot)[0] == "   Compilation 3"


async def test_first_error(path: Path) -> None:
    async with opened(path) as pilot:
        await pilot.press("e")
        await until(pilot, lambda: "1 of 2 errors" in status(pilot))
        assert any(line == "▶E Error happened during deploy process" for line in screen(pilot))
        assert any(line == " W PHP Warning:  Undefined array key" for line in screen(pilot))
        await pilot.press("n")
        await until(pilot, lambda: "▶E [RuntimeException]" in screen(pilot))


async def test_folding(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        await pilot.press("O")
        await until(pilot, lambda: screen(pilot)[3] == "")
        folded = [line.split() for line in screen(pilot)[:3]]
        assert [line[1:4] for line in folded] == [
            ["lock", "1", "lines"], ["compile", "83", "lines"], ["switch", "102", "lines"]
        ]  # fmt: skip
        assert folded[1][4] == "5.0s"
        await pilot.press("O")
        await until(pilot, lambda: screen(pilot)[3] == "   Compilation 2")
        await pilot.press("j", "o")
        await until(pilot, lambda: screen(pilot)[0].startswith("▸ compile"))
        assert screen(pilot)[1] == "   Switching 0"
        # A match within what is folded is shown.
        await pilot.press("slash", *"Compilation 40", "enter")
        await until(pilot, lambda: "▶  Compilation 40" in screen(pilot))


async def test_whole_line(path: Path) -> None:
    async with opened(path) as pilot:
        await pilot.press("slash", *"END", "enter")
        await until(pilot, lambda: "1 of 1 match" in status(pilot))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, WholeLine))
        whole = pilot.app.screen.query_one(WholeText)
        await until(pilot, lambda: whole.text.endswith("x END"))
        await pilot.press("y", "escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, WholeLine))
        assert isinstance(pilot.app, LogApp)
        assert pilot.app.copied == ["x" * 300 + " END"]


async def test_copy_tells_the_path_too(tmp_path: Path, path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        await pilot.press("y")
        await until(pilot, lambda: "Copied" in status(pilot))
        assert str(path) in view(pilot)._said
        assert isinstance(pilot.app, LogApp)
        assert pilot.app.copied[0].splitlines()[-1] == "the last line"
        await pilot.press("Y")
        await until(pilot, lambda: "Copied 186 lines" in status(pilot))
        assert pilot.app.copied[1].splitlines() == [line for lines in STEPS.values() for line in lines]
        write(tmp_path, {"switch": ["y" * 200] * 400})
        await until(pilot, lambda: "yyy" in screen(pilot)[-1])
        await pilot.press("Y")
        await until(pilot, lambda: "Not copied" in status(pilot))
        assert len(pilot.app.copied) == 2


async def test_export(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out"
    target.mkdir()
    monkeypatch.chdir(target)
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        await pilot.press("x")
        await until(pilot, lambda: "Wrote 186 lines to" in status(pilot))
        (file,) = target.iterdir()
        assert str(file) in view(pilot)._said
        assert file.read_text().splitlines() == [line for lines in STEPS.values() for line in lines]
        assert file.stat().st_mode & 0o777 == 0o600
        file.unlink()
        await pilot.press("ampersand", *"Switching 4", "enter")
        await until(pilot, lambda: "11 of 186 lines" in status(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "Wrote 11 lines to" in status(pilot))
        (file,) = target.iterdir()
        assert len(file.read_text().splitlines()) == 11


async def test_the_mouse(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        canvas = view(pilot).query_one(LogCanvas)
        await pilot.click("LogScrollBar", offset=(0, 0))
        await until(pilot, lambda: screen(pilot)[0] == "   Taking the lock")
        await pilot._post_mouse_events([MouseScrollDown], canvas)
        await until(pilot, lambda: screen(pilot)[0] == "   Compilation 2")
        await pilot.click(canvas, offset=(5, 1))
        await until(pilot, lambda: screen(pilot)[1] == "▶  Compilation 3")


async def test_a_log_that_comes_later(tmp_path: Path) -> None:
    async with opened(path_of(tmp_path)) as pilot:
        await until(pilot, lambda: "0 lines" in status(pilot))
        write(tmp_path, {"lock": ["here"]})
        await until(pilot, lambda: screen(pilot)[0] == "   here")


@pytest.mark.parametrize("theme", ["textual-dark", "textual-light", "ansi-dark", "ansi-light"])
async def test_readable_without_colour_and_in_ascii(
    path: Path, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(glyphs, "_chosen", glyphs.ASCII)
    async with opened(path) as pilot:
        pilot.app.theme = theme
        await pilot.press("e")
        await until(pilot, lambda: ">E Error happened during deploy process" in screen(pilot))
        assert " W PHP Warning:  Undefined array key" in screen(pilot)
        await pilot.press("k", "O")
        await until(pilot, lambda: screen(pilot)[1].startswith("> compile"))
        assert all(line.isascii() for line in (*screen(pilot), status(pilot)))


def test_every_key_is_pressed_here() -> None:
    text = Path(__file__).read_text() + Path(__file__).with_name("test_marking.py").read_text()
    for binding in KEYS:
        assert isinstance(binding, Binding)
        assert binding.id and binding.id.startswith("log-") and binding.tooltip
        for key in binding.key.split(","):
            assert f'"{key}"' in text, key
