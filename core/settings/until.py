"""Until which day a difference is let be, as a person types it. Pure."""

import datetime
from typing import Final

from core.errors import ConsoleError, Exit

LONGEST_DAYS: Final = 366
"""What is let be for longer is forgotten: then it is better declared."""


def until(text: str, today: datetime.date) -> datetime.date:
    """Return the day that `2030-01-31`, or a number of days, names. Raises ConsoleError `wrong-day`."""
    typed = text.strip()
    if typed.isascii() and typed.isdigit() and len(typed) <= 4:
        day = today + datetime.timedelta(days=int(typed))
    else:
        try:
            day = datetime.date.fromisoformat(typed)
        except ValueError:
            raise _wrong(f"{typed!r} is no day") from None
    if day < today:
        raise _wrong(f"{day} is over")
    if day > today + datetime.timedelta(days=LONGEST_DAYS):
        raise _wrong(f"{day} is more than a year away")
    return day


def _wrong(what: str) -> ConsoleError:
    return ConsoleError(
        "wrong-day", f"{what}.", remedy="A day looks like 2030-01-31; a number counts days from today.",
        exit_code=Exit.USAGE,
    )  # fmt: skip
