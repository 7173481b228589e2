"""The day until which a difference is let be."""

import datetime

import pytest

from core.errors import ConsoleError
from core.settings.until import until

TODAY = datetime.date(2030, 1, 30)


@pytest.mark.parametrize(
    ("typed", "day"),
    [("2030-01-31", (2030, 1, 31)), (" 2 ", (2030, 2, 1)), ("0", (2030, 1, 30)), ("2030-01-30", (2030, 1, 30))],
)
def test_a_day_or_a_number_of_days(typed: str, day: tuple[int, int, int]) -> None:
    assert until(typed, TODAY) == datetime.date(*day)


@pytest.mark.parametrize("typed", ["", "tomorrow", "2030-02-30", "-1", "2030-01-29", "9999", "2032-01-01", "²"])
def test_what_is_no_day_that_comes(typed: str) -> None:
    with pytest.raises(ConsoleError) as told:
        until(typed, TODAY)
    assert told.value.code == "wrong-day"
