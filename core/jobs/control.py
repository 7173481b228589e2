"""How a running job is talked to: a Unix socket in its directory, a line of JSON each way."""

import asyncio
import os
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

import msgspec

from core.errors import ConsoleError, Exit
from core.jobs.commands import AnyCommand
from core.jobs.events import Failure
from core.jobs.state import JobState
from core.jobs.store import Job
from core.jobs.who import peer_who, who

_LIMIT: Final = 1 << 16
"""The longest command, bytes."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A command, and who says to give it (the kernel says who it really is)."""

    command: AnyCommand
    who: str = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """How the job stands after the command, or why it was not done."""

    standing: str = ""
    waiting_for: str = ""
    seq: int = 0
    """The last event of the journal: what the command did is there."""
    failure: Failure | None = None


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
async def serve_control(job: Job, command: Callable[[AnyCommand, str], JobState]) -> AsyncIterator[None]:
    """Take commands for a job as long as the context lasts."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(msgspec.json.encode(_answer(line, _peer(writer), command)) + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):  # gone, or a line beyond the limit
            pass
        finally:
            writer.close()

    mode = 0o660 if job.shared else 0o600
    server = await asyncio.start_unix_server(handle, sock=_bound(job.control, mode), limit=_LIMIT)
    try:
        yield
    finally:
        server.close()
        with suppress(OSError):
            job.control.unlink()


def _answer(line: bytes, uid: int, command: Callable[[AnyCommand, str], JobState]) -> Reply:
    try:
        request = msgspec.json.decode(line, type=Request)
        state = command(request.command, peer_who(uid, request.who))
    except msgspec.DecodeError as error:
        return Reply(failure=Failure(code="bad-command", what=f"Not a command: {error}"))
    except ConsoleError as error:
        return Reply(failure=Failure.of(error))
    return Reply(standing=str(state.standing(alive=True)), waiting_for=state.waiting_for, seq=state.seq)


async def send(job: Job, command: AnyCommand, *, limit_s: float = 10.0) -> Reply:
    """Give a command to a running job and return its reply.

    Raises ConsoleError: `job-not-running`, `not-your-job`, `job-silent`, or why the job did not do it.
    """
    try:
        async with asyncio.timeout(limit_s):
            reply = await _exchange(job.control, Request(command=command, who=who()))
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
    if reply.failure is not None:
        raise reply.failure.error()
    return reply


async def _exchange(path: Path, request: Request) -> Reply:
    with _short(path) as name:
        reader, writer = await asyncio.open_unix_connection(name)
    try:
        writer.write(msgspec.json.encode(request) + b"\n")
        await writer.drain()
        line = await reader.readline()
    finally:
        writer.close()
    if not line.endswith(b"\n"):
        raise EOFError
    return msgspec.json.decode(line, type=Reply)
