"""A host over SSH: the interface of `core.ssh.host` on asyncssh."""

import asyncio
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh

from core.errors import ConsoleError
from core.ssh.frame import command
from core.ssh.host import As, Host, Result, Sink, Source, unknown
from core.ssh.launch import launch
from core.ssh.links import Dial, Links
from core.ssh.login import Gates, log_in
from core.ssh.options import ConnectOptions
from core.ssh.shell import LARGEST, Shell, TooLarge
from core.ssh.streams import ScriptSink, ScriptSource, Stream

_MISSING, _UNREADABLE = 66, 65


class RemoteHost:
    """`core.ssh.host.Host`: connects when it is needed, and again after a loss."""

    def __init__(self, address: str, dial: Dial, run_as: str = "") -> None:
        self.address = address
        self.run_as = run_as
        self.links = Links(address, dial)
        self._shells: dict[str, Shell] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._requests: set[asyncio.Task[Result]] = set()

    def _user(self, user: As) -> str:
        return self.run_as if user == "owner" else ""

    async def sh(
        self, script: str, payload: bytes = b"", *, limit_s: float = 60.0, user: As = "owner"
    ) -> Result:
        """Run a script on the resident shell; see `core.ssh.host.Host`.

        A caller that is cancelled leaves the script to its end or limit; later ones wait for it.
        """
        task = asyncio.create_task(self._request(script, payload, limit_s, self._user(user)))
        self._requests.add(task)
        task.add_done_callback(self._request_done)
        return await asyncio.shield(task)

    def _request_done(self, task: asyncio.Task[Result]) -> None:
        self._requests.discard(task)
        if not task.cancelled():
            task.exception()  # nobody may be there any more to take it

    async def _request(self, script: str, payload: bytes, limit_s: float, run_as: str) -> Result:
        async with self._turns.setdefault(run_as, asyncio.Lock()):
            shell = await self._shell(run_as)
            try:
                return await shell.run(script, payload, limit_s)
            except TooLarge:
                shell.close()
                raise ConsoleError(
                    "output-too-large",
                    f"A script printed more than {LARGEST >> 20} MB",
                    where=self.address,
                    remedy="Look at the host: a command printed far more than it should.",
                ) from None

    async def _shell(self, run_as: str) -> Shell:
        shell = self._shells.get(run_as)
        if shell and shell.alive:
            return shell
        shell = Shell(await self.links.open(command(run_as)), self.address, run_as)
        await shell.start()
        self._shells[run_as] = shell
        return shell

    async def read(self, path: str, offset: int = 0, limit: int = 1 << 20) -> bytes:
        """Return bytes of a file; see `core.ssh.host.Host`. Raises ConsoleError, LinkLost."""
        name = shlex.quote(path)
        result = await self.sh(
            f"[ -e {name} ] || exit {_MISSING}; [ -f {name} ] && [ -r {name} ] || exit {_UNREADABLE}\n"
            f"tail -c +{offset + 1} -- {name} | head -c {limit}"
        )
        if result.exit is None:
            raise unknown(result, f"Reading {path}", self.address)
        if not result.ok:
            raise self._unread(path, result)
        return result.out

    def _unread(self, path: str, result: Result) -> ConsoleError:
        if result.exit == _MISSING:
            code, what = "file-missing", f"{path} is not there"
        else:
            code, what = "file-unreadable", f"{path} can't be read"
        return ConsoleError(code, what, where=self.address, remedy="Look at the path on the host: ls -ld")

    @asynccontextmanager
    async def _stream(self, script: str, user: As) -> AsyncIterator[tuple[Stream, bytes]]:
        run_as = self._user(user)
        stream = Stream(await self.links.open(command(run_as)), self.address, run_as)
        try:
            yield stream, await stream.start(script)
        finally:
            await stream.close()

    @asynccontextmanager
    async def source(self, script: str, *, user: As = "owner") -> AsyncIterator[Source]:
        """Run a script and read its output as it comes; see `core.ssh.host.Host`."""
        async with self._stream(script, user) as (stream, first):
            stream.process.stdin.write_eof()
            yield ScriptSource(stream, first)

    @asynccontextmanager
    async def sink(self, script: str, *, user: As = "owner") -> AsyncIterator[Sink]:
        """Run a script and write to its input as it takes it; see `core.ssh.host.Host`."""
        async with self._stream(script, user) as (stream, first):
            yield ScriptSink(stream, first)

    async def launch(self, script: str, *, limit_s: float = 30.0, user: As = "owner") -> Result:
        """Run a script that may go on by itself; see `core.ssh.host.Host`."""
        run_as = self._user(user)
        channel = await self.links.open(command(run_as))
        return await launch(channel, script, limit_s, self.address, run_as)

    async def connect(self) -> None:
        """Log in now, unless there is a connection. Raises ConsoleError."""
        await self.links.connect()

    async def close(self) -> None:
        """Close the connection."""
        for task in tuple(self._requests):
            task.cancel()
        await asyncio.gather(*self._requests, return_exceptions=True)
        await self.links.close()


def open_host(address: str, *, options: ConnectOptions, gates: Gates | None = None) -> RemoteHost:
    """Return a host that logs in when it is first used."""
    shared = gates or Gates()

    async def dial() -> asyncssh.SSHClientConnection:
        return await log_in(address, options, shared)

    return RemoteHost(address, dial, options.run_as)


async def connect(address: str, *, options: ConnectOptions, gates: Gates | None = None) -> Host:
    """Log in to a host. Raises ConsoleError that says what to do."""
    host = open_host(address, options=options, gates=gates)
    await host.connect()
    return host
