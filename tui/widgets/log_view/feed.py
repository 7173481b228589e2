"""Brings what logs grow by into a document: looks in a thread, takes in on the event loop, in small pieces."""

import asyncio
import time
from typing import Final

from core.logs.document import Document

QUIET_S: Final = 2.0
"""After so long without news a log is looked at less often."""


class Feed:
    """Follows the files of a document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._changed_at = time.monotonic()
        self._generations = [log.generation for log in document.logs]
        self.loaded = False
        """Whether all that was there at first was looked through."""
        self.restarted = False
        """Whether a file turned out to be another one in the last step."""

    async def step(self) -> bool:
        """Look once at each log; return whether there is anything new. Raises OSError."""
        new = False
        for log in self._document.logs:
            growth = await asyncio.to_thread(log.look)
            new |= log.take(growth)
        generations = [log.generation for log in self._document.logs]
        self.restarted, self._generations = generations != self._generations, generations
        self.loaded |= not self.more
        if self.loaded:
            self._document.extend()
        if new:
            self._changed_at = time.monotonic()
        return new

    @property
    def more(self) -> bool:
        """Whether another step finds more at once."""
        return any(log.more for log in self._document.logs)

    @property
    def progress(self) -> float:
        """How much of the files was looked through, 0 to 1."""
        size = sum(log.size for log in self._document.logs)
        return sum(log.looked for log in self._document.logs) / size if size else 1.0

    @property
    def wait_s(self) -> float:
        """How long to wait before the next step."""
        if self.more:
            return 0.0
        return 0.1 if time.monotonic() - self._changed_at < QUIET_S else 0.25
