"""The screen on a real pseudo-terminal: how it begins, how it ends, what it sends."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.processes import wait_until_gone
from tests.support.terminal import Terminal
from tests.tui.start import shop

BACK = (b"\x1b[?1049l", b"\x1b[?25h")
"""Leaving the other screen, and showing the cursor: what a terminal needs to be whole again."""
_COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return an environments.toml of four systems unreachable."""
    return shop.write(tmp_path / "shop")


def _open(file: Path, *more: str, columns: int = 120, lines: int = 36, **environ: str) -> Terminal:
    home = file.parent.parent
    words = ["env", "-i", *(f"{key}={value}" for key, value in shop.environ(home, **environ).items())]
    return Terminal([*words, *shop.command(file, *more)], columns=columns, lines=lines)


def _settled(terminal: Terminal) -> None:
    """Wait until every host was tried: two of production come last."""
    terminal.wait(lambda seen: b"4 production" in seen)
    terminal.wait(lambda seen: seen.count(b"unreachable") >= 4)


def test_it_opens_and_leaves_the_terminal_whole(file: Path) -> None:
    with _open(file) as terminal:
        _settled(terminal)
        for words in (b"1 development", b"2 build", b"3 staging", b"4 production", b"Nowhere"):
            assert words in terminal.output
        terminal.press(b"\x11")
        terminal.wait(lambda seen: all(sequence in seen for sequence in BACK))
        assert terminal.ended() == 0


def test_it_shows_what_it_knew_before_it_connects(file: Path) -> None:
    with _open(file) as terminal:
        _settled(terminal)
        terminal.press(b"\x11")
        terminal.wait(lambda seen: BACK[0] in seen)
    with _open(file) as again:
        again.wait(lambda seen: b"4 production" in seen and b"unreachable" in seen)
        _, first_frame, *_ = again.output.split(b"1 development")
        assert b"unreachable" in first_frame


def test_without_colour_no_colour_is_sent(file: Path) -> None:
    with _open(file, NO_COLOR="1") as terminal:
        _settled(terminal)
        terminal.press(b"?\x1b")
        assert _COLOUR.findall(terminal.output) == []
    with _open(file) as coloured:
        _settled(coloured)
        assert _COLOUR.findall(coloured.output)


def test_a_locale_without_utf_8_gets_ascii(file: Path) -> None:
    with _open(file, LANG="C") as terminal:
        _settled(terminal)
        text = terminal.output.decode()
        assert sorted({letter for letter in text if ord(letter) > 127}) == []
        assert "x unreachable" in text


def test_a_smaller_terminal_gets_a_list_and_a_tiny_one_a_sentence(file: Path) -> None:
    with _open(file) as terminal:
        _settled(terminal)
        at = len(terminal.pieces)
        terminal.resize(80, 24)
        terminal.wait(lambda seen: b"development \xe2\x86\x92 build" in seen, since=at)
        at = len(terminal.pieces)
        terminal.resize(60, 15)
        terminal.wait(lambda seen: b"needs more room" in seen and b"60x15 here" in seen, since=at)
        at = len(terminal.pieces)
        terminal.resize(120, 36)
        terminal.wait(lambda seen: b"4 production" in seen, since=at)


def _children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("sent", [signal.SIGHUP, signal.SIGKILL])
def test_hanging_up_ends_it_and_what_looks_for_it(file: Path, sent: signal.Signals) -> None:
    with _open(file) as terminal:
        _settled(terminal)
        looking = _children(terminal.pid)
        assert len(looking) == 1
        os.kill(terminal.pid, sent)
        wait_until_gone(*looking)


def test_ended_by_a_signal_it_leaves_the_terminal_whole(file: Path) -> None:
    with _open(file) as terminal:
        _settled(terminal)
        os.kill(terminal.pid, signal.SIGTERM)
        terminal.wait(lambda seen: all(sequence in seen for sequence in BACK))


def test_a_mistake_of_ours_leaves_the_terminal_whole_and_tells_no_values(file: Path) -> None:
    home = file.parent.parent
    environ = {**shop.environ(home), "PYTHONPATH": str(Path(__file__).parents[3])}
    command = [sys.executable, "-P", "-m", "tests.tui.start.crashing", str(file)]
    with Terminal(["env", "-i", *(f"{key}={value}" for key, value in environ.items()), *command]) as terminal:
        _settled(terminal)
        terminal.press(b"q")
        terminal.wait(lambda seen: b"own-mistake" in seen and BACK[0] in seen)
        log = home / "state/mageconsole/crash.log"
        assert b"crash.log" in terminal.output
        assert (
            str(log).encode() in terminal.output.replace(b"\r\n", b"").replace(b" ", b"")
            or b"crash.log" in terminal.output
        )
        assert b"canary" not in terminal.output
        assert "action_crash" in log.read_text()
        assert "canary" not in log.read_text()


def test_nothing_is_sent_while_nothing_happens(file: Path) -> None:
    with _open(file, SSH_CONNECTION="10.0.0.1 1 10.0.0.2 22") as terminal:
        _settled(terminal)
        time.sleep(1.0)
        before = len(terminal.output)
        time.sleep(3.0)
        assert len(terminal.output) - before == 0


def test_a_dumb_terminal_is_told_so(file: Path) -> None:
    with _open(file, TERM="dumb") as terminal:
        terminal.wait(lambda seen: b"dumb-terminal" in seen and b"mageconsole status" in seen)
        assert terminal.ended() == 2


def test_without_a_terminal_it_says_so(file: Path) -> None:
    environ = {**shop.environ(file.parent.parent), "PYTHONPATH": str(Path(__file__).parents[3])}
    ran = subprocess.run(shop.command(file), env=environ, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "no-terminal" in ran.stderr and "mageconsole status" in ran.stderr


_HEAVY = (
    "asyncssh",
    "keyring",
    "tomlkit",
    "tree_sitter",
    "tree_sitter_php",
    "tree_sitter_toml",
    "click",
    "cryptography",
)


def test_the_first_frame_has_loaded_nothing_heavy(file: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from core.environments.load import load\n"
        "from tui.app import ConsoleApp\n"
        "from tui.options import ScreenOptions\n"
        "from tui.terminal import this_terminal\n"
        "import tui.main\n"
        "async def main():\n"
        f"    app = ConsoleApp(load({str(file)!r}), this_terminal(), ScreenOptions())\n"
        "    async with app.run_test() as pilot:\n"
        "        await pilot.pause()\n"
        f"        print([name for name in {_HEAVY!r} if name in sys.modules])\n"
        "asyncio.run(main())\n"
    )
    environ = {**shop.environ(file.parent.parent), "PYTHONPATH": str(Path(__file__).parents[3])}
    ran = subprocess.run(
        [sys.executable, "-P", "-c", program], env=environ, capture_output=True, text=True, check=False
    )
    assert (ran.stdout.strip(), ran.returncode) == ("[]", 0), ran.stderr
