"""How far a transfer is, in uncompressed bytes over all hosts."""

from collections.abc import Iterable

from core.release.chunks import Chunk
from core.release.sides import Progress

_GUESS = 3.0
"""Uncompressed bytes that a byte on the wire stands for, until the first sub-archive has told."""


class Meter:
    """Turns what is written to hosts into progress that never goes back."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._total = 0
        self._done = 0
        self._wire = 0
        self._told = 0
        self._under_way: dict[tuple[str, str], tuple[int, int]] = {}
        """By address and sub-archive: bytes written, bytes uncompressed."""

    def expect(self, chunks: Iterable[Chunk]) -> None:
        """Add sub-archives that are going to be sent."""
        self._total += sum(chunk.size * len(chunk.hosts) for chunk in chunks)
        self._progress(self._told, self._total)

    def tell(self, address: str, chunk: Chunk, written: int) -> None:
        """Take in that so many bytes of a sub-archive were written to a host; -1: that was all of it."""
        key = (address, chunk.key)
        if written < 0:
            wire, size = self._under_way.pop(key, (0, chunk.size))
            self._wire += wire
            self._done += size
        else:
            self._under_way[key] = (written, chunk.size)
        ratio = self._done / self._wire if self._wire else _GUESS
        now = self._done + sum(min(wire * ratio, size) for wire, size in self._under_way.values())
        self._told = max(self._told, min(int(now), self._total))
        self._progress(self._told, self._total)
