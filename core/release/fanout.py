"""Reading each sub-archive once from the build host and writing it to every host that needs it (decision 20)."""

import asyncio
import base64
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from core.errors import ConsoleError
from core.release.chunks import Chunk
from core.release.landing import Landing
from core.release.script import nul_list, pack, records, script, succeeded
from core.release.sides import BuildSide
from core.release.survey import parse_digest
from core.ssh.host import Source

_PIECE: Final = 1 << 18
_QUEUE_PIECES: Final = 16
"""Of 256 KB: what a slow host may be behind before the others wait for it."""
_PATIENCE_S: Final = 5.0
"""How long the others wait for one host before it is left, to be served again afterwards."""
_AT_ONCE: Final = 2
"""Sub-archives under way: while one is unpacked and checked the next one travels."""

Codec = str
Tell = Callable[[str, Chunk, int], None]
"""(address, sub-archive, bytes written so far; -1: acknowledged)"""


def codec_of(build: frozenset[str], targets: Sequence[frozenset[str]]) -> Codec:
    """Return the best packing that all sides have."""
    for codec in ("zstd", "gzip"):
        if codec in build and all(codec in tools for tools in targets):
            return codec
    return "none"


class Fanout:
    """One pass over sub-archives. Hosts that fail or fall behind drop out of it; the others go on."""

    def __init__(
        self, source: BuildSide, landings: Mapping[str, Landing], codec: Codec, *, gzip: bool, tell: Tell
    ) -> None:
        self.failed: dict[str, ConsoleError] = {}
        self.behind: set[str] = set()
        self._source = source
        self._landings = landings
        self._codec = codec
        self._gzip = gzip
        self._tell = tell
        self._room = asyncio.Semaphore(_AT_ONCE)

    def _takes_part(self, address: str) -> bool:
        return address not in self.failed and address not in self.behind

    async def run(self, chunks: Sequence[Chunk]) -> None:
        """Send the sub-archives in order. Raises ConsoleError when the artifact can't be read."""
        async with asyncio.TaskGroup() as tasks:
            for chunk in chunks:
                await self._room.acquire()
                if any(self._takes_part(address) for address in chunk.hosts):
                    tasks.create_task(self._one(chunk))
                else:
                    self._room.release()

    async def _one(self, chunk: Chunk) -> None:
        try:
            hosts = [address for address in chunk.hosts if self._takes_part(address)]
            lanes = [_Lane(self._landings[address], chunk, self._codec, self._tell) for address in hosts]
            try:
                async with self._source.host.source(self._send_script(chunk)) as source:
                    await self._pump(source, lanes)
            except BaseException:
                await _abandon(lanes)
                raise
            for lane in lanes:
                await self._ended(lane)
        finally:
            self._room.release()

    def _send_script(self, chunk: Chunk) -> str:
        paths = nul_list([entry.path for entry in chunk.entries])
        parameters, payload = pack({"paths": paths}, gzip=self._gzip)
        return script(
            "send",
            tree=self._source.tree,
            codec=self._codec,
            packed=parameters["paths_packed"],
            list=base64.b64encode(payload).decode(),
        )

    async def _pump(self, source: Source, lanes: list["_Lane"]) -> None:
        while piece := await source.read(_PIECE):
            for lane in lanes:
                if lane.open and not await lane.put(piece, lanes):
                    self.behind.add(lane.name)
        result = await source.result()
        succeeded(result, self._source.host.address, "artifact-unread", "The artifact can't be read")
        for lane in lanes:
            if lane.open:
                await lane.put(b"", [lane])

    async def _ended(self, lane: "_Lane") -> None:
        try:
            await lane.task
        except ConsoleError as error:
            self.failed.setdefault(lane.name, error)
        except asyncio.CancelledError:
            if lane.name not in self.behind:
                raise


async def _abandon(lanes: Sequence["_Lane"]) -> None:
    for lane in lanes:
        lane.task.cancel()
    await asyncio.gather(*(lane.task for lane in lanes), return_exceptions=True)


class _Lane:
    """One sub-archive on its way to one host."""

    def __init__(self, landing: Landing, chunk: Chunk, codec: Codec, tell: Tell) -> None:
        self.name = landing.name
        self._landing = landing
        self._chunk = chunk
        self._codec = codec
        self._tell = tell
        self.queue: asyncio.Queue[bytes] = asyncio.Queue(_QUEUE_PIECES)
        self.task = asyncio.create_task(self._write())

    @property
    def open(self) -> bool:
        """Whether it still takes bytes."""
        return not self.task.done()

    async def put(self, piece: bytes, lanes: Sequence["_Lane"]) -> bool:
        """Hand on bytes, waiting for room. False: the host holds up the others, and was left."""
        while self.open:
            try:
                self.queue.put_nowait(piece)
                return True
            except asyncio.QueueFull:
                pass
            if not await self._room() and any(
                lane is not self and lane.open and lane.queue.empty() for lane in lanes
            ):
                self.task.cancel()
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
        landing, chunk = self._landing, self._chunk
        lists = {
            "files": nul_list([entry.path for entry in chunk.files]),
            "others": nul_list([entry.path for entry in chunk.others]),
        }
        parameters, payload = landing.pack(lists)
        text = script(
            "receive",
            codec=self._codec,
            names="plain" if chunk.plain else "any",
            expected=chunk.digest,
            key=chunk.key,
            **landing.parameters(),
            **parameters,
        )
        written = 0
        async with landing.target.host.sink(landing.guarded(text)) as sink:
            await sink.write(payload)
            while piece := await self.queue.get():
                await sink.write(piece)
                written += len(piece)
                landing.wire += len(piece)
                self._tell(self.name, chunk, written)
            result = await sink.finish()
        if result.exit == 4:
            raise _differs(chunk, result.out, landing.address)
        succeeded(result, landing.address, "not-received", f"{landing.release} was not received whole")
        self._tell(self.name, chunk, -1)


def _differs(chunk: Chunk, told: bytes, address: str) -> ConsoleError:
    found = dict(parse_digest(line) for line in records(told) if " *" in line)
    wrong = [entry.path for entry in chunk.files if found.get(entry.path) != entry.digest]
    named = repr(wrong[0]) if wrong else "one file"
    return ConsoleError(
        "artifact-changed",
        f"{len(wrong)} files arrived with other contents than the manifest says, such as {named}.",
        where=address,
        remedy="Was the artifact changed on the build host after it was built? Build the commit again.",
    )
