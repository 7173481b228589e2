"""What the terminal can do, read from the environment; and what Textual is told of it before it is imported."""

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Final

import msgspec

from core.errors import ConsoleError, Exit

_COLOURLESS: Final = ("vt100", "vt220", "xterm-mono")
_COMMANDS: Final = "Use the command line instead: `mageconsole status`, `mageconsole --help`."


class Terminal(msgspec.Struct, frozen=True, kw_only=True):
    """What matters of the terminal."""

    remote: bool
    """Behind an SSH connection: every byte counts."""
    colour: bool
    unicode: bool
    """Whether the locale's characters include those of lines and glyphs."""


def terminal(environ: Mapping[str, str]) -> Terminal:
    """Return what the environment says of the terminal. Pure."""
    characters = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    return Terminal(
        remote=bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY")),
        colour="NO_COLOR" not in environ and environ.get("TERM") not in _COLOURLESS,
        unicode="utf8" in characters.lower().replace("-", ""),
    )


def this_terminal() -> Terminal:
    """Return what the terminal of this process can do.

    Asked of the environment as the process was given it: Python itself sets LC_CTYPE to a UTF-8 locale where
    the operator has none (PEP 538), and then says UTF-8 of a terminal that knows nothing of it.
    """
    try:
        given = Path("/proc/self/environ").read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return terminal(os.environ)
    pairs = (entry.partition("=") for entry in given.split("\0") if "=" in entry)
    return terminal({name: value for name, _, value in pairs})


def refuse_unfit(environ: Mapping[str, str], tty: bool) -> None:
    """Raise ConsoleError `no-terminal` or `dumb-terminal` where no screen can be shown."""
    if not tty:
        raise ConsoleError(
            "no-terminal",
            "The console needs a terminal, and standard input or error is none.",
            remedy=_COMMANDS,
            exit_code=Exit.USAGE,
        )
    if environ.get("TERM", "") in ("dumb", "", "unknown"):
        raise ConsoleError(
            "dumb-terminal",
            f"The terminal says that it can't show a screen (TERM={environ.get('TERM', '')!r}).",
            remedy=f"Set TERM to what it is, for instance `TERM=xterm-256color`. {_COMMANDS}",
            exit_code=Exit.USAGE,
        )


def is_tty() -> bool:
    """Whether a person sits before standard input and before standard error, on which Textual draws."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def prepare(environ: MutableMapping[str, str], found: Terminal) -> None:
    """Tell Textual how to behave; it reads this when it is imported. What the operator set stays."""
    environ.setdefault("TEXTUAL_ANIMATIONS", "none")
    environ.setdefault("TEXTUAL_SMOOTH_SCROLL", "0")
    environ.setdefault("TEXTUAL_FPS", "10" if found.remote else "30")
    if not found.colour:
        environ.setdefault("NO_COLOR", "1")
    if found.remote:
        # A slow line may split an escape sequence: wait longer before an Escape is taken for a key.
        environ.setdefault("ESCDELAY", "250")
