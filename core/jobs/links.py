"""Hosts as a job sees them: connected when used, again after a loss, with a person's help after a refusal."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import msgspec

from core.errors import ConsoleError
from core.jobs import events
from core.jobs.hosts import HostProvider, LoginNeeded
from core.jobs.state import JobState
from core.ssh.host import As, Host, LinkLost, Result, Sink, Source, TimedOut
from core.ssh.pool import PASSES


class Patience(msgspec.Struct, frozen=True):
    """How long a job tries to get a lost host back, in seconds."""

    reconnect_s: float = 900.0
    """From the loss to giving up."""
    pause_s: float = 1.0
    """Before the first new try; doubled for each, up to 30."""
    login_s: float = 30.0
    """Between two tries of a login that was refused, while waiting for a person."""
    losses: int = 30
    """How often a connection may be lost within one step."""


class Unreachable(LinkLost):
    """A host was lost and did not come back in time; what was under way there is unknown."""


class Links:
    """The connections of a job."""

    def __init__(
        self,
        provider: HostProvider,
        state: Callable[[], JobState],
        tell: Callable[[events.Event], object],
        changed: Callable[[float], Awaitable[None]],
        patience: Patience,
    ) -> None:
        self._provider = provider
        self._state = state
        self._tell = tell
        self._changed = changed
        self._patience = patience
        self._finding: dict[str, asyncio.Lock] = {}
        self._gone: set[str] = set()
        """Hosts that did not come back in time: asked once more for each use, but not waited for again."""

    def host(self, address: str) -> Host:
        """Return a host that connects when it is used."""
        return LinkedHost(address, self)

    def lost(self, address: str, what: str) -> None:
        """Tell that a connection ended, once for each loss."""
        if address not in self._state().lost:
            self._tell(events.LinkLost(address=address, what=what))

    async def get(self, address: str) -> Host:
        """Return the connected host. Raises Unreachable, or another ConsoleError at once on a first try."""
        async with self._finding.setdefault(address, asyncio.Lock()):
            return await self._find(address)

    async def _find(self, address: str) -> Host:
        pause, since = self._patience.pause_s, time.monotonic()
        while True:
            try:
                host = await self._provider.get(address)
            except LoginNeeded as error:
                self._known_or_raise(address, error)
                if address not in self._state().refusing:
                    waiting = events.WaitingForLogin(address=address, what=error.what, remedy=error.remedy)
                    self._tell(waiting)
                since = time.monotonic()  # a person is waited for without a limit
                await self._changed(self._patience.login_s)
            except LinkLost as error:
                self._known_or_raise(address, error)
                self.lost(address, error.what)
                if address in self._gone or time.monotonic() - since > self._patience.reconnect_s:
                    self._gone.add(address)
                    raise _unreachable(address, error) from error
                await self._changed(pause)
                pause = min(pause * 2, 30.0)
            else:
                self._found(address)
                return host
            if self._given_up():
                raise Unreachable("host-given-up", "The host is out of reach, and was given up.", where=address)

    def _known_or_raise(self, address: str, error: ConsoleError) -> None:
        """A host that never let the job in is not waited for: nothing is under way there."""
        if address not in self._state().logged_in:
            raise ConsoleError(
                error.code, error.what, where=error.where or address, remedy=error.remedy
            ) from error

    def _found(self, address: str) -> None:
        self._gone.discard(address)
        state = self._state()
        if address not in state.logged_in:
            self._tell(events.LoggedIn(address=address))
        if address in state.refusing:
            self._tell(events.LoginBack(address=address))
        elif address in state.lost:
            self._tell(events.LinkBack(address=address))

    def _given_up(self) -> bool:
        state = self._state()
        return state.forced if state.turn is not None else bool(state.cancelled_by)


def _unreachable(address: str, error: LinkLost) -> Unreachable:
    return Unreachable(
        "host-unreachable",
        f"The connection was lost and did not come back: {error.what}",
        where=address,
        remedy="When the host answers again, resume the job: it joins what is under way there.",
    )


class LinkedHost:
    """A `Host` that connects when it is used."""

    def __init__(self, address: str, links: Links) -> None:
        self.address = address
        self._links = links

    @asynccontextmanager
    async def _link(self) -> AsyncIterator[Host]:
        host = await self._links.get(self.address)
        try:
            yield host
        except TimedOut:
            raise
        except LinkLost as error:
            self._links.lost(self.address, error.what)
            raise
        except ConsoleError as error:
            if error.code not in PASSES:
                raise
            # The connection broke right before it was used, and could not be made again at once.
            self._links.lost(self.address, error.what)
            raise LinkLost(error.code, error.what, where=self.address, remedy=error.remedy) from error

    async def sh(
        self, script: str, payload: bytes = b"", *, limit_s: float = 60.0, user: As = "owner"
    ) -> Result:
        """Run a script; see `Host`."""
        async with self._link() as host:
            return await host.sh(script, payload, limit_s=limit_s, user=user)

    async def read(self, path: str, offset: int = 0, limit: int = 1 << 20) -> bytes:
        """Read a part of a file; see `Host`."""
        async with self._link() as host:
            return await host.read(path, offset, limit)

    @asynccontextmanager
    async def source(self, script: str, *, user: As = "owner") -> AsyncIterator[Source]:
        """Read the output of a script; see `Host`."""
        async with self._link() as host, host.source(script, user=user) as source:
            yield source

    @asynccontextmanager
    async def sink(self, script: str, *, user: As = "owner") -> AsyncIterator[Sink]:
        """Write to the input of a script; see `Host`."""
        async with self._link() as host, host.sink(script, user=user) as sink:
            yield sink

    async def launch(self, script: str, *, limit_s: float = 30.0, user: As = "owner") -> Result:
        """Start a script that may go on; see `Host`."""
        async with self._link() as host:
            return await host.launch(script, limit_s=limit_s, user=user)

    async def close(self) -> None:
        """Leave the connection open: it is the job's, not the step's."""
