"""The loop that keeps a lock's heartbeat while a job runs."""

import asyncio
from typing import Final

from core.errors import ConsoleError
from core.remote.fence import Fence

BEAT_S: Final = 15.0


async def keep(fence: Fence, every_s: float = BEAT_S) -> None:
    """Beat until cancelled. A host out of reach is not the end: the next beat tries again.

    Raises ConsoleError `fence-lost`: the job must stop. Run it as a task beside the job.
    """
    while True:
        try:
            await fence.heartbeat()
        except ConsoleError as error:
            if error.code == "fence-lost":
                raise
        await asyncio.sleep(every_s)
