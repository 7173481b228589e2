"""The loop that keeps a lock's heartbeat while a job runs."""

import asyncio
import contextlib
from typing import Final

from core.remote.fence import Fence
from core.ssh.host import LinkLost

BEAT_S: Final = 15.0


async def keep(fence: Fence, every_s: float = BEAT_S) -> None:
    """Beat until cancelled. A lost connection is not the end: the next beat tries again.

    Raises ConsoleError `fence-lost`: the job must stop. Run it as a task beside the job.
    """
    while True:
        with contextlib.suppress(LinkLost):
            await fence.heartbeat()
        await asyncio.sleep(every_s)
