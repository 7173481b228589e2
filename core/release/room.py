"""Whether a host has room for what a transfer will send: a full disk would stop the live shop too. Pure."""

from collections.abc import Iterable
from typing import Final

from core.errors import Refused
from core.release.manifest import Entry

_BLOCK: Final = 4096
_SPARE_BYTES: Final = 64 << 20
"""Left for what the live shop writes meanwhile: sessions, logs."""
_SPARE_INODES: Final = 1000


class Room:
    """Free bytes and inodes of a host's file system, None where the host does not tell."""

    def __init__(self, told: str = "") -> None:
        """Read what `df --output=avail,iavail -k` says: two numbers; "-" or 0 inodes is no limit."""
        words = told.split()
        numbers = [int(word) if word.isdigit() else None for word in words] if len(words) == 2 else [None, None]
        self.bytes = None if numbers[0] is None else numbers[0] << 10
        self.inodes = numbers[1] or None


def refuse_without(room: Room, entries: Iterable[Entry], address: str) -> None:
    """Raise ConsoleError `disk-low` when the entries, as blocks and inodes, do not fit."""
    count = size = 0
    for entry in entries:
        count += 1
        size += -(-entry.size // _BLOCK) * _BLOCK
    if room.bytes is not None and size + _SPARE_BYTES > room.bytes:
        short = f"{room.bytes >> 20:,} MB are free, {(size + _SPARE_BYTES) >> 20:,} MB are needed"
    elif room.inodes is not None and count + _SPARE_INODES > room.inodes:
        short = f"{room.inodes:,} inodes are free, {count + _SPARE_INODES:,} are needed"
    else:
        return
    raise Refused(
        "disk-low",
        f"There is no room for the release: {short}.",
        where=address,
        remedy="Free space, or keep fewer releases (`keep_releases`). Nothing was sent; the live shop is as it was.",
    )
