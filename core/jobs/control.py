"""How a running job is talked to: a Unix socket in its directory, a line of JSON each way."""

import asyncio
import os
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from core.errors import ConsoleError, Exit
from core.jobs.commands import AnyCommand
from core.jobs.events import Failure
from core.jobs.pen import Giver, is_there
from core.jobs.state import JobState, Pen
from core.jobs.store import Job
from core.jobs.who import peer_who, who

_LIMIT: Final = 1 << 16
"""The longest command, bytes."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A command, and who says to give it (the kernel says who it really is)."""

    command: AnyCommand
    who: str = ""
    screen: str = ""
    """The screen that gives it, and is present while its connection is open; empty: the command line."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """How the job stands after the command, or why it was not done."""

    standing: str = ""
    waiting_for: str = ""
    seq: int = 0
    """The last event of the journal: what the command did is there."""
    failure: Failure | None = None
    pen: Pen | None = None
    """Who holds the pen after the command."""
    holder_there: bool = False
    """Whether the holder's screen is open; when it isn't, the pen can be taken."""


Take = Callable[[AnyCommand, str, str, Collection[str]], JobState]
"""(command, who, screen, the screens that are present) -> the state after it; raises ConsoleError."""


@contextmanager
def _short(path: Path) -> Iterator[str]:
    """Give a name for a socket that is short however long its path is: Linux takes 107 bytes."""
    handle = os.open(path.parent, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{handle}/{path.name}"
    finally:
        os.close(handle)


def _bound(path: Path, mode: int) -> socket.socket:
    """Return a listening socket whose file never had a wider mode."""
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o777 & ~mode)
    try:
        with _short(path) as name:
            made.bind(name)
    except BaseException:  # raised again: the socket is closed first
        made.close()
        raise
    finally:
        os.umask(before)
    return made


def _peer(writer: asyncio.StreamWriter) -> int:
    """Return the user id of the other end, from the kernel."""
    sock: socket.socket = writer.get_extra_info("socket")
    size = struct.calcsize("3i")
    _, uid, _ = struct.unpack("3i", sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(uid)


@asynccontextmanager
async def serve_control(job: Job, command: Take) -> AsyncIterator[None]:
    """Take commands for a job as long as the context lasts. A screen is present while a connection of it is open."""
    present: Counter[str] = Counter()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        screens: set[str] = set()
        try:
            while line := await reader.readline():
                request = _request(line)
                if isinstance(request, Request) and request.screen not in ("", *screens):
                    screens.add(request.screen)
                    present[request.screen] += 1
                there = frozenset(+present)
                writer.write(msgspec.json.encode(_answer(request, _peer(writer), command, there)) + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):  # gone, or a line beyond the limit
            pass
        finally:
            present.subtract(screens)
            writer.close()

    mode = 0o660 if job.shared else 0o600
    server = await asyncio.start_unix_server(handle, sock=_bound(job.control, mode), limit=_LIMIT)
    try:
        yield
    finally:
        server.close()
        with suppress(OSError):
            job.control.unlink()


def _request(line: bytes) -> Request | Reply:
    try:
        return msgspec.json.decode(line, type=Request)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Reply(failure=Failure(code="bad-command", what=f"Not a command: {error}"))


def _answer(request: Request | Reply, uid: int, command: Take, present: frozenset[str]) -> Reply:
    if isinstance(request, Reply):
        return request
    try:
        state = command(request.command, peer_who(uid, request.who), request.screen, present)
    except ConsoleError as error:
        return Reply(failure=Failure.of(error))
    return Reply(
        standing=str(state.standing(alive=True)),
        waiting_for=state.waiting_for,
        seq=state.seq,
        pen=state.pen,
        holder_there=state.pen is not None and is_there(state.pen, present),
    )


@contextmanager
def _told(job: Job) -> Iterator[None]:
    """Tell what keeps a job from answering in words for people. Raises ConsoleError."""
    try:
        yield
    except TimeoutError:
        raise ConsoleError(
            "job-silent", "The job's process does not answer.", where=job.id, remedy=f"See {job.process_log}."
        ) from None
    except PermissionError:
        raise ConsoleError(
            "not-your-job", "The job belongs to someone else.", where=job.id, exit_code=Exit.REFUSED
        ) from None
    except (OSError, EOFError):
        raise ConsoleError(
            "job-not-running",
            "The job's process is not running.",
            where=job.id,
            remedy=f"See how it stands with `mageconsole jobs show {job.id}`.",
            exit_code=Exit.REFUSED,
        ) from None


class Line:
    """A standing connection to a job. While that of a screen is open, the screen is there, and keeps the pen.

    screen: a word that names this screen and no other; empty: the command line.
    """

    def __init__(self, job: Job, screen: str = "") -> None:
        self._job = job
        self._screen = screen
        self._ends: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._one = asyncio.Lock()
        self._holder = ""

    @property
    def giver(self) -> Giver:
        """Who gives commands here, and whether the pen's holder was there when the job last answered.

        For `core.console.possible.why_not`. Send `Ask` now and then: only an answer tells that a holder left.
        """
        present = frozenset((self._holder,)) if self._holder else frozenset[str]()
        return Giver(who=who(), screen=self._screen, present=present)

    async def send(self, command: AnyCommand, *, limit_s: float = 10.0) -> Reply:
        """Give a command and return the reply; connects first, again where the job was resumed meanwhile.

        Raises ConsoleError: `job-not-running`, `not-your-job`, `job-silent`, `pen-held`, or why the job did
        not do it.
        """
        async with self._one:
            with _told(self._job):
                try:
                    async with asyncio.timeout(limit_s):
                        reply = await self._exchange(Request(command=command, who=who(), screen=self._screen))
                except BaseException:  # raised again: half an answer must not be taken for the next one's
                    self.close()
                    raise
        if reply.failure is not None:
            raise reply.failure.error()
        self._holder = reply.pen.screen if reply.pen is not None and reply.holder_there else ""
        return reply

    async def _exchange(self, request: Request) -> Reply:
        if self._ends is None or self._ends[0].at_eof():
            self.close()
            with _short(self._job.control) as name:
                self._ends = await asyncio.open_unix_connection(name)
        reader, writer = self._ends
        writer.write(msgspec.json.encode(request) + b"\n")
        await writer.drain()
        line = await reader.readline()
        if not line.endswith(b"\n"):
            raise EOFError
        return msgspec.json.decode(line, type=Reply)

    def close(self) -> None:
        """Leave: a screen is not there any more."""
        if self._ends is not None:
            self._ends[1].close()
            self._ends = None


async def send(job: Job, command: AnyCommand, *, limit_s: float = 10.0) -> Reply:
    """Give one command to a running job, from the command line, and return its reply. Raises as `Line.send` does."""
    line = Line(job)
    try:
        return await line.send(command, limit_s=limit_s)
    finally:
        line.close()
