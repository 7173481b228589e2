"""When the log may be painted: often enough to read along, seldom enough for a bad line."""

import time
from typing import Final

FRAME_S: Final = 0.1
"""Between two frames of a log that grows line by line."""
FLOOD_S: Final = 0.25
"""Between two frames of which nothing is left of the one before: nobody reads those."""
KEY_S: Final = 0.03
"""Between two frames that a person asked for by a key."""


class Pace:
    """Remembers when and what was painted. Times by the monotonic clock, seconds."""

    def __init__(self) -> None:
        self._painted = 0.0
        self._flooding = False

    def due(self, *, asked: bool = False, now: float | None = None) -> bool:
        """Whether it is time for a frame; `asked`: a person waits for it."""
        now = time.monotonic() if now is None else now
        gap = KEY_S if asked else FLOOD_S if self._flooding else FRAME_S
        return now - self._painted >= gap * 0.95

    def painted(self, *, all_new: bool, now: float | None = None) -> None:
        """Take note of a frame; `all_new`: a whole page came since the one before."""
        self._painted = time.monotonic() if now is None else now
        self._flooding = all_new
