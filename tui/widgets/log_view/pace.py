"""When the log may be painted: often enough to read along, seldom enough for a bad line."""

import time
from typing import Final

FRAME_S: Final = 0.1
"""Between two frames of a log that grows line by line."""
FLOOD_S: Final = 0.25
"""Between two frames of which nothing is left of the one before: nobody reads those."""
KEY_S: Final = 0.01
"""Between two frames that a person asked for by a key."""


class Pace:
    """Remembers when and what was painted. Times by the monotonic clock, seconds."""

    def __init__(self) -> None:
        self._painted = 0.0
        self._moved = 0.0
        self._flooding = False

    def due(self, *, now: float | None = None) -> bool:
        """Whether it is time for a frame of what came."""
        now = time.monotonic() if now is None else now
        gap = FLOOD_S if self._flooding else FRAME_S
        return now - self._moved >= gap * 0.95 and self.key_due(now=now)

    def key_due(self, *, now: float | None = None) -> bool:
        """Whether it is time for a frame that a person waits for."""
        now = time.monotonic() if now is None else now
        return now - self._painted >= KEY_S * 0.95

    def painted(self, *, moved: bool, all_new: bool = False, now: float | None = None) -> None:
        """Take note of a frame; `moved`: with what came since, `all_new`: nothing is left of the one before."""
        self._painted = time.monotonic() if now is None else now
        if moved:
            self._moved, self._flooding = self._painted, all_new
