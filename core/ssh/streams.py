"""Scripts on channels of their own, whose input or output is a stream."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncssh

from core.errors import ConsoleError
from core.ssh import failures, links
from core.ssh.frame import frame
from core.ssh.host import Result
from core.ssh.links import Channel
from core.ssh.reply import Skip
from core.text import one_line

_KEPT = 1 << 16
"""Bytes of a stream that are kept when it is not the one that is read."""


class Stream:
    """One script on its channel: its input is open, its error output is collected."""

    def __init__(self, channel: Channel, address: str, run_as: str) -> None:
        self.process = channel.process
        self._channel = channel
        self.address = address
        self._run_as = run_as
        self._collecting: list[asyncio.Task[None]] = []
        self.err = bytearray()

    async def start(self, script: str) -> bytes:
        """Send the script; return the first bytes of its output. Raises ConsoleError."""
        sent = frame(script, "stream")
        out, err = Skip(sent.begin), Skip(sent.begin)
        self.collect(self.process.stderr, self.err, err)
        first = b""
        try:
            async with asyncio.timeout(links.START_S):
                with contextlib.suppress(BrokenPipeError):  # it has ended already; what it said is read below
                    self.process.stdin.write(sent.data)
                while not out.found and (data := await self.process.stdout.read(65536)):
                    first = out.feed(data)
        except TimeoutError:
            raise links.no_start(self.address) from None
        except (asyncssh.Error, OSError) as error:
            raise failures.lost(self.address, error) from error
        if not out.found:
            raise await self._refusal(out.noise, err)
        return first

    async def _refusal(self, noise: bytes, err: Skip) -> ConsoleError:
        await self.ended()
        if self.status() is None:
            return failures.lost(self.address)
        return links.no_shell(self.address, self._run_as, noise, err.noise, self.status())

    def collect(self, reader: asyncssh.SSHReader[bytes], into: bytearray, skip: Skip | None = None) -> None:
        """Read a stream aside, so that it never holds up the other; its last bytes are kept."""
        self._collecting.append(asyncio.create_task(_collect(reader, into, skip)))

    def status(self) -> int | None:
        """Return the exit status; None when the host told none."""
        return self._channel.status()

    async def ended(self) -> None:
        """Wait until the host has closed the channel and all is read."""
        await asyncio.gather(*self._collecting)
        await self.process.channel.wait_closed()

    async def result(self, out: bytes = b"") -> Result:
        """Wait for the script's end. Raises LinkLost."""
        await self.ended()
        status = self.status()
        if status is None:
            raise failures.lost(self.address)
        return Result(status, out, bytes(self.err))

    async def close(self) -> None:
        """Give the channel back, whatever the script does."""
        for task in self._collecting:
            task.cancel()
        await asyncio.gather(*self._collecting, return_exceptions=True)
        self.process.close()


async def _collect(reader: asyncssh.SSHReader[bytes], into: bytearray, skip: Skip | None) -> None:
    try:
        while data := await reader.read(65536):
            into += skip.feed(data) if skip else data
            if len(into) > 2 * _KEPT:
                del into[:-_KEPT]
    except (asyncssh.Error, OSError):
        return  # the missing exit status tells it


class ScriptSource:
    """`core.ssh.host.Source`."""

    def __init__(self, stream: Stream, first: bytes) -> None:
        self._stream = stream
        self._first = first

    async def read(self, size: int) -> bytes:
        """Return at most `size` bytes; b"" only when the script is known to have ended. Raises LinkLost."""
        if self._first:
            data, self._first = self._first[:size], self._first[size:]
            return data
        try:
            data = await self._stream.process.stdout.read(size)
        except (asyncssh.Error, OSError) as error:
            raise failures.lost(self._stream.address, error) from error
        if not data:
            await self._stream.result()
        return data

    async def result(self) -> Result:
        """Wait for the end; output that nobody read is dropped. Raises LinkLost."""
        while await self.read(1 << 18):
            pass
        return await self._stream.result()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.read(1 << 18):
            yield data


class ScriptSink:
    """`core.ssh.host.Sink`."""

    def __init__(self, stream: Stream, first: bytes) -> None:
        self._stream = stream
        self._out = bytearray(first)
        stream.collect(stream.process.stdout, self._out)

    async def write(self, data: bytes) -> None:
        """Send bytes. Raises LinkLost; ConsoleError when the script has ended without taking them."""
        stdin = self._stream.process.stdin
        try:
            stdin.write(data)
            await stdin.drain()
        except (asyncssh.Error, OSError) as error:
            raise await self._ended_early(error) from error

    async def finish(self) -> Result:
        """End the input and wait for the script; `out` is what it printed, its last 64 KB. Raises LinkLost."""
        with contextlib.suppress(asyncssh.Error, OSError):  # it ended before; its exit status says how
            self._stream.process.stdin.write_eof()
        result = await self._stream.result()
        return Result(result.exit, bytes(self._out), result.err)

    async def _ended_early(self, error: Exception) -> ConsoleError:
        try:
            result = await self._stream.result()
        except ConsoleError:
            return failures.lost(self._stream.address, error)
        said = one_line(result.err) or "it said nothing"
        return ConsoleError(
            "script-ended-early",
            f"The script on the host ended with {result.exit} before it took all of its input: {said}",
            where=self._stream.address,
            remedy="Read what it said; the host may be out of space.",
        )
