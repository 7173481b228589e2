"""The append-only record of a job: one line of JSON an event."""

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from core.errors import ConsoleError, Exit
from core.jobs import events
from core.jobs.events import Event

_TOLD: Final = {
    errno.ENOSPC: ("disk-full", "The disk is full", "Free space there, then resume the job."),
    errno.EDQUOT: ("disk-full", "The disk quota is used up", "Free space there, then resume the job."),
    errno.EFBIG: ("disk-full", "The limit of a file's size is reached", "Raise it, then resume the job."),
    errno.EROFS: ("read-only", "The file system is read-only", "Mount it writable, then resume the job."),
    errno.EACCES: ("not-writable", "Writing is not permitted", "Mend its owner and mode, then try again."),
}


class RecordError(ConsoleError):
    """The record of a job (journal, logs) can't be written or read. A job that can't write it must not act."""


def disk_error(error: OSError, path: Path) -> RecordError:
    """Return what a person is told of an error of the file system."""
    told = _TOLD.get(error.errno or 0, ("write-failed", f"Writing failed ({error.strerror})", ""))
    code, what, remedy = told
    return RecordError(code, f"{what}.", where=str(path), remedy=remedy, exit_code=Exit.STOPPED)


class Journal:
    """Writes and reads a job's journal. One process writes: the one that holds the job's lock.

    A line without its newline was never acknowledged; reading leaves it out, and `open` cuts it off.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._handle: int | None = None
        self._size = 0
        self.seq = 0
        """Of the last event."""

    def open(self) -> None:
        """Make the journal ready for `append`, cutting off a torn tail. Raises RecordError."""
        try:
            self._handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o660)
            self.seq, self._size = 0, 0
            for event, end in _lines(self.path):
                self.seq, self._size = event.seq, end
            if os.fstat(self._handle).st_size != self._size:
                os.ftruncate(self._handle, self._size)
                os.fsync(self._handle)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def append(self, event: Event, durable: bool = False) -> Event:
        """Write an event and return it with its `seq` and `time`.

        `durable`: it, and all before it, are on disk when this returns. Raises RecordError; then nothing
        of the event is in the journal.
        """
        if self._handle is None:
            raise RuntimeError("the journal is not open")
        stamped = replace(event, seq=self.seq + 1, time=self._clock())
        line = events.encode(stamped)
        try:
            _write_all(self._handle, line)
            if durable:
                os.fsync(self._handle)
        except OSError as error:
            self._cut_back()
            raise disk_error(error, self.path) from error
        self._size += len(line)
        self.seq += 1
        return stamped

    def _cut_back(self) -> None:
        """Take back what a failed write left; shrinking a file needs no space."""
        if self._handle is not None:
            with suppress(OSError):  # a torn tail, then: the next `open` cuts it
                os.ftruncate(self._handle, self._size)

    def read(self, from_seq: int = 1) -> Iterator[Event]:
        """Read the events from a sequence number on, as far as they are whole.

        Raises RecordError `journal-damaged` when a line before the last can't be read.
        """
        return (event for event, _ in _lines(self.path) if event.seq >= from_seq)

    def close(self) -> None:
        """Close the file."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def parse(line: bytes, previous: int, path: Path) -> Event:
    """Return the event of a whole line that follows the event `previous`. Raises RecordError."""
    try:
        event = events.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _damaged(path, f"The line after event {previous} can't be read") from error
    if event.seq != previous + 1:
        raise _damaged(path, f"After event {previous} comes event {event.seq}")
    return event


def _damaged(path: Path, what: str) -> RecordError:
    remedy = (
        "This job can't be resumed. `mageconsole check ENV` names what it left on the hosts: `lock ENV release` gives "
        "its lock back once nothing of it runs, `maintenance ENV off` opens the shop where that is right."
    )
    return RecordError("journal-damaged", f"{what}.", where=str(path), remedy=remedy)


def _lines(path: Path) -> Iterator[tuple[Event, int]]:
    """Read whole lines with the offset at which each ends. A last line that is no event counts as torn."""
    seq = end = 0
    pending: tuple[bytes, int] | None = None
    with path.open("rb") as file:
        for line in file:
            if pending is not None:
                event = parse(pending[0], seq, path)
                seq = event.seq
                yield event, pending[1]
            end += len(line)
            pending = (line, end) if line.endswith(b"\n") else None
    if pending is None:
        return
    try:
        event = parse(pending[0], seq, path)
    except RecordError:
        return
    yield event, pending[1]
