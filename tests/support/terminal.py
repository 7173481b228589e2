"""A real pseudo-terminal around a program: its bytes as they come, at the pace that a bad line would take them."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Final

_STEP: Final = 0.005


class Terminal:
    """Runs a program on a terminal of its own and takes what it prints, with the time at which each piece came."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        columns: int = 120,
        lines: int = 36,
        rate: int | None = None,
        environ: Mapping[str, str] = {},
    ) -> None:
        """`rate`: at most so many bytes a second are taken."""
        self._rate = rate
        self.pieces: list[tuple[float, bytes]] = []
        self._status: int | None = None
        self.pid, self._handle = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], list(command), {**os.environ, "TERM": "xterm-256color", **environ})
        self.resize(columns, lines)
        self._stop = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def resize(self, columns: int, lines: int) -> None:
        """Change the size; the kernel sends SIGWINCH."""
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def _read(self) -> None:
        began, taken = time.monotonic(), 0.0
        while not self._stop.is_set():
            if not select.select([self._handle], [], [], 0.05)[0]:
                # What was not used of the rate while nothing came is not saved up.
                began, taken = time.monotonic(), 0.0
                continue
            try:
                data = os.read(self._handle, 1 << 16 if self._rate is None else max(int(self._rate * _STEP), 1))
            except OSError:
                return
            self.pieces.append((time.monotonic(), data))
            taken += len(data)
            if self._rate is not None:
                time.sleep(max(began + taken / self._rate - time.monotonic(), 0))

    @property
    def output(self) -> bytes:
        """All bytes so far."""
        return b"".join(data for _, data in self.pieces)

    def press(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._handle, keys)

    def wait(self, seen: Callable[[bytes], object], *, since: int = 0, limit_s: float = 60) -> float:
        """Wait until what came after piece `since` is as wanted; return when that piece came (monotonic)."""
        end = time.monotonic() + limit_s
        while True:
            count = len(self.pieces)
            if seen(b"".join(data for _, data in self.pieces[since:count])):
                return self.pieces[count - 1][0] if count else time.monotonic()
            if time.monotonic() > end:
                tail = self.output[-2000:]
                raise AssertionError(f"not seen within {limit_s} s; the last bytes are {tail!r}")
            time.sleep(0.001)

    def ended(self, limit_s: float = 30) -> int:
        """Wait until the program ends by itself; return its exit code, negative for a signal."""
        end = time.monotonic() + limit_s
        while self._status is None and time.monotonic() < end:
            self._look()
            time.sleep(0.02)
        assert self._status is not None, f"still there after {limit_s} s: {self.output[-2000:]!r}"
        return os.waitstatus_to_exitcode(self._status)

    def _look(self) -> None:
        if self._status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._status = status if pid else None

    def close(self) -> None:
        """Hang up, and end the program if it stays."""
        self._stop.set()
        self._reader.join(5)
        os.close(self._handle)
        end = time.monotonic() + 10
        while self._status is None and time.monotonic() < end:
            self._look()
            time.sleep(0.02)
        if self._status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
