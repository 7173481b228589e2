"""The raw logs of a job, one for each host: redacted before they reach the disk, whole after a crash.

Beside each log lies an index. After each write a mark is added to it: how long our log is, and how far into
each remote log that length reaches. After SIGKILL our log is cut to the last mark, and what was cut is read
again from the host: no byte is lost, none is doubled. A mark never covers bytes that the redactor keeps back.
"""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from urllib.parse import quote

import msgspec

from core.jobs.journal import disk_error
from core.secret import Redactor, Secret

_LOCAL: Final = ""
"""The name under which output that has no remote log is kept."""


class Mark(msgspec.Struct, frozen=True):
    """A place in a host's log at which it agrees with the remote logs; one line of the index."""

    at: int
    """The length of our log, bytes."""
    line: int
    """How many lines end before it."""
    time: float
    step: str
    remote: dict[str, int] = {}
    """Task -> offset in its remote log, of those that have moved since the mark before."""


def log_name(address: str) -> str:
    """Return the file name of a host's log, without its suffix; different for different addresses."""
    return quote(address, safe="@")


def read_marks(path: Path) -> tuple[list[Mark], int]:
    """Return the marks of an index and the length of its whole lines; a torn tail is left out."""
    marks: list[Mark] = []
    size = 0
    for line in path.read_bytes().splitlines(keepends=True) if path.exists() else ():
        try:
            mark = msgspec.json.decode(line, type=Mark) if line.endswith(b"\n") else None
        except msgspec.DecodeError:
            mark = None
        if mark is None:
            break
        marks.append(mark)
        size += len(line)
    return marks, size


class _Stream:
    """The redaction of one remote log on its way into ours."""

    def __init__(self, redactor: Redactor, offset: int) -> None:
        self.redactor = redactor
        self.taken = offset
        """How much of the remote log was taken, bytes."""
        self._raw_held = b""

    @property
    def written(self) -> int:
        return self.taken - self.redactor.held

    def fresh(self, data: bytes, offset: int | None) -> bytes:
        """Return what of the data was not taken before."""
        if offset is None:
            return data
        overlap = self.taken - (offset - len(data))
        return data[overlap:] if overlap > 0 else data

    def feed(self, data: bytes, offset: int | None) -> bytes:
        out = self.redactor.feed(data)
        self._raw_held = (self._raw_held + data)[-self.redactor.held :] if self.redactor.held else b""
        self.taken = self.taken + len(data) if offset is None else offset
        return out

    def replace(self, redactor: Redactor) -> bytes:
        """Go on with a redactor that knows more secrets."""
        held, self.redactor = self._raw_held, redactor
        out = redactor.feed(held)
        self._raw_held = held[-redactor.held :] if redactor.held else b""
        return out

    def flush(self) -> bytes:
        self._raw_held = b""
        return self.redactor.flush()


class HostLog:
    """The log of one host with its index. Raises RecordError when the disk does not take it."""

    def __init__(self, base: Path, redactor: Redactor) -> None:
        self.path = base.with_name(f"{base.name}.log")
        self.index = base.with_name(f"{base.name}.index")
        self._redactor = redactor
        self._streams: dict[str, _Stream] = {}
        self._offsets: dict[str, int] = {}
        self._at = self._line = 0
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
            self._log = os.open(self.path, flags, 0o660)
            self._marks = os.open(self.index, flags, 0o660)
            self._agree()
        except OSError as error:
            raise disk_error(error, self.path) from error

    def _agree(self) -> None:
        """Cut our log to the last mark that it still reaches, and the index behind that mark."""
        size = os.fstat(self._log).st_size
        marks, _ = read_marks(self.index)
        kept = 0
        for mark in marks:
            if mark.at > size:
                break
            kept += len(_line_of(mark))
            self._at, self._line = mark.at, mark.line
            self._offsets |= mark.remote
        os.ftruncate(self._log, self._at)
        os.ftruncate(self._marks, kept)

    def offset(self, task: str) -> int:
        """Return how much of a task's remote log is in ours or on its way there."""
        stream = self._streams.get(task)
        return stream.taken if stream is not None else self._offsets.get(task, 0)

    def write(self, data: bytes, *, task: str, offset: int | None, step: str) -> None:
        """Append what is new of the data, and mark it."""
        stream = self._streams.get(task)
        if stream is None:
            stream = _Stream(self._redactor.again(), self._offsets.get(task, 0))
            self._streams[task] = stream
        fresh = stream.fresh(data, offset)
        if fresh:
            self._put(stream.feed(fresh, offset), task, stream, step)

    def end(self, task: str, step: str) -> None:
        """Write what the redactor kept back: the remote log has ended."""
        stream = self._streams.pop(task, None)
        if stream is not None:
            self._put(stream.flush(), task, stream, step)

    def end_all(self, step: str) -> None:
        """End the logs of all tasks."""
        for task in tuple(self._streams):
            self.end(task, step)

    def know(self, redactor: Redactor) -> None:
        """Go on with a redactor that knows more secrets."""
        self._redactor = redactor
        for task, stream in self._streams.items():
            self._put(stream.replace(redactor.again()), task, stream, "")

    def _put(self, out: bytes, task: str, stream: _Stream, step: str) -> None:
        moved = {task: stream.written} if task != _LOCAL else {}
        self._offsets |= moved
        lines = self._line + out.count(b"\n")
        mark = Mark(at=self._at + len(out), line=lines, time=time.time(), step=step, remote=moved)
        try:
            _write_all(self._log, out)
            _write_all(self._marks, _line_of(mark))
        except OSError as error:
            os.ftruncate(self._log, self._at)
            raise disk_error(error, self.path) from error
        self._at, self._line = mark.at, lines

    def sync(self) -> None:
        """Bring both files to the disk."""
        try:
            os.fsync(self._log)
            os.fsync(self._marks)
        except OSError as error:
            raise disk_error(error, self.path) from error

    def close(self) -> None:
        """Close both files."""
        os.close(self._log)
        os.close(self._marks)


def _line_of(mark: Mark) -> bytes:
    return msgspec.json.encode(mark) + b"\n"


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


class Logs:
    """All logs of a job, and the one redactor of all that it writes."""

    def __init__(self, directory: Path, secrets: Iterable[Secret] = ()) -> None:
        self._directory = directory
        self._secrets = list(secrets)
        self._redactor = Redactor(self._secrets)
        self._hosts: dict[str, HostLog] = {}
        self._unsynced: set[str] = set()

    def host(self, address: str) -> HostLog:
        """Return the log of a host, opened when it is first asked for."""
        if address not in self._hosts:
            base = self._directory / log_name(address)
            self._hosts[address] = HostLog(base, self._redactor)
        return self._hosts[address]

    def write(
        self, address: str, data: bytes, *, task: str = _LOCAL, offset: int | None = None, step: str = ""
    ) -> None:
        """Append output to the log of a host. Raises RecordError."""
        self._unsynced.add(address)
        self.host(address).write(data, task=task, offset=offset, step=step)

    def end(self, address: str, task: str, step: str = "") -> None:
        """The remote log of a task is whole in ours, and on disk."""
        log = self.host(address)
        log.end(task, step)
        log.sync()

    def settle(self, step: str, *, whole: bool) -> None:
        """Bring what was written to the disk; `whole`: the step is done, and so are its remote logs."""
        for address in sorted(self._unsynced):
            if whole:
                self.host(address).end_all(step)
            self.host(address).sync()
        self._unsynced.clear()

    def hide(self, secret: Secret) -> None:
        """Redact one more secret from now on."""
        if secret in self._secrets:
            return
        self._secrets.append(secret)
        self._redactor = Redactor(self._secrets)
        for log in self._hosts.values():
            log.know(self._redactor)

    def redact(self, text: str) -> str:
        """Return a whole text redacted."""
        return self._redactor.text(text)

    def close(self) -> None:
        """Close all files."""
        for log in self._hosts.values():
            log.close()
        self._hosts.clear()
