"""Calling what may never answer: in a thread of its own, with a limit, that keeps nobody from leaving."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def within(limit_s: float, function: Callable[[], T]) -> T:
    """Return what the function returns, or raise what it raises; TimeoutError after the limit, in seconds.

    A thread that hangs is left behind: asyncio's own threads would be waited for when the program ends.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        try:
            loop.call_soon_threadsafe(lambda: None if answer.done() else settle())
        except RuntimeError:  # the loop is closed: nobody waits any more
            return

    def run() -> None:
        try:
            result = function()
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the one who waits
            failure = error
            tell(lambda: answer.set_exception(failure))
        else:
            tell(lambda: answer.set_result(result))

    threading.Thread(target=run, name="mageconsole-keyring", daemon=True).start()
    async with asyncio.timeout(limit_s):
        return await answer
