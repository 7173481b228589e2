"""The table of bad inputs: each with its code, its exit code, and how it comes about."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from core.errors import Exit
from tests.hardening.stage import Stage

Arrange: TypeAlias = Callable[[Stage], "Sequence[str] | None"]
"""Spoils something; may return the words of the command, where they are known only then."""


@dataclass(frozen=True)
class Bad:
    """One bad input."""

    name: str
    code: str
    exit: Exit
    words: tuple[str, ...]
    arrange: Arrange
    says: str
    """What has to stand in what is told, beside the code."""
    may: tuple[str, ...]
    """Patterns of paths that the command may add or change: what it is for."""
    same_cause: bool
    """Whether another row with the same code has the same cause, met in another place."""


class Table:
    """Rows, each from a function that spoils something."""

    def __init__(self) -> None:
        self.rows: list[Bad] = []

    def bad(
        self, name: str, code: str, exit_code: Exit, *words: str, says: str = "", may: Sequence[str] = (),
        same_cause: bool = False,
    ) -> Callable[[Arrange], Arrange]:  # fmt: skip
        """Return a decorator that adds a row."""

        def add(arrange: Arrange) -> Arrange:
            self.rows.append(Bad(name, code, exit_code, words, arrange, says, tuple(may), same_cause))
            return arrange

        return add


def remedy_of(text: str, code: str) -> str:
    """Return what the text says to do about an error: the lines below its code that stand further in.

    A mistake of environments.toml says what was expected in the line itself.
    """
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if f"[{code}]" not in line:
            continue
        depth = _depth(line)
        below = []
        for other in lines[number + 1 :]:
            if not other.strip() or _depth(other) <= depth:
                break
            below.append(other.strip())
        expected = re.search(r", expected (.+) \[", line)
        if below or expected:
            return " ".join(below) or (expected[1] if expected else "")
    return ""


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
