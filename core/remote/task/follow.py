"""Following the log of a task by byte offset, over any number of lost connections."""

import asyncio
import functools
from collections.abc import AsyncIterator
from typing import Final

from core.remote.patience import LOST_LIMIT_S, patiently
from core.remote.task.model import Chunk, Running, State
from core.remote.task.state import peek
from core.ssh.host import Host

CHUNK: Final = 1 << 18
"""Bytes read in one round trip."""
_SHORTEST_S: Final = 0.1
_LONGEST_S: Final = 1.0


async def observe(
    host: Host, tasks_dir: str, task_id: str, offset: int, *, lost_limit_s: float = LOST_LIMIT_S
) -> AsyncIterator[tuple[State, Chunk]]:
    """Yield state and log again and again, until the task has ended and all of its log was yielded.

    A chunk may be empty: then the state is the news. Raises ConsoleError `host-lost`.
    """
    pause = _SHORTEST_S
    while True:
        state, chunk = await patiently(
            functools.partial(peek, host, tasks_dir, task_id, offset, CHUNK),
            f"following task {task_id}",
            limit_s=lost_limit_s,
            goes_on=" The task goes on on the host; its log is kept there.",
        )
        offset = chunk.end
        yield state, chunk
        if chunk.data:
            pause = _SHORTEST_S
        elif not isinstance(state, Running):
            return
        else:
            pause = min(pause * 1.5, _LONGEST_S)
        if len(chunk.data) < CHUNK and isinstance(state, Running):
            await asyncio.sleep(pause)


async def follow(
    host: Host, tasks_dir: str, task_id: str, offset: int = 0, *, lost_limit_s: float = LOST_LIMIT_S
) -> AsyncIterator[Chunk]:
    """Yield the log from `offset` on, each byte once and in order, until the task ended and all is read.

    Lost connections are made again with growing pauses; after `lost_limit_s` without one: ConsoleError
    `host-lost`, which says that the task goes on.
    """
    async for _, chunk in observe(host, tasks_dir, task_id, offset, lost_limit_s=lost_limit_s):
        if chunk.data:
            yield chunk
