"""What hostile lines of a host make of the bytes that reach a real terminal: text, and nothing else."""

import re
import sys
import time
from pathlib import Path
from typing import Final

from tests.support.terminal import Terminal
from tests.tui.log_view.looking import path_of

HOSTILE: Final = [
    b"\x1b]0;TITLEMARK\x07title",
    b"\x1b]2;TITLEMARK\x1b\\title",
    b"\x1b]52;c;VElUTEVNQVJL\x07clipboard",
    b"\x1b[2Jcleared\x1b[H\x1b[3J\x1b[?1049l",
    b"\x1b[38;5;13;1;3;4;5;7;9mcolour\x1b[0m",
    "\u009b2Jc1 \u009d0;TITLEMARK\u009c\u0090q\u009c".encode(),
    b"raw c1 \x9b2J\x9d0;x\x9c",
    b"bell \x07\x07\x07\x08\x0e\x0f\x05",
    b"invalid \xff\xfe\xc3\x28\xed\xa0\x80\xf8\x88",
    "rtl \u202eevil\u202c \u2066isolate\u2069".encode(),
    b"\x1bc\x1b#8\x1b(0reset",
    b"\x1bP$q\x1b\\\x1b_payload\x1b\\\x1b^pm\x1b\\dcs",
    b"one\rtwo\rthree",
    "wide 日本語 🙂 combining e\u0301\u0301\u0301".encode(),
    b"cut \x1b[38;5;",
    b"z" * 5_000_000,
    b"open \x1b]0;never closed",
    b"the last line",
]
PLAIN: Final = [b"text %d" % number for number in range(len(HOSTILE) - 1)] + [b"the last line"]
_CONTROL: Final = re.compile(
    r"\x1b\[([0-?]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\|\x1b[ -/]*[0-~]"
    r"|[\x00-\x09\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f-\x9f]"
)


def _kinds(text: str) -> set[str]:
    """Return the kinds of control in a stream: those that move, erase or colour without their numbers."""
    return {
        f"CSI {match[2]}" if match[2] and match[2] in "mH" else match[0] for match in _CONTROL.finditer(text)
    }


def _shown(directory: Path, lines: list[bytes]) -> bytes:
    path = path_of(directory)
    directory.mkdir()
    path.write_bytes(b"\n".join(lines) + b"\n")
    environ = {"COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none"}
    command = [sys.executable, "-m", "tests.tui.log_view.show", str(path)]
    with Terminal(command, columns=100, lines=30, environ=environ) as terminal:
        terminal.wait(lambda seen: b"the last line" in seen and b"18 lines" in seen)
        # Everything once more, wrapped, then searched and filtered.
        terminal.press(b"w")
        terminal.wait(lambda seen: b"wrap on" in seen)
        terminal.press(b"w/the last\r")
        terminal.wait(lambda seen: b"1 of 1 match" in seen)
        return terminal.output


def test_nothing_but_text_arrives(tmp_path: Path) -> None:
    plain = _shown(tmp_path / "plain", PLAIN).decode()
    raw = _shown(tmp_path / "hostile", HOSTILE)
    hostile = raw.decode()
    assert _kinds(hostile) <= _kinds(plain)
    assert hostile.count("\a") == plain.count("\a")
    for mark in ("TITLEMARK", "VElUTEVNQVJL", "38;5;13;1;3;4;5;7;9", "\u202e", "\u2066", "never closed"):
        assert mark not in hostile
    for text in ("title", "clipboard", "cleared", "colour", "three", "evil", "reset", "日本語", "cut", "zzz…"):
        assert text in hostile
    assert "invalid \ufffd\ufffd\ufffd(" in hostile
    assert "one" not in hostile.replace("none", "")
    # Five million characters of one line cost no more than the screen holds of them.
    assert len(raw) < len(plain.encode()) + 40_000


def test_nothing_is_sent_while_nothing_happens(tmp_path: Path) -> None:
    path = path_of(tmp_path)
    path.write_bytes(b"\n".join(PLAIN) + b"\n")
    environ = {"TEXTUAL_ANIMATIONS": "none"}
    with Terminal([sys.executable, "-m", "tests.tui.log_view.show", str(path)], environ=environ) as terminal:
        terminal.wait(lambda seen: b"18 lines" in seen)
        # Settled: nothing for as long as the longest wait between two looks.
        count = -1
        while count != len(terminal.pieces):
            count = len(terminal.pieces)
            time.sleep(0.5)
        time.sleep(1.5)
        assert terminal.pieces[count:] == []
        with path.open("ab") as file:
            file.write(b"one more\n")
        terminal.wait(lambda seen: b"one more" in seen and b"19 lines" in seen, since=count)


def test_each_line_fills_its_cells(tmp_path: Path) -> None:
    from rich.cells import cell_len

    from core.logs.document import Single, line_at
    from core.logs.file import LogFile
    from tui.widgets.log_view.painting import Look, height, paint

    path = tmp_path / "a.log"
    path.write_bytes(b"\n".join(HOSTILE) + b"\n")
    log = LogFile(path)
    log.read_all()
    for wrap in (False, True):
        look = Look(width=37, wrap=wrap, column=0 if wrap else 5)
        for row in range(len(HOSTILE)):
            line = line_at(Single(log), row)
            assert line is not None
            for sub in range(min(height(line, look), 5)):
                strip = paint(line, look, sub)
                assert cell_len(strip.text) == strip.cell_length == 37
    log.close()
