"""Lines are marked by keys and with the mouse, seen without colour, copied, written out: wrapped and side by side too."""

from pathlib import Path

import pytest
from textual.events import MouseMove

from tests.tui.log_view.looking import LogApp, plain, screen, status, until, view, write
from tests.tui.log_view.test_keys import STEPS, opened
from tui import glyphs
from tui.widgets.log_view import LogPanes, LogView
from tui.widgets.log_view.canvas import LogCanvas


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write(tmp_path, STEPS)


async def test_keys_mark_and_copy(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        assert isinstance(pilot.app, LogApp)
        await pilot.press("v")  # where the log is followed: at its end
        await until(pilot, lambda: "1 line marked  y copies, x writes a file, esc lets go" in status(pilot))
        assert screen(pilot)[-1] == "▶  the last line"
        await pilot.press("k", "up")
        await until(pilot, lambda: "3 lines marked" in status(pilot))
        assert screen(pilot)[-3:] == ["▶  Switching 99", "┃E [RuntimeException]", "┃  the last line"]
        await pilot.press("j", "y")
        await until(pilot, lambda: "Copied 2 lines" in status(pilot))
        assert pilot.app.copied == ["[RuntimeException]\nthe last line"]
        assert not any(line.startswith("┃") for line in screen(pilot))
        await pilot.press("g", "v", "G", "home", "pagedown", "down")
        page = view(pilot).query_one(LogCanvas).page
        await until(pilot, lambda: f"{page + 1} lines marked" in status(pilot))
        await pilot.press("escape")
        await until(pilot, lambda: "marked" not in status(pilot))
        await pilot.press("v", "v")
        await until(pilot, lambda: "marked" not in status(pilot))


async def test_what_is_too_long_to_copy_is_written_to_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    target.mkdir()
    monkeypatch.chdir(target)
    path = write(tmp_path, {"lock": ["y" * 400] * 300 + ["not marked"]})
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   not marked")
        await pilot.press("g", "v", "G", "k", "y")
        await until(pilot, lambda: "Not copied" in status(pilot) and "x writes a file" in status(pilot))
        await pilot.press("x")
        await until(pilot, lambda: "Wrote 300 lines to" in status(pilot))
        (file,) = target.iterdir()
        assert file.read_text().splitlines() == ["y" * 400] * 300


async def test_wrapped_lines_are_marked_whole(path: Path) -> None:
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        assert isinstance(pilot.app, LogApp)
        await pilot.press("w", "slash", *"END", "enter")
        await until(
            pilot,
            lambda: "1 of 1 match" in status(pilot) and any(li.startswith("▶  x") for li in screen(pilot)),
        )
        await pilot.press("v", "j")
        await until(pilot, lambda: "2 lines marked" in status(pilot))
        assert sum(line.startswith("┃  x") for line in screen(pilot)) == 4  # all the lines that it takes
        assert "▶  Switching 0" in screen(pilot)
        await pilot.press("y")
        await until(pilot, lambda: "Copied 2 lines" in status(pilot))
        assert pilot.app.copied == ["x" * 300 + " END\nSwitching 0"]


async def test_a_filter_hides_and_a_fold_holds_what_is_marked(path: Path) -> None:
    async with opened(path) as pilot:
        assert isinstance(pilot.app, LogApp)
        await pilot.press("ampersand", *r"Switching \d$", "enter")
        await until(pilot, lambda: screen(pilot)[9] == "   Switching 9")
        await pilot.press("g", "v", "j", "j", "y")
        await until(pilot, lambda: "Copied 3 lines" in status(pilot))
        await pilot.press("escape", "O", "g")
        await until(pilot, lambda: screen(pilot)[1].startswith("▸ compile"))
        await pilot.press("v", "j")
        await until(
            pilot, lambda: "84 lines marked" in status(pilot) and screen(pilot)[1].startswith("┃▸ compile")
        )
        await pilot.press("y")
        await until(pilot, lambda: "Copied 84 lines" in status(pilot))
        assert pilot.app.copied[0] == "Switching 0\nSwitching 1\nSwitching 2"
        assert pilot.app.copied[1].splitlines() == STEPS["lock"] + STEPS["compile"]


async def test_the_mouse_marks(tmp_path: Path) -> None:
    path = write(tmp_path, {"lock": plain(100)})
    async with opened(path) as pilot:
        await until(pilot, lambda: screen(pilot)[-1] == "   line 99")
        assert isinstance(pilot.app, LogApp)
        canvas = view(pilot).query_one(LogCanvas)
        await pilot.press("g")
        await until(pilot, lambda: screen(pilot)[0] == "   line 0")
        await pilot.mouse_down(canvas, offset=(5, 2))
        await pilot._post_mouse_events([MouseMove], canvas, offset=(9, 4))
        await pilot.mouse_up(canvas, offset=(9, 4))
        await until(pilot, lambda: "3 lines marked" in status(pilot))
        assert screen(pilot)[2:5] == ["┃  line 2", "┃  line 3", "▶  line 4"]
        await pilot.press("j", "y")  # the keys go on from there
        await until(pilot, lambda: "Copied 4 lines" in status(pilot))
        assert pilot.app.copied == ["line 2\nline 3\nline 4\nline 5"]
        await pilot.click(canvas, offset=(5, 1))
        await until(pilot, lambda: screen(pilot)[1] == "▶  line 1" and "marked" not in status(pilot))


async def test_side_by_side_each_log_has_its_own_marks(tmp_path: Path) -> None:
    logs = [write(tmp_path, {"lock": [f"{host} a", f"{host} b"]}, host) for host in ("web1", "web2")]
    async with LogApp(LogPanes(logs, merged=False)).run_test(size=(90, 12)) as pilot:
        app = pilot.app
        assert isinstance(app, LogApp)
        await until(pilot, lambda: screen(pilot)[1] == "   web1 b")
        await pilot.press("g", "v", "j", "tab", "g", "v")
        await until(pilot, lambda: screen(pilot)[0] == "▶  web2 a")
        first, second = app.query(LogView)
        assert first.marked_rows()[1:] == (0, 2) and second.marked_rows()[1:] == (0, 1)
        await pilot.press("y", "shift+tab", "y")
        await until(pilot, lambda: len(app.copied) == 2)
        assert app.copied == ["web2 a", "web1 a\nweb1 b"]


@pytest.mark.parametrize("theme", ["textual-dark", "ansi-light"])
async def test_marks_are_seen_without_colour_and_in_ascii(
    path: Path, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(glyphs, "_chosen", glyphs.ASCII)
    async with opened(path) as pilot:
        pilot.app.theme = theme
        await until(pilot, lambda: screen(pilot)[-1] == "   the last line")
        await pilot.press("v", "k")
        await until(pilot, lambda: screen(pilot)[-2:] == [">E [RuntimeException]", "#  the last line"])
