"""Whether a host has room for what a transfer will send: a full disk would stop the live shop too. Pure."""

from collections.abc import Iterable
from typing import Final

import msgspec

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


class Footprint(msgspec.Struct, frozen=True):
    """What entries need on a disk."""

    bytes: int
    """In whole blocks."""
    inodes: int


def footprint(entries: Iterable[Entry]) -> Footprint:
    """Return what entries need."""
    sizes = [entry.size for entry in entries]
    return Footprint(sum(-(-size // _BLOCK) for size in sizes) * _BLOCK, len(sizes))


def refuse_without(room: Room, need: Footprint, address: str) -> None:
    """Raise ConsoleError `disk-low` when something does not fit."""
    size, count = need.bytes, need.inodes
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
