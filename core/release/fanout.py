"""Reading each sub-archive once from the build host and writing it to every host that needs it (decision 20).

One script sends all of them, and one script on each host takes all that are for it: where start-up files are
slow, a channel for each sub-archive would cost more than what travels.
"""

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import msgspec

from core.errors import ConsoleError
from core.release.chunks import Chunk
from core.release.landing import Landing
from core.release.packing import Stored, changed, send_script
from core.release.script import Common, nul_list, script, succeeded
from core.release.sides import BuildSide
from core.ssh.host import LinkLost, Result, Sink, Source

_PIECE: Final = 1 << 18
_QUEUE_PIECES: Final = 16
"""Of 256 KB: what a slow host may be behind before the others wait for it."""
_PATIENCE_S: Final = 5.0
"""How long the others wait for one host before it is left, to be served again afterwards."""
_DAMAGED: Final = 4
"""Exit status of `receive.sh`."""

Tell = Callable[[str, Chunk, int], None]
"""(host, sub-archive, bytes of it written so far; -1: all of them)"""


_Directories = asyncio.Task[dict[str, Common]]


class Fanout:
    """One pass over sub-archives. Hosts that fail or fall behind drop out of it; the others go on."""

    def __init__(
        self, source: BuildSide, landings: Mapping[str, Landing], codec: str, stored: Stored, tell: Tell
    ) -> None:
        self.failed: dict[str, ConsoleError] = {}
        self.behind: set[str] = set()
        self.damaged: set[str] = set()
        """Hosts that found other bytes than those that were packed, and took none of them."""
        self._source = source
        self._landings = landings
        self._codec = codec
        self._stored = stored
        self._tell = tell

    async def run(self, chunks: Sequence[Chunk]) -> None:
        """Send the sub-archives in order. Raises ConsoleError when the artifact can't be read."""
        needed = sorted({host for chunk in chunks for host in chunk.hosts})
        # Worked out while the build host begins to read.
        places = asyncio.create_task(asyncio.to_thread(directories_of, chunks))
        lanes = {name: _Lane(self._landings[name], self._codec, places, self._tell) for name in needed}
        try:
            text = send_script(self._source.tree, self._source.packs, chunks, self._codec, self._stored)
            async with self._source.host.source(text) as source:
                await self._pump(source, chunks, lanes)
            for lane in lanes.values():
                await self._ended(lane)
        except BaseException:  # raised again: no lane goes on alone
            await _abandon(lanes.values())
            raise

    async def _pump(self, source: Source, chunks: Sequence[Chunk], lanes: Mapping[str, "_Lane"]) -> None:
        reader = _Reader(source)
        for chunk in chunks:
            line = await reader.line()
            if line is None:
                break
            head = line.decode("ascii", "replace")
            size = int(head.split()[0]) if head[:1].isdigit() else 0
            if not size:
                told = await reader.whole(int(head.split()[1]))
                raise changed(chunks, told, self._source.host.address)
            using = [lanes[host] for host in chunk.hosts]
            await self._hand_on(_Item(chunk=chunk, head=head), using)
            while size:
                piece = await reader.read(min(size, _PIECE))
                size -= len(piece)
                await self._hand_on(_Item(chunk=chunk, data=piece, left=size), using)
        result = await source.result()
        succeeded(result, self._source.host.address, "artifact-unread", "The artifact can't be read")
        for lane in lanes.values():
            await lane.put(None, ())

    async def _hand_on(self, item: "_Item", lanes: Sequence["_Lane"]) -> None:
        for lane in lanes:
            if lane.open and not await lane.put(item, lanes):
                self.behind.add(lane.name)

    async def _ended(self, lane: "_Lane") -> None:
        try:
            await lane.task
        except _Damaged as error:
            self.damaged.add(lane.name)
            self.failed.setdefault(lane.name, error)
        except ConsoleError as error:
            self.failed.setdefault(lane.name, error)
        except asyncio.CancelledError:
            if lane.name not in self.behind:
                raise


def directories_of(chunks: Sequence[Chunk]) -> dict[str, Common]:
    """Return for each host the directories that its sub-archives need, those above others first."""
    needed: dict[str, set[str]] = {}
    for chunk in chunks:
        for host in chunk.hosts:
            needed.setdefault(host, set()).update(chunk.directories)
    distinct = {frozenset(paths) for paths in needed.values()}
    alike = {paths: Common.prepared(nul_list(sorted(paths))) for paths in distinct}
    return {host: alike[frozenset(paths)] for host, paths in needed.items()}


async def _abandon(lanes: Iterable["_Lane"]) -> None:
    tasks = [lane.task for lane in lanes]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


class _Reader:
    """Reads a source by lines and by pieces."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._held = b""

    async def line(self) -> bytes | None:
        """Return the next line, None when the script has ended."""
        while b"\n" not in self._held:
            more = await self._source.read(_PIECE)
            if not more:
                return None
            self._held += more
        line, _, self._held = self._held.partition(b"\n")
        return line

    async def whole(self, size: int) -> bytes:
        """Return exactly so many bytes. Raises LinkLost."""
        data = bytearray()
        while len(data) < size:
            data += await self.read(size - len(data))
        return bytes(data)

    async def read(self, most: int) -> bytes:
        """Return at least one byte and at most so many. Raises LinkLost."""
        data = self._held or await self._source.read(most)
        if not data:
            raise LinkLost("connection-lost", "The artifact's stream ended too early.")
        self._held = data[most:]
        return data[:most]


class _Item(msgspec.Struct, frozen=True, kw_only=True):
    """The beginning of a sub-archive, or a piece of it."""

    chunk: Chunk
    head: str = ""
    """Its length, that of its list, and its digest, as the build host says."""
    data: bytes = b""
    left: int = 0


class _Lane:
    """All that is on its way to one host."""

    def __init__(self, landing: Landing, codec: str, directories: _Directories, tell: Tell) -> None:
        self.name = landing.name
        self._landing = landing
        self._codec = codec
        self._directories = directories
        self._tell = tell
        self.queue: asyncio.Queue[_Item | None] = asyncio.Queue(_QUEUE_PIECES)
        self.task = asyncio.create_task(self._write())

    @property
    def open(self) -> bool:
        """Whether it still takes bytes."""
        return not self.task.done()

    async def put(self, item: _Item | None, lanes: Sequence["_Lane"]) -> bool:
        """Hand on something, waiting for room. False: the host holds up the others, and was left."""
        while self.open:
            try:
                self.queue.put_nowait(item)
                return True
            except asyncio.QueueFull:
                pass
            if not await self._room() and any(
                lane is not self and lane.open and lane.queue.empty() for lane in lanes
            ):
                self.task.cancel()
                await asyncio.gather(self.task, return_exceptions=True)
                return False
        return True

    async def _room(self) -> bool:
        """Wait until the queue has room or the writer has ended; False after a while."""
        waited = 0.0
        while self.open and self.queue.full():
            if waited >= _PATIENCE_S:
                return False
            await asyncio.sleep(0.005)
            waited += 0.005
        return True

    async def _write(self) -> None:
        landing = self._landing
        directories = (await asyncio.shield(self._directories))[self.name]
        parameters, payload = landing.pack({"directories": directories})
        parameters |= {"directories_digest": hashlib.sha256(payload).hexdigest(), "codec": self._codec}
        text = script("receive", **landing.parameters(), **parameters)
        async with landing.target.host.sink(landing.guarded(text)) as sink:
            try:
                await sink.write(payload)
                await self._feed(sink)
            except LinkLost:
                raise
            except ConsoleError:
                pass  # the script ended early; its result says why
            result = await sink.finish()
        self._judge(result)

    async def _feed(self, sink: Sink) -> None:
        written = 0
        while (item := await self.queue.get()) is not None:
            if item.head:
                written = 0
                await sink.write(f"{item.chunk.key} {item.head}\n".encode())
                continue
            await sink.write(item.data)
            written += len(item.data)
            self._landing.wire += len(item.data)
            self._tell(self.name, item.chunk, written if item.left else -1)

    def _judge(self, result: Result) -> None:
        landing = self._landing
        if result.exit == _DAMAGED:
            raise _Damaged(
                "archive-damaged",
                f"{landing.release} arrived with other bytes than were packed; they were not used.",
                where=landing.address,
                remedy="Try again. If it comes back, check the disk of the build host.",
            )
        succeeded(result, landing.address, "not-received", f"{landing.release} was not received whole")


class _Damaged(ConsoleError):
    """A sub-archive that has another digest than when it was packed."""
