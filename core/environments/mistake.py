"""The error that carries every mistake of environments.toml."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from core.environments.place import Path
from core.errors import ConsoleError, Exit
from core.text import one_line

SEVERAL: Final = "environments-mistakes"
"""The code of an error whose mistakes have different codes."""


class Mistake(msgspec.Struct, frozen=True, kw_only=True):
    """One mistake. Line and column count from 1; 0 when it is the file as a whole."""

    code: str
    line: int = 0
    column: int = 0
    key: str = ""
    """The key's path as TOML writes it, lists with their position from 0: `environments.build.hosts[0]`."""
    found: str
    expected: str
    hint: str = ""

    def told(self, file: str) -> str:
        """Return the mistake for a person: `file:line: key: found ..., expected ...`."""
        place = f"{file}:{self.line}: " if self.line else f"{file}: "
        key = f"{self.key}: " if self.key else ""
        hint = f"\n  {self.hint}" if self.hint else ""
        return f"{place}{key}found {self.found}, expected {self.expected} [{self.code}]{hint}"


class EnvironmentsError(ConsoleError):
    """environments.toml can't be used (exit code 2). It holds all mistakes, in the order of the file."""

    def __init__(self, file: str, mistakes: Iterable[Mistake]) -> None:
        self.file = one_line(file, 4096)
        self.mistakes: Sequence[Mistake] = sorted(mistakes, key=lambda item: (item.line, item.column))
        codes = {item.code for item in self.mistakes}
        super().__init__(
            codes.pop() if len(codes) == 1 else SEVERAL,
            f"{len(self.mistakes)} mistakes" if len(self.mistakes) > 1 else "1 mistake",
            where=self.file,
            remedy="\n".join(item.hint for item in self.mistakes if item.hint),
            exit_code=Exit.USAGE,
        )

    def __str__(self) -> str:
        return "\n".join(item.told(self.file) for item in self.mistakes)


def written(path: Path) -> str:
    """Return a path as TOML writes it, without anything that a terminal acts on."""
    text = ""
    for key in path:
        if isinstance(key, int):
            text += f"[{key}]"
        else:
            plain = key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else f'"{one_line(key, 80)}"'
            text += f".{plain}" if text else plain
    return text
