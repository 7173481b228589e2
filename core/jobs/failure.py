"""A failure as data: in journals, in what is known of hosts, between processes."""

import msgspec

from core.errors import ConsoleError, Exit


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """A ConsoleError as data."""

    code: str
    what: str
    where: str = ""
    remedy: str = ""
    exit_code: int = Exit.FAILED

    @classmethod
    def of(cls, error: ConsoleError) -> "Failure":
        """Return the error as data."""
        return cls(
            code=error.code,
            what=error.what,
            where=error.where,
            remedy=error.remedy,
            exit_code=int(error.exit_code),
        )

    def error(self) -> ConsoleError:
        """Return the data as an error that can be raised."""
        known = self.exit_code in Exit.__members__.values()
        code = Exit(self.exit_code) if known else Exit.FAILED
        return ConsoleError(self.code, self.what, where=self.where, remedy=self.remedy, exit_code=code)
