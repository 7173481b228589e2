"""Finding a script's own output in what a host sends. Pure."""

import re


class Skip:
    """Drops what start-up files print before the begin mark of a stream."""

    def __init__(self, begin: bytes) -> None:
        self._begin = begin
        self.noise = b""
        self.found = False

    def feed(self, data: bytes) -> bytes:
        """Take bytes of the stream; return those that are the script's."""
        if self.found:
            return data
        self.noise += data
        at = self.noise.find(self._begin)
        if at < 0:
            self.noise = self.noise[-65536:]
            return b""
        self.found = True
        rest = self.noise[at + len(self._begin) :]
        self.noise = self.noise[:at]
        return rest


class Reply:
    """The output of one request on one stream of a resident shell: between its begin and its end mark.

    `lost` is the line by which the shell says that the script was killed, None where there is none to say it.
    """

    def __init__(self, marker: str, lost: bytes | None = None) -> None:
        self._skip = Skip(f"{marker} begin\n".encode())
        self._end = re.compile(rf"{marker} end(?: (\d+))?\n".encode())
        self._lost = lost
        self._longest = max(len(marker) + 16, len(lost or b""))
        self.body = bytearray()
        self.exit: int | None = None
        self.done = False
        self.killed = False
        """The shell said that the script was killed."""

    @property
    def begun(self) -> bool:
        """Whether the begin mark was seen."""
        return self._skip.found

    @property
    def noise(self) -> bytes:
        """What came before the begin mark."""
        return self._skip.noise

    def feed(self, data: bytes) -> None:
        """Take bytes of the stream."""
        searched = len(self.body) - self._longest
        fresh = self._skip.feed(data)
        if not self._skip.found:
            self.done = self.killed = self._lost is not None and self._lost in self._skip.noise
            return
        self.body += fresh
        self._look(max(searched, 0))

    def _look(self, start: int) -> None:
        end = self._end.search(self.body, start)
        if end:
            self.exit = int(end[1]) if end[1] else None
            del self.body[end.start() :]
            self.done = True
            return
        at = self.body.find(self._lost, start) if self._lost else -1
        if at >= 0:
            del self.body[at:]
            self.done = self.killed = True
