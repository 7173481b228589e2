"""A TCP proxy that can be cut or held, for tests of what a broken line does."""

import asyncio
import contextlib
from typing import Self


class TcpProxy:
    """Forwards connections on loopback to a port, until it is told not to.

        async with TcpProxy(port) as proxy: ... connect to proxy.port

    `cut_after(n)`: cut everything once n more bytes have gone to the server, exactly those n arriving.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._budget: int | None = None
        self._flow = asyncio.Event()
        self._flow.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.connections = 0
        self.to_server = 0
        """Bytes that went to the server."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._flow.set()
        self.cut()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def cut(self) -> None:
        """Cut all connections."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()
        self._budget = None

    def cut_after(self, size: int) -> None:
        """Let `size` more bytes through to the server, then cut."""
        self._budget = size

    def hold(self) -> None:
        """Let nothing through any more, without a word, as a line that died."""
        self._flow.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, server_writer}
        for pair in ((reader, server_writer, True), (server_reader, writer, False)):
            task = asyncio.create_task(self._forward(*pair))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, up: bool) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._flow.wait()
                if up:
                    data = self._take(data)
                writer.write(data)
                await writer.drain()
                if up and self._budget == 0:
                    await asyncio.sleep(0.05)  # what was let through arrives
                    self.cut()
                    return
        writer.close()

    def _take(self, data: bytes) -> bytes:
        if self._budget is not None:
            data = data[: self._budget]
            self._budget -= len(data)
        self.to_server += len(data)
        return data
