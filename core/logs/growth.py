"""What a log has grown by since it was looked at: marks from the index beside it, else newlines counted in pieces.

One look reads a bounded piece, so that a thread that repeats it yields between looks, and never a line at a time.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import msgspec

from core.jobs.logs import Mark

INDEX_SLICE: Final = 1 << 18
"""How much of an index one look reads, bytes: some three thousand marks."""
PIECE: Final = 1 << 18
"""What is counted without marks gets a point each so many bytes."""
SLICE: Final = 1 << 24
"""How much of a log one look counts, bytes: a few milliseconds."""

_MARKS: Final = msgspec.json.Decoder(Mark)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a log was looked through."""

    index: int = 0
    """Bytes of the index that were read."""
    at: int = 0
    """Bytes of the log that were counted."""
    line: int = 0
    """How many lines end before `at`."""
    point: int = 0
    """Where the last point lies, bytes."""


@dataclass(frozen=True, slots=True)
class Growth:
    """What one look found."""

    place: Place
    marks: tuple[Mark, ...]
    """In ascending order; a mark of time 0 was counted, nobody noted when it was written."""
    size: int
    """The length of the log, bytes."""
    more: bool
    """Whether another look finds more at once."""
    shrunk: bool = False
    """The log is shorter than it was: it was cut after a crash, or is another file. All that was known is void."""


def look(handle: int, index: Path, place: Place) -> Growth:
    """Read one piece of what is new. Raises OSError when the log cannot be read."""
    size = os.fstat(handle).st_size
    if size < place.at or _size(index) < place.index:
        return Growth(Place(), (), size, more=True, shrunk=True)
    data = _read(index, place.index)
    marks, used = _decode(data, size)
    place = replace(place, index=place.index + used)
    fresh = tuple(mark for mark in marks if mark.at >= place.point)
    if fresh:
        last = fresh[-1]
        place = replace(place, point=last.at)
        if last.at >= place.at:
            place = replace(place, at=last.at, line=last.line)
    if len(data) == INDEX_SLICE and used:
        return Growth(place, fresh, size, more=True)
    return _count(handle, place, fresh, size)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _read(path: Path, offset: int) -> bytes:
    try:
        with path.open("rb", buffering=0) as file:
            file.seek(offset)
            return file.read(INDEX_SLICE)
    except FileNotFoundError:
        return b""


def _decode(data: bytes, size: int) -> tuple[list[Mark], int]:
    """Return the whole marks that the log reaches, and the bytes that they take."""
    marks: list[Mark] = []
    used = 0
    for line in data.splitlines(keepends=True):
        try:
            mark = _MARKS.decode(line) if line.endswith(b"\n") else None
        except msgspec.DecodeError:
            mark = None
        if mark is None or mark.at > size:
            break
        marks.append(mark)
        used += len(line)
    return marks, used


def _count(handle: int, place: Place, marks: tuple[Mark, ...], size: int) -> Growth:
    """Count the newlines behind the last mark."""
    counted: list[Mark] = []
    at, line, point = place.at, place.line, place.point
    stop = min(size, at + SLICE)
    while at < stop:
        data = os.pread(handle, min(PIECE, stop - at), at)
        if not data:
            break
        at += len(data)
        line += data.count(b"\n")
        if at - point >= PIECE:
            counted.append(Mark(at=at, line=line, time=0.0, step=""))
            point = at
    place = replace(place, at=at, line=line, point=point)
    return Growth(place, (*marks, *counted), size, more=at < size)
