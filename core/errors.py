"""Errors that people meet: a code, what happened, where, and what to do next."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of the command line (design, section 8)."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    """Wrong usage, or environments.toml is wrong."""
    REFUSED = 3
    """Refused by a check or a gate; nothing was changed on a live shop."""
    CANCELLED = 4
    """Cancelled, and undone."""
    STOPPED = 5
    """Stopped half way: a person has to decide."""


class ConsoleError(Exception):
    """An error told to a person.

    code: a stable kebab-case word to search for; what: what happened, one sentence; where: the host, file
    or step, empty when it is the console itself; remedy: what to do next. None of the four may hold a
    secret; text that came from a host has passed `core.text.clean`.
    """

    def __init__(
        self, code: str, what: str, *, where: str = "", remedy: str = "", exit_code: Exit = Exit.FAILED
    ) -> None:
        super().__init__(code, what, where, remedy, exit_code)
        self.code = code
        self.what = what
        self.where = where
        self.remedy = remedy
        self.exit_code = exit_code

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n  {self.remedy}" if self.remedy else ""
        return f"{place}{self.what} [{self.code}]{remedy}"


class Refused(ConsoleError):
    """A check or a gate said no; the shop is as it was (exit code 3)."""

    def __init__(self, code: str, what: str, *, where: str = "", remedy: str = "") -> None:
        super().__init__(code, what, where=where, remedy=remedy, exit_code=Exit.REFUSED)
