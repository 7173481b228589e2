"""This machine as a host whose scripts can be streamed to and from, and whose connection can be cut."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

from core.ssh.host import As, LinkLost, Result, Sink, Source
from tests.support.local_host import LocalHost


def lost() -> LinkLost:
    """Return what a host raises when its connection ends."""
    return LinkLost("connection-lost", "The connection was cut.", where="local")


class Script:
    """A script under way; both a source and a sink."""

    def __init__(self, process: asyncio.subprocess.Process, host: "StreamingHost") -> None:
        self._process = process
        self._host = host
        assert process.stdin and process.stdout and process.stderr
        self._in, self._out = process.stdin, process.stdout
        self._err = asyncio.create_task(process.stderr.read())
        self.said = asyncio.create_task(asyncio.sleep(0, b""))
        self.feeding = False

    async def read(self, size: int) -> bytes:
        """Return output."""
        self._host.alive()
        return await self._out.read(size)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while data := await self.read(1 << 18):
            yield data

    async def result(self) -> Result:
        """Wait for the end."""
        out = await self.said
        await self._process.wait()
        self._host.alive()
        return Result(self._process.returncode, out, await self._err)

    async def write(self, data: bytes) -> None:
        """Give input; the connection is lost once the host's allowance is used up."""
        self._host.spend(len(data))
        if self._host.garbles and len(data) > self._host.garbles:
            data = bytes([data[0] ^ 1]) + data[1:]
        if self._host.pause:
            await asyncio.sleep(self._host.pause)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._in.write(data)
            await self._in.drain()

    async def finish(self) -> Result:
        """End the input and wait."""
        self._in.close()
        return await self.result()

    def collect(self) -> None:
        """Read the output aside."""
        self.feeding = True
        self.said = asyncio.create_task(self._out.read())

    async def end(self) -> None:
        """Close the channel: what was fed goes on with what it has got, as under sshd; what is read ends."""
        self._in.close()
        if self.feeding:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), 10)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        await asyncio.gather(self._err, self.said, return_exceptions=True)


class StreamingHost(LocalHost):
    """`allowance`: how many bytes may be streamed to it before its connection is lost; None: no limit.
    `pause`: seconds that each write takes. `garbles`: writes of more bytes arrive with another first byte; 0: none do."""

    def __init__(self, address: str = "local", **more: Any) -> None:
        super().__init__(address, **more)
        self.allowance: int | None = None
        self.pause = 0.0
        self.garbles = 0
        self.received = 0
        self.scripts: list[str] = []

    def alive(self) -> None:
        """Raise LinkLost when the connection is gone."""
        if self.allowance is not None and self.allowance < 0:
            raise lost()

    def spend(self, size: int) -> None:
        """Count bytes on their way to the host."""
        self.received += size
        if self.allowance is not None:
            self.allowance -= size
        self.alive()

    async def sh(
        self, script: str, payload: bytes = b"", *, limit_s: float = 60.0, user: As = "owner"
    ) -> Result:
        """Run a script."""
        self.alive()
        self.scripts.append(script)
        return await super().sh(script, payload, limit_s=limit_s, user=user)

    @contextlib.asynccontextmanager
    async def _stream(self, script: str) -> AsyncIterator[Script]:
        self.alive()
        self.scripts.append(script)
        under_way = Script(await self._spawn(script), self)
        try:
            yield under_way
        finally:
            await under_way.end()

    @contextlib.asynccontextmanager
    async def source(self, script: str, *, user: As = "owner") -> AsyncIterator[Source]:
        """Run a script and read its output."""
        async with self._stream(script) as under_way:
            yield under_way

    @contextlib.asynccontextmanager
    async def sink(self, script: str, *, user: As = "owner") -> AsyncIterator[Sink]:
        """Run a script and write to its input."""
        async with self._stream(script) as under_way:
            under_way.collect()
            yield under_way
