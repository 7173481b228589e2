"""Arguments, environment and the operator's keys: what becomes of each."""

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import ConsoleError
from tui.keys import read_keys, without_clashes
from tui.options import ScreenOptions, screen_options
from tui.terminal import Terminal, prepare, refuse_unfit, terminal
from tui.themes import ANSI_DARK, DARK, first_theme


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ([], ScreenOptions()),
        (["-c", "a.toml"], ScreenOptions(file="a.toml")),
        (["--config=a.toml", "--no-mouse"], ScreenOptions(file="a.toml", mouse=False)),
        (["--read-only", "--theme", "nord"], ScreenOptions(read_only=True, theme="nord")),
        (["--bell"], ScreenOptions(bell=True)),
        (["status"], None),
        (["-c", "a.toml", "status"], None),
        (["--help"], None),
        (["--json"], None),
        (["-c"], None),
        (["--no-mouse=yes"], None),
    ],
)
def test_arguments(arguments: list[str], options: ScreenOptions | None) -> None:
    assert screen_options(arguments) == options


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"LANG": "de_DE.UTF-8", "TERM": "xterm"}, Terminal(remote=False, colour=True, unicode=True)),
        ({"LANG": "C.utf8", "NO_COLOR": ""}, Terminal(remote=False, colour=False, unicode=True)),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "C"}, Terminal(remote=False, colour=True, unicode=False)),
        ({"LANG": "de_DE@euro", "LC_CTYPE": ""}, Terminal(remote=False, colour=True, unicode=False)),
        ({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, Terminal(remote=True, colour=True, unicode=False)),
        ({"TERM": "vt100", "LANG": "C.UTF-8"}, Terminal(remote=False, colour=False, unicode=True)),
    ],
)
def test_what_the_terminal_can_do(environ: dict[str, str], expected: Terminal) -> None:
    assert terminal(environ) == expected


def test_over_ssh_there_are_few_frames_and_no_animation() -> None:
    environ: dict[str, str] = {}
    prepare(environ, Terminal(remote=True, colour=True, unicode=True))
    assert (environ["TEXTUAL_FPS"], environ["TEXTUAL_ANIMATIONS"]) == ("10", "none")
    asked = {"TEXTUAL_FPS": "25"}
    prepare(asked, Terminal(remote=True, colour=True, unicode=True))
    assert asked["TEXTUAL_FPS"] == "25"


@pytest.mark.parametrize(
    ("term", "tty", "code"),
    [("dumb", True, "dumb-terminal"), ("", True, "dumb-terminal"), ("xterm", False, "no-terminal")],
)
def test_where_no_screen_can_be_shown(term: str, tty: bool, code: str) -> None:
    with pytest.raises(ConsoleError) as told:
        refuse_unfit({"TERM": term}, tty)
    assert (told.value.code, told.value.exit_code) == (code, 2)
    assert "mageconsole status" in told.value.remedy


def test_without_colour_only_an_ansi_theme() -> None:
    mono = Terminal(remote=False, colour=False, unicode=True)
    assert first_theme(mono, "nord", "dracula") == ANSI_DARK
    assert first_theme(mono, "", "ansi-light") == "ansi-light"
    coloured = Terminal(remote=False, colour=True, unicode=True)
    assert first_theme(coloured, "nord", "") == "nord"
    assert first_theme(coloured, "nord", "dracula") == "dracula"
    assert first_theme(coloured, "", "") == DARK


def test_the_operators_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    known = ("promote", "build", "back", "jobs")
    assert read_keys(file, known) == ({}, [])
    file.write_text('[keys]\npromote = "P"\nbuild = "ctrl+g,f5"\n')
    assert read_keys(file, known) == ({"promote": "P", "build": "ctrl+g,f5"}, [])
    file.write_text('[keys]\npromte = "P"\nback = "x"\nbuild = 3\njobs = "j, f6"\n')
    keymap, mistakes = read_keys(file, known)
    assert keymap == {"jobs": "j,f6"}
    assert [next(word for word in ("promte", "back", "build") if word in text) for text in mistakes] == [
        "promte", "back", "build",
    ]  # fmt: skip
    file.write_text("[keys\n")
    keymap, mistakes = read_keys(file, known)
    assert keymap == {} and "all keys are as usual" in mistakes[0]


def test_a_key_that_another_action_has_is_not_taken_from_it() -> None:
    usual = [{"promote": "p", "build": "b", "jobs": "j"}, {"pause": "p"}]
    assert without_clashes({"promote": "b", "build": "p"}, usual) == ({"promote": "b", "build": "p"}, [])
    assert without_clashes({"promote": "P", "pause": "P"}, usual) == ({"promote": "P", "pause": "P"}, [])
    kept, mistakes = without_clashes({"promote": "f5,b"}, usual)
    assert kept == {} and "'b' is also the key of 'build'" in mistakes[0]
    kept, mistakes = without_clashes({"promote": "P", "jobs": "P"}, usual)
    assert kept == {"jobs": "P"} and "'jobs'" in mistakes[0]


def test_the_names_of_all_keys_are_known_before_their_screens_were_opened() -> None:
    program = (
        "from tui.known_keys import known_ids\nprint({'close-help', 'leave-jump', 'promote'} - known_ids())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
