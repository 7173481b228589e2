"""The console that Magento's commands run in: arguments, boxes, questions, as Symfony 6.4 does them."""

import os
import sys
from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple, TextIO

_STYLES: Final = {
    "info": ("32", "39"),
    "comment": ("33", "39"),
    "head": ("34", "39"),
    "error": ("37;41", "39;49"),
}
_WIDTH: Final = 79
"""Symfony takes the terminal's 80 columns, one less, when there is no terminal."""
_PIECE: Final = _WIDTH - 4


class UsageError(Exception):
    """Symfony's own complaints: shown in a box without a file name, exit code 1."""


class Uncaught(Exception):
    """An exception that a command lets through: pairs of place and words, the outermost first."""

    def __init__(self, *chain: tuple[str, str], code: int = 1) -> None:
        super().__init__(chain)
        self.chain = chain
        self.code = code


class Aborted(Exception):
    """A question met the end of the input."""


class Option(NamedTuple):
    """An option of a command."""

    name: str
    short: str = ""
    value: Literal["none", "required", "optional"] = "none"
    many: bool = False

    @property
    def synopsis(self) -> str:
        """How the usage line shows it."""
        word = self.name.upper()
        value = {"none": "", "required": f" {word}", "optional": f" [{word}]"}[self.value]
        return f"[-{self.short}|--{self.name}{value}]" if self.short else f"[--{self.name}{value}]"


COMMON: Final = (
    Option("help", "h"),
    Option("quiet", "q"),
    Option("version", "V"),
    Option("ansi"),
    Option("no-ansi"),
    Option("no-interaction", "n"),
    Option("verbose", "v"),
)


class Parsed:
    """A command line taken apart."""

    def __init__(self, arguments: Sequence[str] = (), options: dict[str, Any] | None = None) -> None:
        self.arguments: list[str] = list(arguments)
        self.options: dict[str, Any] = dict(options or {})

    def many(self, name: str) -> list[str]:
        """Return the values of an option that may be repeated."""
        found = self.options.get(name, [])
        return found if isinstance(found, list) else [found]


def parse(words: Sequence[str], options: Sequence[Option]) -> Parsed:
    """Take a command line apart. Raises UsageError."""
    known = {option.name: option for option in (*options, *COMMON)}
    short = {option.short: option for option in known.values() if option.short}
    result = Parsed()
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word == "--":
            result.arguments += rest
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            if name not in known:
                raise UsageError(f'The "--{name}" option does not exist.')
            _take(result, known[name], value if equals else None, rest)
        elif word.startswith("-") and len(word) > 1:
            _cluster(result, short, word[1:], rest)
        else:
            result.arguments.append(word)
    return result


def _cluster(result: Parsed, short: dict[str, Option], letters: str, rest: list[str]) -> None:
    while letters:
        letter, letters = letters[0], letters[1:]
        if letter not in short:
            raise UsageError(f'The "-{letter}" option does not exist.')
        option = short[letter]
        if option.value == "none":
            result.options[option.name] = True
            continue
        _take(result, option, letters.removeprefix("=") or None, rest)
        return


def _take(result: Parsed, option: Option, value: str | None, rest: list[str]) -> None:
    if option.value == "none":
        if value is not None:
            raise UsageError(f'The "--{option.name}" option does not accept a value.')
        result.options[option.name] = True
        return
    if value is None and rest and not rest[0].startswith("-"):
        value = rest.pop(0)
    if value is None and option.value == "required":
        raise UsageError(f'The "--{option.name}" option requires a value.')
    if option.many:
        result.options.setdefault(option.name, []).append(value or "")
    else:
        result.options[option.name] = value


class Terminal:
    """Standard output and standard error, each with colours only where a person looks at it."""

    def __init__(self) -> None:
        self.quiet = False
        self.ansi: bool | None = None

    def _colour(self, stream: TextIO) -> bool:
        return stream.isatty() if self.ansi is None else self.ansi

    def _styled(self, stream: TextIO, text: str, style: str) -> str:
        if not style or not self._colour(stream):
            return text
        on, off = _STYLES[style]
        return f"\x1b[{on}m{text}\x1b[{off}m"

    def _put(self, stream: TextIO, text: str) -> None:
        try:
            stream.write(text)
            stream.flush()
        except BrokenPipeError:  # PHP goes on when its reader has gone
            descriptor = os.open(os.devnull, os.O_WRONLY)
            os.dup2(descriptor, stream.fileno())

    def line(self, text: str = "", style: str = "") -> None:
        """Print a line on standard output."""
        if not self.quiet:
            self._put(sys.stdout, self._styled(sys.stdout, text, style) + "\n")

    def raw(self, text: str) -> None:
        """Print on standard output as it is."""
        if not self.quiet:
            self._put(sys.stdout, text)

    def error(self, text: str, style: str = "", end: str = "\n") -> None:
        """Print on standard error."""
        self._put(sys.stderr, self._styled(sys.stderr, text, style) + end)

    def error_is_tty(self) -> bool:
        """Whether standard error redraws a line instead of beginning a new one."""
        return sys.stderr.isatty()

    def box(self, message: str, place: str = "") -> None:
        """Show an exception as Symfony shows it."""
        pieces = [piece for line in message.split("\n") for piece in _pieces(line)]
        wide = max(len(piece) for piece in pieces) + 4
        if place:
            self.error(f"In {place}:", "comment")
        self.error(" " * wide, "error")
        for piece in pieces:
            self.error(f"  {piece}".ljust(wide), "error")
        self.error(" " * wide, "error")
        self.error("")


def _pieces(line: str) -> list[str]:
    """Cut a line into what fits; words are split wherever they meet the edge."""
    return [line[start : start + _PIECE] for start in range(0, len(line), _PIECE)] or [""]


def ask(terminal: Terminal, lines: Sequence[str]) -> str:
    """Ask on standard error, and return the answer. Raises Aborted at the end of the input."""
    for line in lines:
        terminal.error(line)
    answer = sys.stdin.readline()
    if not answer:
        raise Aborted
    return answer.strip()
