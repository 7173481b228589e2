"""The process that holds the SSH connections for a screen: `python -P -m core.console.looking_process FILE`.

It answers on its standard output what it is asked on its standard input (`protocol`), ends with its input,
and never touches the terminal: whatever prints goes to standard error, which is a log file.
"""

import asyncio
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from core.actions.connections import Connections
from core.console.protocol import (
    OWN_MISTAKE,
    Answer,
    Cancelled,
    Push,
    Request,
    framed,
    pieces,
    read_frame,
    to_process,
)
from core.console.requests import Requests
from core.console.sanitised import sanitised_struct
from core.console.snapshot_store import SnapshotStore
from core.console.watching import Watcher
from core.environments.load import load
from core.errors import ConsoleError
from core.jobs.events import Failure


class Service:
    """Takes requests, runs each as a task of its own, and writes what comes of them."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._writing = asyncio.Lock()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._pushes: set[asyncio.Task[None]] = set()

    def tell(self, push: Push) -> None:
        """Send news."""
        task = asyncio.create_task(self._write(push))
        self._pushes.add(task)
        task.add_done_callback(self._pushes.discard)

    async def _write(self, message: msgspec.Struct) -> None:
        async with self._writing:
            self._writer.write(framed(message))
            await self._writer.drain()

    async def serve(
        self, reader: asyncio.StreamReader, table: Mapping[str, Callable[..., Awaitable[Any]]]
    ) -> None:
        """Answer until the input ends."""
        while (body := await read_frame(reader)) is not None:
            message = to_process.decode(body)
            if isinstance(message, Cancelled):
                task = self._tasks.get(message.id)
                if task is not None:
                    task.cancel()
                continue
            self._tasks[message.id] = asyncio.create_task(self._answer(message, table))

    async def _answer(self, request: Request, table: Mapping[str, Callable[..., Awaitable[Any]]]) -> None:
        try:
            value = await table[request.what](**request.arguments)
            told = await asyncio.to_thread(lambda: list(pieces(request.id, value)))
        except ConsoleError as error:
            told = [Answer(id=request.id, failure=sanitised_struct(Failure.of(error)))]
        except Exception as error:  # noqa: BLE001 - a mistake of ours ends its request, not the others
            traceback.print_exc()
            told = [Answer(id=request.id, failure=_own_mistake(error))]
        finally:
            self._tasks.pop(request.id, None)
        for message in told:
            await self._write(message)

    async def stop(self) -> None:
        """End what is under way."""
        tasks = [*self._tasks.values(), *self._pushes]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _own_mistake(error: Exception) -> Failure:
    return Failure(
        code=OWN_MISTAKE,
        what=f"The console made a mistake of its own: {type(error).__name__}.",
        remedy="Running jobs are not touched. Please report it with that log.",
    )


async def serve(file: str, answers: int) -> None:
    """Serve one environments.toml; `answers`: the descriptor to write to."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    pipe = os.fdopen(answers, "wb", buffering=0)
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.streams.FlowControlMixin(loop=loop), pipe
    )
    service = Service(asyncio.StreamWriter(transport, protocol, None, loop))
    try:
        project = load(file)
    except ConsoleError as error:
        await service._write(Push(failure=Failure.of(error)))
        return
    async with Connections(project) as connections:
        watcher = Watcher(project, connections, SnapshotStore(project), service.tell)
        try:
            await service.serve(reader, Requests(project, connections, watcher).table)
        finally:
            await watcher.stop()
            await service.stop()


def main() -> None:
    """The entry point of the process."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.dup(1)
    os.set_inheritable(answers, False)
    os.dup2(2, 1)
    asyncio.run(serve(sys.argv[1], answers))


if __name__ == "__main__":
    main()
