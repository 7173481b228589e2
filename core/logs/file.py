"""A log on disk, read by line number. What it keeps in memory is its points, not its lines."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from core.logs.growth import Growth, Place, look
from core.logs.points import UNKNOWN, Points

CUT: Final = 1 << 14
"""How much of a line is read to show it among others, bytes."""
_BLOCK: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class RawLine:
    """One line as it lies on the disk, without its newline."""

    number: int
    """Counted from 0."""
    at: int
    size: int
    """Its whole length, bytes."""
    data: bytes
    """Its beginning, at most `CUT` bytes."""
    whole: bool
    """Whether its newline has come."""


class LogFile:
    """One log that may still grow, or may not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.index = path.with_suffix(".index")
        self.host = unquote(path.stem)
        self.points = Points()
        self.size = 0
        self.more = True
        """Whether something is there that was not looked at yet."""
        self.generation = 0
        """Goes up when the file turned out to be another one, or shorter: lines read before are void."""
        self._place = Place()
        self._torn = False
        self._handle: int | None = None

    @property
    def lines(self) -> int:
        """How many lines end with a newline."""
        return self._place.line

    @property
    def rows(self) -> int:
        """How many lines there are, with one that has no newline yet."""
        return self.lines + self._torn

    @property
    def looked(self) -> int:
        """How many bytes were looked through."""
        return self._place.at

    def look(self) -> Growth | None:
        """Read one piece of what is new; for a thread. None when there is no such file yet. Raises OSError."""
        if self._handle is None:
            try:
                self._handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return None
        return look(self._handle, self.index, self._place)

    def take(self, growth: Growth | None) -> bool:
        """Take in what a look found; return whether anything is new."""
        if growth is None:
            self.more = False
            return False
        if growth.shrunk:
            self.points = Points()
            self.generation += 1
        new = growth.place != self._place or growth.shrunk
        for mark in growth.marks:
            self.points.add(mark.at, mark.line, mark.time or UNKNOWN, mark.step)
        self._place, self.size, self.more = growth.place, growth.size, growth.more
        if new:
            self._torn = self._bytes(self._place.at - 1, 1) not in (b"", b"\n")
        return new

    def read_all(self) -> None:
        """Look until nothing is new; for commands and tests. Raises OSError."""
        self.take(self.look())
        while self.more:
            self.take(self.look())

    def close(self) -> None:
        """Close the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def start(self, line: int) -> int:
        """Return where a line begins, bytes; the end of the log for one behind it."""
        at, before = self.points.before(line)
        if line == 0:
            return 0
        missing = line - before
        while at < self._place.at:
            data = self._bytes(at, _BLOCK)
            count = data.count(b"\n")
            if count >= missing:
                return at + _nth(data, missing) + 1
            missing -= count
            at += len(data)
        return self._place.at

    def _bytes(self, at: int, size: int) -> bytes:
        """Read, at most as far as was looked."""
        size = min(size, self._place.at - at)
        return os.pread(self._handle, size, at) if self._handle is not None and at >= 0 < size else b""

    def read(self, first: int, count: int) -> list[RawLine]:
        """Return lines from `first` on: each at most cut, all of them by few reads."""
        lines: list[RawLine] = []
        at, data, base = self.start(first), b"", 0
        for number in range(first, min(first + count, self.lines + 1)):
            end = data.find(b"\n", at - base)
            if end < 0:
                data, base = self._bytes(at, _BLOCK), at
                end = data.find(b"\n")
            if not data:
                break
            stop = base + end if end >= 0 else self._end(number)
            begin = at - base
            lines.append(
                RawLine(number, at, stop - at, data[begin : begin + min(stop - at, CUT)], number < self.lines)
            )
            at = stop + 1
            if at >= base + len(data):
                data, base = b"", at
        return lines

    def _end(self, number: int) -> int:
        return self.start(number + 1) - 1 if number < self.lines else self._place.at

    def whole(self, line: int, limit: int) -> bytes:
        """Return a line to its end, at most `limit` bytes of it."""
        begin = self.start(line)
        return self._bytes(begin, min(self._end(line) - begin, limit))


def _nth(data: bytes, count: int) -> int:
    """Return where the count-th newline lies: halved until few are left, so that a block costs its length once."""
    low, high = 0, len(data)
    while count > 8:
        middle = (low + high) // 2
        left = data.count(b"\n", low, middle)
        if left >= count:
            high = middle
        else:
            low, count = middle, count - left
    at = low - 1
    for _ in range(count):
        at = data.find(b"\n", at + 1)
    return at
