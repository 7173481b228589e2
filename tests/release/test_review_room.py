"""A release that does not fit on a host is refused before the live shop's disk is full."""

import pytest

from core.errors import ConsoleError
from core.release.manifest import Entry
from core.release.room import Room, footprint, refuse_without


def _entries(count: int, size: int) -> list[Entry]:
    return [Entry(path=f"{n}.php", kind="file", mode=0o644, size=size, digest="0" * 64) for n in range(count)]


@pytest.mark.parametrize(
    ("told", "count", "size", "says"),
    [
        ("1048576 500000", 1000, 1 << 20, "1,024 MB are free, 1,064 MB are needed"),
        ("69632 500000", 2000, 1, "68 MB are free, 71 MB are needed"),  # a byte takes a block
        ("10485760 1500", 1000, 10, "1,500 inodes are free, 2,000 are needed"),
    ],
)
def test_what_does_not_fit_is_refused(told: str, count: int, size: int, says: str) -> None:
    with pytest.raises(ConsoleError) as caught:
        refuse_without(Room(told), footprint(_entries(count, size)), "web1")
    assert caught.value.code == "disk-low"
    assert says in caught.value.what


@pytest.mark.parametrize("told", ["1048576 500000", "1048576 0", "1048576 -", "", "df: no such option"])
def test_what_fits_or_cant_be_told_goes_on(told: str) -> None:
    refuse_without(Room(told), footprint(_entries(100, 100)), "web1")
