"""What the rest of the program knows of a host: scripts with results, files, streams."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Literal, Protocol

import msgspec

from core.errors import ConsoleError

As = Literal["owner", "login"]
"""Who runs a script: the owner of the shop's files (`run_as`, else the login), or the login itself."""


class Result(msgspec.Struct, frozen=True):
    """What a script came to. `exit` None means unknown (the connection was lost), and is never success."""

    exit: int | None
    out: bytes
    err: bytes
    over_s: float | None = None
    """The limit that ran out, seconds, when that is why `exit` is unknown: the script was killed then."""

    @property
    def ok(self) -> bool:
        """Whether the script is known to have ended with 0."""
        return self.exit == 0


class LinkLost(ConsoleError):
    """The connection ended; whether what was under way happened is unknown."""


class TimedOut(LinkLost):
    """The host did not answer within a limit. As little is known as after a lost connection, but the same again
    would probably take as long: a step that meets it fails, and is not begun again by itself."""


def unknown(result: Result, doing: str, where: str, remedy: str = "") -> LinkLost:
    """Return the error for a result that is unknown: its limit ran out, or the connection was lost."""
    if result.over_s is None:
        what = f"{doing}: the connection was lost before the answer came."
        return LinkLost("result-unknown", what, where=where, remedy=remedy)
    return TimedOut(
        "no-answer-in-time",
        f"{doing}: it did not answer within {result.over_s:g} s and was stopped; how far it came is not known.",
        where=where,
        remedy=remedy
        or "See on the host why it takes so long; `timeouts` of environments.toml has the limits.",
    )


class Source(Protocol):
    """The standard output of a script, read with back pressure."""

    async def read(self, size: int) -> bytes:
        """Return at most `size` bytes, b"" when the script has ended. Raises LinkLost."""

    async def result(self) -> Result:
        """Wait for the end; `out` is empty. Raises LinkLost."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...


class Sink(Protocol):
    """The standard input of a script, written with back pressure."""

    async def write(self, data: bytes) -> None:
        """Send bytes. Raises LinkLost, and ConsoleError when the script has ended without taking them."""

    async def finish(self) -> Result:
        """End the input and wait for the script; `out` is what it printed, its last 64 KB. Raises LinkLost."""


class Host(Protocol):
    """One host over SSH. All methods raise a ConsoleError that says what to do when it can't be reached."""

    address: str

    async def sh(
        self, script: str, payload: bytes = b"", *, limit_s: float = 60.0, user: As = "owner"
    ) -> Result:
        """Run a POSIX sh script with `payload` on its standard input; nothing is in an argument list.

        Beyond `limit_s` it is killed and the result is unknown, as when the connection is lost: `exit` None.
        Scripts of one host and user run one after the other, each in a process of its own that starts in the
        user's home. A caller that is cancelled leaves its script to its end or limit. Output of more than 16 MB
        is an error.
        """

    async def read(self, path: str, offset: int = 0, limit: int = 1 << 20) -> bytes:
        """Return at most `limit` bytes of a file from `offset`; b"" past its end.

        Raises ConsoleError `file-missing` or `file-unreadable`, LinkLost.
        """

    def source(self, script: str, *, user: As = "owner") -> AbstractAsyncContextManager[Source]:
        """Run a script and read its output as it comes."""

    def sink(self, script: str, *, user: As = "owner") -> AbstractAsyncContextManager[Sink]:
        """Run a script and write to its input as it takes it.

        The end of its input is no proof for the script that all has come: it is the same when the connection is
        lost. What must be whole carries its length or digest.
        """

    async def launch(self, script: str, *, limit_s: float = 30.0, user: As = "owner") -> Result:
        """Run a script in an exec channel of its own that may go on after it let go of its standard streams.

        This is how remote tasks start (decision 23). Returns when both output streams have ended, or at once
        when the script calls `let_go [STATUS]`, a function that it finds defined: it answers, and points all
        three streams at /dev/null (point them elsewhere after it). `exit` is that of the script if it has
        ended, else the STATUS, or 0 when it only closed its streams and goes on; None as for `sh`. Its standard
        input is empty. The script goes on when the connection is cut.
        """

    async def close(self) -> None:
        """Close the connection."""
