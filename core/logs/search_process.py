"""The process that searches: `python -P -m core.logs.search_process`. It imports little, and is ended by a signal.

Standard input: JSON lines, first {"pattern", "loose", "hints"}, then {"block": id, "path", "line", "from", "to"} and
{"spans": id, "text"}. Standard output: frames of a kind, an id, a count, and that many bytes.
"""

import json
import os
import re
import select
import signal
import struct
import sys
from array import array
from collections import deque
from typing import Any, Final

from core.logs.line_text import shown
from core.logs.matching import compiled, matching, spans

HEAD: Final = struct.Struct("<BQQ")
LINES: Final = 0
"""The lines of a block that match: the place where the next block begins (byte, line), then their distances to
the block's line; 8 bytes each."""
SPANS: Final = 1
"""Where a text matches: begins and ends, 8 bytes each."""
ERROR: Final = 2
"""The pattern is none, as text."""
_READ: Final = 1 << 20
LIMIT_S: Final = 30
"""A pattern that takes longer for one block never ends. `re` heeds no handler, so the alarm ends the process."""


def owned(handle: int, begin: int, stop: int) -> tuple[bytes, int, int]:
    """Return the lines that begin in [begin, stop), whole, where they begin, and where the last whole one ends.

    A block that does not begin where a line does leaves its first piece to the block before.
    """
    if begin > 0:
        found = _line_begin(handle, begin)
        if found is None:
            return b"", begin, begin
        begin = found
    pieces: list[bytes] = []
    at, whole = begin, begin
    while begin < stop:
        data = os.pread(handle, min(_READ, stop - at) if at < stop else 1 << 16, at)
        if not data:
            break
        last = data.find(b"\n", max(stop - 1 - at, 0)) if at + len(data) >= stop else -1
        if last >= 0:
            pieces.append(data[: last + 1])
            return b"".join(pieces), begin, at + last + 1
        ends = data.rfind(b"\n")
        whole = at + ends + 1 if ends >= 0 else whole
        pieces.append(data)
        at += len(data)
    return b"".join(pieces), begin, whole


def _line_begin(handle: int, at: int) -> int | None:
    """Return where the first line begins from here on; None when the log ends before one does."""
    at -= 1
    while data := os.pread(handle, 1 << 16, at):
        end = data.find(b"\n")
        if end >= 0:
            return at + end + 1
        at += len(data)
    return None


class _Searcher:
    def __init__(self, order: dict[str, Any]) -> None:
        self._exact = compiled(order["pattern"])
        self._loose = None if order["loose"] is None else compiled(order["loose"])
        self._hints: list[str] = order["hints"]
        self._handles: dict[str, int] = {}

    def block(self, order: dict[str, Any]) -> None:
        path = order["path"]
        if path not in self._handles:
            self._handles[path] = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        handle, asked, stop = self._handles[path], order["from"], order["to"]
        data, begin, whole = owned(handle, asked, stop)
        # The line number came with the byte asked for; the piece that was left out ends one line.
        line = order["line"] + (1 if begin > asked else 0)
        numbers: list[int] = []
        if data:
            text = shown(data[:-1] if data.endswith(b"\n") else data)
            offset = line - order["line"]
            numbers = [number + offset for number in matching(text, self._exact, self._loose, self._hints)]
        after = line + data.count(b"\n")
        _answer(LINES, order["block"], array("Q", [whole, after, *numbers]).tobytes())

    def spans(self, order: dict[str, Any]) -> None:
        flat = [edge for span in spans(order["text"], self._exact) for edge in span]
        _answer(SPANS, order["spans"], array("Q", flat).tobytes())


def _answer(kind: int, number: int, data: bytes) -> None:
    sys.stdout.buffer.write(HEAD.pack(kind, number, len(data)) + data)
    sys.stdout.buffer.flush()


class _Orders:
    """Standard input; what is asked about the lines on the screen goes before the blocks."""

    def __init__(self) -> None:
        self._torn = b""
        self._blocks: deque[dict[str, Any]] = deque()
        self._spans: deque[dict[str, Any]] = deque()
        self.first: dict[str, Any] | None = None

    def take(self) -> dict[str, Any] | None:
        """Return the next order; None when standard input has ended and all is done."""
        ended = False
        while not ended and (self.idle or select.select([0], [], [], 0)[0]):
            data = os.read(0, 1 << 16)
            ended = not data
            self._sort(data)
        if self.first is not None:
            first, self.first = self.first, None
            return first
        queue = self._spans or self._blocks
        return queue.popleft() if queue else None

    @property
    def idle(self) -> bool:
        return not (self._blocks or self._spans or self.first)

    def _sort(self, data: bytes) -> None:
        *lines, self._torn = (self._torn + data).split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "pattern" in order:
                self.first = order
            else:
                (self._blocks if "block" in order else self._spans).append(order)


def main() -> None:
    """Obey until standard input ends."""
    os.nice(5)
    signal.alarm(LIMIT_S)
    orders = _Orders()
    first = orders.take()
    if first is None:
        return
    try:
        searcher = _Searcher(first)
    except (re.error, OverflowError, RecursionError) as error:
        _answer(ERROR, 0, str(error).encode())
        return
    while (order := orders.take()) is not None:
        signal.alarm(LIMIT_S)
        if "block" in order:
            searcher.block(order)
        else:
            searcher.spans(order)
        signal.alarm(0)


if __name__ == "__main__":
    main()
