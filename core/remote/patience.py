"""Trying again when the connection was lost, for as long as it makes sense."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from core.errors import ConsoleError
from core.ssh.host import LinkLost

LOST_LIMIT_S: Final = 300.0
"""How long a host may stay out of reach before we give up following it."""

T = TypeVar("T")


async def patiently(
    call: Callable[[], Awaitable[T]], what: str, *, limit_s: float = LOST_LIMIT_S, goes_on: str = ""
) -> T:
    """Return what `call` returns; when the connection is lost, call again, later and later.

    `call` must be safe to repeat. Raises ConsoleError `host-lost` after `limit_s` without success; `goes_on`
    says what happens on the host meanwhile.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + limit_s
    pause = 0.25
    while True:
        try:
            return await call()
        except LinkLost as lost:
            if clock() + pause > end:
                raise ConsoleError(
                    "host-lost",
                    f"The connection was lost while {what}, and did not come back for {limit_s:.0f} s.{goes_on}",
                    where=lost.where,
                    remedy="When the host is in reach again, resume the job.",
                ) from lost
        await asyncio.sleep(pause)
        pause = min(pause * 2, 10.0)
