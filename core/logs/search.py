"""A search through logs, in a process of its own: `re` holds the interpreter, so only a process can be stopped."""

import asyncio
import json
import sys
from array import array
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.logs.file import LogFile
from core.logs.matching import hints_of, loose_of
from core.logs.search_process import ERROR, HEAD, LINES, SPANS

BLOCK: Final = 1 << 17
"""How much is searched between two answers, bytes: what stays in a processor's cache is searched twice as fast."""
_GROWN: Final = 1 << 20
"""How much of what a log has grown by is searched at a time, bytes."""
_AHEAD: Final = 32
"""So many blocks are with the process at a time."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a log to search: the lines that begin in it."""

    log: int
    line: int
    begin: int
    end: int


def blocks(logs: Sequence[LogFile], near: Sequence[int]) -> list[Block]:
    """Return all blocks of the logs: from the byte `near` of each to its end, then back from there to its start."""
    ordered: list[Block] = []
    for number, log in enumerate(logs):
        edges = sorted({log.points.at_or_before(at) for at in range(0, log.looked, BLOCK)})
        # Of a log that was not looked at yet there is nothing: `grow` searches what comes.
        ends = [at for at, _ in edges[1:]] + [log.looked] * bool(edges)
        all_of_it = [Block(number, line, at, end) for (at, line), end in zip(edges, ends, strict=True)]
        split = sum(1 for block in all_of_it if block.end <= near[number])
        ordered += all_of_it[split:] + all_of_it[:split][::-1]
    return [block for block in ordered if block.end > block.begin]


class Search:
    """One search. It goes on with what the logs grow by, until it is stopped."""

    def __init__(
        self, logs: Sequence[LogFile], pattern: str, near: Sequence[int], *, hints: Sequence[str] = ()
    ) -> None:
        self.pattern = pattern
        self.error = ""
        """Why it ended before its end, for people."""
        self.stopped = False
        self.fresh: list[tuple[int, list[int]]] = []
        """What was found and not yet taken: a log, and lines of it."""
        self.spans: dict[int, list[tuple[int, int]]] = {}
        """Where the lines asked about match."""
        self._logs, self._near = logs, near
        self._hints = hints or hints_of(pattern)
        self._open: dict[int, Block] = {}
        self._waiting: deque[Block] = deque()
        self._sent = 0
        self._next: dict[int, tuple[int, int]] = {}
        self._seen: dict[int, int] = {}
        self._total = self._done = 0
        self._process: asyncio.subprocess.Process | None = None

    @property
    def busy(self) -> bool:
        """Whether pieces of the logs are still to be searched."""
        return bool(self._open or self._waiting) or (
            self._process is None and not self.stopped and not self.error
        )

    @property
    def progress(self) -> float:
        """How much is done, 0 to 1."""
        return self._done / self._total if self._total else 0.0

    async def run(self) -> None:
        """Search; returns when stopped. A cancelled task stops the process too."""
        command = [sys.executable, "-P", "-m", "core.logs.search_process"]
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, limit=1 << 22
        )
        try:
            if self.stopped:
                return
            self._process = process
            self._send({"pattern": self.pattern, "loose": loose_of(self.pattern), "hints": self._hints})
            self._waiting.extend(blocks(self._logs, self._near))
            self._total = sum(block.end - block.begin for block in self._waiting)
            self._order()
            await self._answers(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            self._open.clear()
            self._waiting.clear()

    async def _answers(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        try:
            while True:
                kind, number, size = HEAD.unpack(await process.stdout.readexactly(HEAD.size))
                self._take(kind, number, await process.stdout.readexactly(size))
        except asyncio.IncompleteReadError:
            if not self.stopped and not self.error:
                self.error = "stopped: this pattern takes too long for some line"

    def _take(self, kind: int, number: int, data: bytes) -> None:
        if kind == ERROR:
            self.error = data.decode()
        elif kind == SPANS:
            edges = array("Q", data)
            self.spans[number] = list(zip(edges[::2], edges[1::2], strict=True))
        elif kind == LINES:
            self._found(self._open.pop(number), array("Q", data))
            self._order()

    def _found(self, block: Block, answer: "array[int]") -> None:
        at, line, *distances = answer
        self._done += block.end - block.begin
        self._next[block.log] = max(self._next.get(block.log, (0, 0)), (at, line))
        lines = [block.line + distance for distance in distances]
        # A line without an end was searched as it was, and is searched again with the rest of it.
        if lines and lines[0] == self._seen.get(block.log):
            lines = lines[1:]
        if lines:
            self._seen[block.log] = max(lines[-1], self._seen.get(block.log, 0))
            self.fresh.append((block.log, lines))

    def grow(self) -> None:
        """Search what the logs have grown by. Does nothing before the rest is done."""
        if self._process is None or self._open or self._waiting or self.stopped or self.error:
            return
        for number, log in enumerate(self._logs):
            at, line = self._next.get(number, (0, 0))
            if log.looked > at:
                end = min(log.looked, at + _GROWN)
                self._waiting.append(Block(number, line, at, end))
                self._total += end - at
        self._order()

    def ask(self, key: int, text: str) -> None:
        """Ask where a line matches; the answer comes into `spans`."""
        if key not in self.spans:
            self.spans[key] = []
            self._send({"spans": key, "text": text})

    def stop(self) -> None:
        """End it, whatever it is at."""
        self.stopped = True
        self._open.clear()
        self._waiting.clear()
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    def _order(self) -> None:
        while self._waiting and len(self._open) < _AHEAD:
            block = self._waiting.popleft()
            self._sent += 1
            self._open[self._sent] = block
            path = str(self._logs[block.log].path)
            place = {"line": block.line, "from": block.begin, "to": block.end}
            self._send({"block": self._sent, "path": path, **place})

    def _send(self, order: dict[str, object]) -> None:
        process = self._process
        if process is not None and process.returncode is None and process.stdin is not None:
            process.stdin.write(json.dumps(order).encode() + b"\n")
