"""Trying again when the connection was lost, for as long as it makes sense."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from core.errors import ConsoleError
from core.ssh.host import LinkLost

LOST_LIMIT_S: Final = 300.0
"""How long a host may stay out of reach before we give up following it."""

_PASSING: Final = frozenset(
    {
        "connection-refused",
        "connection-timeout",
        "connection-failed",
        "host-unreachable",
        "login-cut-off",
        "sessions-refused",
    }
)
"""How reconnecting fails while a host restarts or a network is down (core.ssh)."""

T = TypeVar("T")


async def patiently(
    call: Callable[[], Awaitable[T]], what: str, *, limit_s: float = LOST_LIMIT_S, goes_on: str = ""
) -> T:
    """Return what `call` returns; when the connection is lost, or can't be made again yet, call again.

    `call` must be safe to repeat. Raises LinkLost `host-lost` after `limit_s` without success; `goes_on`
    says what happens on the host meanwhile.
    """
    clock = asyncio.get_running_loop().time
    end = clock() + limit_s
    pause = 0.25
    while True:
        try:
            return await call()
        except ConsoleError as error:
            if not isinstance(error, LinkLost) and error.code not in _PASSING:
                raise
            if clock() + pause > end:
                # Of the same kind: what is under way there is unknown, and joined when the job is resumed.
                kind = type(error) if isinstance(error, LinkLost) else LinkLost
                raise kind(
                    "host-lost",
                    f"The host was out of reach while {what}, for {limit_s:.0f} s.{goes_on} ({error.what})",
                    where=error.where,
                    remedy="When it is in reach again, resume the job.",
                ) from error
        await asyncio.sleep(pause)
        pause = min(pause * 2, 10.0)
