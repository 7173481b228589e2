"""Finding many byte strings in a text at once, at a speed that hardly depends on how many they are."""

from collections.abc import Iterable, Iterator
from typing import Final

_GRAM: Final = 4
"""Bytes that are looked up at a time; memoryview reads four as one number."""


class Needles:
    """Byte strings of at least `shortest` bytes, indexed by what they begin with.

    The text is read as numbers of four bytes, at every second or fourth place. A needle of six bytes has one such
    number within its first five bytes wherever it stands; only where a number is one of theirs is looked closer.
    """

    def __init__(self, needles: Iterable[bytes], shortest: int) -> None:
        self._needles = sorted(set(needles), key=len, reverse=True)
        self.longest = len(self._needles[0]) if self._needles else 0
        least = len(self._needles[-1]) if self._needles else shortest
        self._step = _GRAM if least >= 2 * _GRAM - 1 else 2
        self._index: dict[int, list[tuple[int, bytes]]] = {}
        self._heads: set[bytes] = set()
        """Beginnings that are too short to hold a number of the index for sure."""
        self._head = self._step + _GRAM - 1
        for needle in self._needles:
            for before in range(self._step):
                (gram,) = memoryview(needle[before : before + _GRAM]).cast("I")
                self._index.setdefault(gram, []).append((before, needle))
            self._heads.update(needle[:size] for size in range(1, self._head))

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        """Return where needles begin and end, in order; those that overlap are one span."""
        whole = ((at, at + len(needle)) for at, needle in self._begun(data) if data.startswith(needle, at))
        joined: list[tuple[int, int]] = []
        for begin, end in sorted(whole):
            if joined and begin < joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((begin, end))
        return joined

    def open_end(self, data: bytes) -> int:
        """Return where the first needle may begin that ends beyond the data; the data's end when there is none."""
        skipped = max(0, len(data) - self.longest + 1)
        tail = data[skipped:]
        starts = [
            at
            for at, needle in self._begun(tail)
            if at + len(needle) > len(tail) and needle.startswith(tail[at:])
        ]
        for at in range(max(0, len(tail) - self._head + 1), len(tail)):
            if tail[at:] in self._heads:
                starts.append(at)
                break
        return skipped + min(starts, default=len(tail))

    def _begun(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield each place where a number of a needle stands, as where that needle would begin."""
        index = self._index
        for lead in range(0, _GRAM, self._step):
            size = (len(data) - lead) // _GRAM * _GRAM
            if size <= 0:
                continue
            grams = memoryview(data)[lead : lead + size].cast("I")
            if index.keys().isdisjoint(grams):
                continue
            for number in [number for number, gram in enumerate(grams) if gram in index]:
                for before, needle in index[grams[number]]:
                    at = lead + number * _GRAM - before
                    if at >= 0:
                        yield at, needle
