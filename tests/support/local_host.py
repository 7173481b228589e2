"""This machine as a host: real `sh` processes, each in a session of its own, as under sshd."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

from core.ssh.host import As, Result, Sink, Source

_LINE = 'mc_text=$(head -c "$0"; printf x); eval "${mc_text%x}"'
"""The constant command: the script comes on standard input, led by its length as the only argument."""


class LocalHost:
    """The Host protocol without SSH. `cut` ends what is under way the way a dropped connection would.

    sh: the shell; path: another PATH; wrap: a command before the shell, such as setpriv.
    """

    def __init__(
        self, address: str = "local", *, sh: str = "sh", path: str | None = None, wrap: tuple[str, ...] = ()
    ) -> None:
        self.address = address
        self.launches = 0
        self._command = (*wrap, sh, "-c", _LINE)
        self._sessions: set[asyncio.subprocess.Process] = set()
        self._launched: list[asyncio.subprocess.Process] = []
        self._environment = {**os.environ} | ({"PATH": path} if path else {})

    def cut(self) -> None:
        """Lose the connection: scripts under way are gone, their result is unknown; what was launched stays."""
        for process in tuple(self._sessions):
            self._sessions.discard(process)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    async def _spawn(self, script: str) -> asyncio.subprocess.Process:
        text = script.encode()
        process = await asyncio.create_subprocess_exec(
            *self._command,
            str(len(text)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env=self._environment,
        )
        assert process.stdin is not None
        process.stdin.write(text)
        return process

    async def sh(
        self, script: str, payload: bytes = b"", *, limit_s: float = 60.0, user: As = "owner"
    ) -> Result:
        """Run a script; unknown when it was cut off or took too long."""
        process = await self._spawn(script)
        self._sessions.add(process)
        try:
            out, err = await asyncio.wait_for(process.communicate(payload), limit_s)
        except TimeoutError:
            self.cut()
            return Result(None, b"", b"", over_s=limit_s)
        if process not in self._sessions:
            return Result(None, b"", b"")
        self._sessions.discard(process)
        return Result(process.returncode, out, err)

    async def launch(self, script: str, *, limit_s: float = 30.0, user: As = "owner") -> Result:
        """Run a script that may go on after it let go of its streams."""
        self.launches += 1
        process = await self._spawn(script)
        self._launched.append(process)
        assert process.stdin and process.stdout and process.stderr
        process.stdin.close()
        reads = asyncio.gather(process.stdout.read(), process.stderr.read())
        try:
            out, err = await asyncio.wait_for(reads, limit_s)
        except TimeoutError:
            return Result(None, b"", b"")
        return Result(process.returncode, out, err)

    async def read(self, path: str, offset: int = 0, limit: int = 1 << 20) -> bytes:
        """Return a piece of a file."""
        return await asyncio.to_thread(_piece, path, offset, limit)

    @contextlib.asynccontextmanager
    async def source(self, script: str, *, user: As = "owner") -> AsyncIterator[Source]:
        raise NotImplementedError("no stream is needed here")
        yield

    @contextlib.asynccontextmanager
    async def sink(self, script: str, *, user: As = "owner") -> AsyncIterator[Sink]:
        raise NotImplementedError("no stream is needed here")
        yield

    async def close(self) -> None:
        """End everything that was started here."""
        self.cut()
        for process in self._launched:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


def _piece(path: str, offset: int, limit: int) -> bytes:
    with Path(path).open("rb") as file:
        file.seek(offset)
        return file.read(limit)
