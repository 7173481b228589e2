"""The connections to one host, and the channels on them."""

import asyncio
from collections.abc import Awaitable, Callable

import asyncssh

from core.errors import ConsoleError
from core.ssh import failures
from core.text import one_line

CHANNELS = 8
"""At most so many on a connection: sshd allows 10 (MaxSessions), and others may share the host's patience."""
_CONNECTIONS = 8
START_S = 30.0
"""How long start-up files of a login may take until they come to our script."""
_REQUEST_REFUSED = 0xFFFFFFFF
"""asyncssh's code when the channel opened, but the command was refused."""

Process = asyncssh.SSHClientProcess[bytes]
Dial = Callable[[], Awaitable[asyncssh.SSHClientConnection]]


class Link:
    """One connection and how many channels are open on it."""

    def __init__(self, connection: asyncssh.SSHClientConnection) -> None:
        self.connection = connection
        self.room = CHANNELS
        self.used = 0

    @property
    def alive(self) -> bool:
        """Whether channels can be opened."""
        return not self.connection.is_closed()


class Channel:
    """A command under way on a link; holds its place there until the host has closed it."""

    def __init__(self, link: Link, process: Process) -> None:
        self.link = link
        self.process = process
        self.closed = False
        """Whether the host has closed it, or the connection is gone."""

    def status(self) -> int | None:
        """Return the exit status, 128 + the signal's number when killed; None when the host told none."""
        code = self.process.returncode
        if code is not None and code < 0:
            return 128 - code
        return code


class Links:
    """Opens channels: on the first connection while it has room, else on others."""

    def __init__(self, address: str, dial: Dial) -> None:
        self._address = address
        self._dial = dial
        self._links: list[Link] = []
        self._lock = asyncio.Lock()
        self._watchers: set[asyncio.Task[None]] = set()
        self._closed = False

    async def connect(self) -> None:
        """Make sure that there is a connection. Raises ConsoleError."""
        async with self._lock:
            self._forget_dead()
            if not self._links:
                await self._new()

    async def open(self, command: str) -> Channel:
        """Execute a command on a channel of its own. Raises ConsoleError."""
        async with self._lock:
            self._forget_dead()
            for link in self._links:
                channel = await self._try(link, command) if link.used < link.room else None
                if channel:
                    return channel
            if len(self._links) >= _CONNECTIONS:
                raise self._no_room()
            link = await self._new()
            channel = await self._try(link, command)
            if channel is None:
                raise self._no_room() if link.alive else failures.lost(self._address)
            return channel

    async def close(self) -> None:
        """Close all connections; processes on the host that let go of their streams go on."""
        self._closed = True
        for link in self._links:
            link.connection.close()
        for link in self._links:
            try:
                async with asyncio.timeout(2):
                    await link.connection.wait_closed()
            except TimeoutError:
                link.connection.abort()
        for watcher in tuple(self._watchers):
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        self._links.clear()

    @property
    def connected(self) -> bool:
        """Whether a connection is open now."""
        return any(link.alive for link in self._links)

    def drop(self) -> None:
        """Cut all connections at once."""
        for link in self._links:
            link.connection.abort()

    def _forget_dead(self) -> None:
        self._links = [link for link in self._links if link.alive]

    async def _new(self) -> Link:
        if self._closed:
            raise failures.lost(self._address, "it was closed here")
        link = Link(await self._dial())
        if self._closed:
            link.connection.abort()
            raise failures.lost(self._address, "it was closed here")
        self._links.append(link)
        return link

    async def _try(self, link: Link, command: str) -> Channel | None:
        """Open a channel; None when the connection takes no more of them or is gone."""
        link.used += 1
        try:
            process = await link.connection.create_process(command, encoding=None, request_pty=False)
        except BaseException as error:  # raised again, but where it only means: no room on this link
            link.used -= 1
            if isinstance(error, asyncssh.ChannelOpenError):
                if error.code == _REQUEST_REFUSED:
                    raise self._refused() from error
                link.room = link.used  # MaxSessions is reached
                return None
            if isinstance(error, (asyncssh.Error, OSError)):
                link.connection.abort()
                return None
            raise
        channel = Channel(link, process)
        watcher = asyncio.create_task(self._release(channel))
        self._watchers.add(watcher)
        watcher.add_done_callback(self._watchers.discard)
        return channel

    async def _release(self, channel: Channel) -> None:
        """Give the place of a channel back; a connection beyond the first that idles is closed."""
        await channel.process.channel.wait_closed()
        channel.closed = True
        link = channel.link
        link.used -= 1
        if link.used == 0 and self._links and link is not self._links[0]:
            link.connection.close()

    def _no_room(self) -> ConsoleError:
        return ConsoleError(
            "sessions-refused",
            "The host opens no more sessions on its connections",
            where=self._address,
            remedy="Raise MaxSessions in its sshd_config, or end other work on the host.",
        )

    def _refused(self) -> ConsoleError:
        return ConsoleError(
            "command-refused",
            "The host lets this login execute no commands",
            where=self._address,
            remedy="Check the login's shell, and ForceCommand or command= in authorized_keys.",
        )


def no_start(address: str) -> ConsoleError:
    """The login's shell never came to our script."""
    return ConsoleError(
        "shell-hangs",
        f"The login's shell did not come to our script within {START_S:g} s",
        where=address,
        remedy="Something in its start-up files waits: ssh HOST true",
    )


def no_shell(address: str, run_as: str, noise: bytes, stderr: bytes, status: int | None) -> ConsoleError:
    """The command ended before it came to our script: sudo or the login's shell said no."""
    said = one_line(stderr or noise) or f"exit status {status}"
    if run_as:
        return ConsoleError(
            "sudo-refused",
            f"The host does not let this login run commands as {run_as}: {said}",
            where=address,
            remedy=f"Allow it in sudoers: LOGIN ALL=({run_as}) NOPASSWD: ALL; or correct run_as.",
        )
    return ConsoleError(
        "shell-refused",
        f"The login's shell does not run commands: {said}",
        where=address,
        remedy="Check the login's shell and its start-up files: ssh HOST true",
    )
