"""Following a job: its events as they are written, from any of them on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

from core.jobs import events
from core.jobs.events import Event
from core.jobs.journal import parse
from core.jobs.store import Job

_POLL_S: Final = 0.06
_BLOCK: Final = 1 << 18


class Tail:
    """Reads the whole lines that were added to a journal since the last look."""

    def __init__(self, path: Path, block: int = _BLOCK) -> None:
        self._path = path
        self._block = block
        self._offset = 0
        self._seq = 0

    def read(self) -> list[Event]:
        """Return the new events, at most a block of them. Raises RecordError when a line is damaged."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(self._block)
                while data and b"\n" not in data and (more := file.read(self._block)):
                    data += more
        except FileNotFoundError:
            return []
        whole = data[: data.rfind(b"\n") + 1]
        found = []
        for line in whole.splitlines(keepends=True):
            event = parse(line, self._seq, self._path)
            self._seq = event.seq
            self._offset += len(line)
            found.append(event)
        return found


async def follow(job: Job, from_seq: int = 1) -> AsyncIterator[Event]:
    """Yield the events from a sequence number on, the old ones at once and the new ones as they come.

    Ends after `JobEnded` (unless the job was resumed after it), or when the job's process is gone: then a
    `ProcessLost` with `seq` 0, which is not in the journal, is the last. Raises RecordError.
    """
    tail = Tail(job.journal)
    over = False
    while True:
        alive = job.alive  # asked before reading: what a process wrote before it went is still read
        found = tail.read()
        for event in found:
            over = isinstance(event, events.JobEnded)
            if event.seq >= from_seq:
                yield event
        if found:
            continue
        if over:
            return
        if not alive:
            yield events.ProcessLost(what="The job's process is gone; the job can be resumed.")
            return
        await asyncio.sleep(_POLL_S)
