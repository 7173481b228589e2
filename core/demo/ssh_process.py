"""A command on the demo's SSH server, run as sshd runs it without a terminal."""

import asyncio
import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import asyncssh
from asyncssh.channel import SSHServerChannel

_CHUNK = 1 << 18
_PIPE = 1 << 20


class Login(Protocol):
    """What a command needs to know of its login."""

    home: Path
    shell: tuple[str, ...]

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment that commands start with."""


class Command:
    """One exec request: a process in a session of its own, joined to the channel by three pipes.

    As sshd's: it is not stopped when the connection ends, the channel ends with the last holder of the pipes,
    and the exit status is told when the process itself has ended.
    """

    def __init__(
        self,
        stdin: asyncssh.SSHReader[bytes],
        stdout: asyncssh.SSHWriter[bytes],
        stderr: asyncssh.SSHWriter[bytes],
    ) -> None:
        self._stdin = stdin
        self._stdout = stdout
        self._stderr = stderr

    async def run(self, login: Login) -> None:
        """Run the command until it has ended and its streams are read."""
        channel = self._stdout.channel
        assert isinstance(channel, SSHServerChannel)
        command = channel.get_command()
        line = [*login.shell, *(["-c", command] if command else [])]
        try:
            child = _start(line, login)
        except OSError as error:
            self._stderr.write(f"{line[0]}: {error.strerror}\n".encode())
            channel.exit(127)
            return
        feeding = asyncio.create_task(self._feed(child))
        await asyncio.gather(
            _pump(child.stdout, self._stdout), _pump(child.stderr, self._stderr), return_exceptions=True
        )
        with contextlib.suppress(OSError, asyncssh.Error):
            channel.write_eof()
        status = await _ended(child)
        feeding.cancel()
        await asyncio.gather(feeding, return_exceptions=True)
        with contextlib.suppress(OSError, asyncssh.Error):
            _tell(channel, status)

    async def _feed(self, child: "_Child") -> None:
        """Bring the client's bytes to the process, and its end of file; at a loss the pipe closes too."""
        try:
            writer = await _writer(child.stdin)
        except OSError:
            return
        try:
            while True:
                try:
                    data = await self._stdin.read(_CHUNK)
                except asyncssh.SignalReceived as received:
                    _signal(child.process, received.signal)
                    continue
                if not data:
                    break
                writer.write(data)
                await writer.drain()
        except (OSError, asyncssh.Error):
            pass  # the process closed its input, or the connection is gone
        finally:
            writer.close()


class _Child:
    """A process and our ends of its pipes."""

    def __init__(self, process: subprocess.Popen[bytes], stdin: int, stdout: int, stderr: int) -> None:
        self.process = process
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr


def _start(line: list[str], login: Login) -> _Child:
    pairs = [os.pipe() for _ in range(3)]
    (in_read, in_write), (out_read, out_write), (err_read, err_write) = pairs
    try:
        process = subprocess.Popen(
            line,
            stdin=in_read,
            stdout=out_write,
            stderr=err_write,
            cwd=login.home,
            env=dict(login.environment),
            start_new_session=True,
        )
    except OSError:
        for end in (in_write, out_read, err_read):
            os.close(end)
        raise
    finally:
        for end in (in_read, out_write, err_write):
            os.close(end)
    return _Child(process, in_write, out_read, err_read)


async def _pump(source: int, channel: asyncssh.SSHWriter[bytes]) -> None:
    """Bring output to the client as fast as it takes it; when it is gone the pipe is closed."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_CHUNK)
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(source, "rb", 0)
    )
    try:
        while data := await reader.read(_CHUNK):
            channel.write(data)
            await channel.drain()
    finally:
        transport.close()


async def _writer(target: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(loop=loop), os.fdopen(target, "wb", 0)
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


async def _ended(child: _Child) -> int:
    """Return how the process ended, a negative signal number when one ended it."""
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    watched = os.pidfd_open(child.process.pid)
    try:
        loop.add_reader(watched, done.set)
        await done.wait()
    finally:
        loop.remove_reader(watched)
        os.close(watched)
    return child.process.wait()


def _tell(channel: SSHServerChannel[bytes], status: int) -> None:
    if status >= 0:
        channel.exit(status)
    else:
        channel.exit_with_signal(signal.Signals(-status).name.removeprefix("SIG"))


def _signal(process: subprocess.Popen[bytes], name: str) -> None:
    """Signal the process group, as sshd does."""
    number = getattr(signal, f"SIG{name}", None)
    if number is not None and process.poll() is None:
        os.killpg(process.pid, number)
