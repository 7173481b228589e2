"""Commands of the command line as tests run them: to their end, or in a process of their own."""

import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LINE: Final = re.compile(r"job (\d{8}-\d{4}-[0-9a-f]{4})")


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that was printed."""
        return self.out + self.err

    @property
    def job(self) -> str:
        """The id of the job that the command followed."""
        found = _LINE.search(self.err)
        assert found, self.said
        return found[1]


class Background:
    """A command that goes on in a process of its own, without a terminal."""

    def __init__(self, words: list[str], surroundings: dict[str, str], output: Path) -> None:
        self._err = output.with_suffix(".err")
        self._out = self._err.with_suffix(".out")
        with self._err.open("wb") as err, self._out.open("wb") as out:
            self.process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=surroundings
            )

    @property
    def said(self) -> str:
        """What it has printed up to now."""
        return self._out.read_text("utf-8", "replace") + self._err.read_text("utf-8", "replace")

    def until(self, text: str, limit_s: float = 90) -> str:
        """Wait until it has printed something; return all that it has printed."""
        wait(lambda: text in self.said or self.process.poll() is not None, limit_s)
        assert text in self.said, self.said
        return self.said

    @property
    def job(self) -> str:
        """The id of the job that it follows."""
        wait(lambda: _LINE.search(self.said) is not None or self.process.poll() is not None)
        found = _LINE.search(self.said)
        assert found, self.said
        return found[1]

    def end(self, limit_s: float = 120) -> Ran:
        """Wait for its end."""
        code = self.process.wait(limit_s)
        return Ran(code, self._out.read_text("utf-8", "replace"), self._err.read_text("utf-8", "replace"))

    def stop(self) -> None:
        """Kill the command; its job is not touched."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def wait(condition: Callable[[], bool], limit_s: float = 90) -> None:
    """Wait until something holds."""
    until = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until, "it did not come to hold in time"
        time.sleep(0.05)
