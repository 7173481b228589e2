"""A place in environments.toml, and what was found wrong there."""

from typing import Any, Final

import msgspec

from core.text import one_line

Path = tuple[str | int, ...]
"""Keys and list positions from the top of the file down to a value."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A mistake whose line is not known yet."""

    path: Path
    code: str
    found: str
    expected: str
    hint: str = ""


class _Wrong:
    """The type of `WRONG`."""


WRONG: Final = _Wrong()
"""What a reader returns in place of a value that it could not accept."""


class Place:
    """Where a reader stands; mistakes are told to it."""

    __slots__ = ("_findings", "path")

    def __init__(self, path: Path = (), findings: dict[Path, Finding] | None = None) -> None:
        self.path = path
        self._findings: dict[Path, Finding] = {} if findings is None else findings

    def __truediv__(self, key: str | int) -> "Place":
        return Place((*self.path, key), self._findings)

    def wrong(self, code: str, found: str, expected: str, hint: str = "") -> _Wrong:
        """Note a mistake here. A place has one: the first that was told."""
        finding = Finding(path=self.path, code=code, found=found, expected=expected, hint=hint)
        self._findings.setdefault(self.path, finding)
        return WRONG

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was told here and at every place reached from the same start."""
        return tuple(self._findings.values())

    @property
    def is_wrong(self) -> bool:
        """Whether a mistake was told here, or further down."""
        return any(path[: len(self.path)] == self.path for path in self._findings)


def shown(value: Any) -> str:
    """Return how a value is told to a person: scalars as TOML has them, the rest by their kind."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return one_line(str(value), 40)
    if isinstance(value, str):
        import json  # only for mistakes: a file without any is read before the first frame

        return one_line(json.dumps(value, ensure_ascii=False), 80)
    return "a date or time"
