"""Taking an artifact from the build host to all hosts of an environment (decisions 18 to 20).

What is proven when a release is marked complete: each file that travelled had the manifest's digest when it was
packed on the build host; each sub-archive had the digest that it had there when it reached the host, before it
was unpacked; unpacking succeeded; files copied on the host were hashed there; linked files are those that the
base was completed with (inode, size, times); and everything is there, with its kind, size and executable bit,
and nothing else. What is not: that the disk gives back what was written. `drift` hashes a release for that.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from core.errors import ConsoleError
from core.release import base as bases
from core.release.chunks import Chunk, cut
from core.release.fanout import Fanout
from core.release.inventory import ReleaseInfo, take_inventory
from core.release.landing import Expected, Landing, Standing, listing, refuse_incomplete
from core.release.linkplan import LinkPlan, plan_links
from core.release.manifest import Manifest
from core.release.meter import Meter
from core.release.missing import Missing
from core.release.packing import Stored, codec_of, look
from core.release.room import refuse_without
from core.release.script import Common, Guard, unguarded
from core.release.sides import BuildSide, HostReport, Log, Progress, TargetSide, TransferReport
from core.release.survey import Survey, survey
from core.ssh.host import LinkLost

_ROUNDS: Final = 3
"""How often what is still missing or wrong is sent before it is told as an error."""


def _silent(done: int, total: int) -> None:
    """Progress for nobody."""


def _unheard(address: str, line: str) -> None:
    """Log for nobody."""


async def transfer(
    source: BuildSide,
    targets: Mapping[str, TargetSide],
    release: str,
    *,
    guard: Guard = unguarded,
    progress: Progress = _silent,
    log: Log = _unheard,
) -> TransferReport:
    """Lay the artifact out as `release` on every target, verified and marked complete.

    Goes on from what an interrupted transfer of the same release left. Touches only `releases/<release>`
    and `.mageconsole`. Raises ConsoleError, naming the hosts, when one is not complete at the end; what
    arrived stays for the next try. LinkLost when only connections were lost.
    """
    return await _Transfer(source, targets, release, guard, progress, log).run()


class _Receiver:
    """What the transfer knows of one host."""

    def __init__(self, landing: Landing) -> None:
        self.landing = landing
        self.base = ""
        self.plan = LinkPlan()
        self.standing = Standing(complete=False, base="", tools=frozenset(), got=frozenset())
        self.got: set[str] = set()
        self.copied = 0
        self.sent_files = 0
        self.sent_bytes = 0
        self.complete = False
        self.error: ConsoleError | None = None
        self.started = time.monotonic()
        self.seconds = 0.0

    def missing(self, missing: Missing) -> frozenset[str]:
        """Return what has still to be sent."""
        return missing.without(self.got, self.plan.linked)

    def take(self, chunk: Chunk) -> None:
        """Count a sub-archive that arrived and was acknowledged."""
        self.got.update(entry.path for entry in chunk.entries)
        self.sent_files += len(chunk.files)
        self.sent_bytes += chunk.size

    def report(self) -> HostReport:
        """Return what was done here."""
        return HostReport(
            linked=len(self.plan.linked),
            copied=self.copied,
            sent=self.sent_files,
            bytes_sent=self.sent_bytes,
            bytes_wire=self.landing.wire,
            base=self.base,
            seconds=self.seconds,
        )


class _Transfer:
    def __init__(
        self,
        source: BuildSide,
        targets: Mapping[str, TargetSide],
        release: str,
        guard: Guard,
        progress: Progress,
        log: Log,
    ) -> None:
        self._source = source
        self._new = source.manifest
        self._release = release
        self._receivers = {
            address: _Receiver(Landing(address, target, release, guard)) for address, target in targets.items()
        }
        self._manifests = bases.Manifests(source.manifest)
        self._missing = Missing(source.manifest)
        self._meter = Meter(progress)
        self._log = log
        self._stored = Stored()
        self._manifest = Common(b"")
        self._listing = ""

    async def run(self) -> TransferReport:
        """Do it."""
        started = time.monotonic()
        looking = asyncio.create_task(look(self._source.host, self._source.packs))
        expecting = asyncio.create_task(asyncio.to_thread(_expect, self._new))
        try:
            await self._on_all(self._prepare)
            self._stored = await looking
            await self._send()
            self._manifest, self._listing = await expecting
        finally:
            looking.cancel()
            await asyncio.gather(looking, expecting, return_exceptions=True)
        for _ in range(_ROUNDS - 1):
            await self._on_all(self._complete)
            if not self._working():
                break
            await self._send()
        await self._on_all(self._complete_or_fail)
        self._raise_failures()
        return TransferReport(
            release=self._release,
            hosts={address: receiver.report() for address, receiver in self._receivers.items()},
            seconds=time.monotonic() - started,
            artifact_files=len(self._new.entries),
            artifact_bytes=self._new.size,
        )

    def _working(self) -> dict[str, _Receiver]:
        """The hosts that are neither complete nor failed."""
        return {a: r for a, r in self._receivers.items() if not r.complete and r.error is None}

    async def _on_all(self, work: "_Work") -> None:
        """Run one part on all hosts at once; a host that fails drops out, the others go on."""

        async def one(receiver: _Receiver) -> None:
            try:
                await work(receiver)
            except ConsoleError as error:
                receiver.error = error

        await asyncio.gather(*(one(receiver) for receiver in self._working().values()))

    async def _prepare(self, receiver: _Receiver) -> None:
        """Begin, or go on; make on the host what can be made there."""
        landing = receiver.landing
        standing, inventory = await asyncio.gather(
            landing.begin(self._new.id), take_inventory(landing.target.host, landing.target.layout)
        )
        receiver.standing, receiver.got = standing, set(standing.got)
        if standing.complete:
            self._done(receiver)
            return
        if standing.got:
            self._log(landing.name, f"{len(standing.got)} files arrived before; going on from there")
        found = bases.candidates(inventory, landing.target, self._release)
        if standing.base:
            found = [candidate for candidate in found if candidate.name == standing.base]
        choosing = asyncio.create_task(bases.choose(landing.target, found, self._new, self._manifests))
        # Most often it is the first one: it is looked through while its manifest is read.
        surveying = asyncio.create_task(self._survey(receiver, found[0].name)) if found else None
        await asyncio.gather(choosing, *([surveying] if surveying else []), return_exceptions=True)
        if (chosen := choosing.result()) is None:
            return
        base, manifest = chosen
        if surveying and base == found[0].name:
            await self._link(receiver, base, manifest, surveying.result())
        else:
            await self._link(receiver, base, manifest, await self._survey(receiver, base))

    async def _survey(self, receiver: _Receiver, base: str) -> Survey:
        target = receiver.landing.target
        return await survey(target.host, target.layout, base, receiving=self._release)

    async def _link(self, receiver: _Receiver, base: str, manifest: Manifest, found: Survey) -> None:
        landing = receiver.landing
        plan = await asyncio.to_thread(plan_links, manifest, self._new, found)
        tampered = found.tampered(manifest)
        changed = len(found.changed | tampered)
        if changed:
            self._log(
                landing.address, f"{changed} files of {base} were changed on the host, and are not linked"
            )
        if not receiver.standing.base:
            copies = await landing.link(base, plan, tampered, self._new)
            receiver.got |= copies
            receiver.copied = len(copies)
        receiver.base, receiver.plan = base, plan
        self._log(landing.name, f"{len(plan.linked)} files linked, {receiver.copied} copied from {base}")

    async def _send(self) -> None:
        await self._on_all(self._refuse_without_room)
        chunks = await self._missing_chunks(self._working())
        if not chunks:
            return
        self._meter.expect(chunks)
        again = await self._pass(chunks)
        # Those that fell behind are served again, each at its own pace.
        await asyncio.gather(*(self._serve_again(receiver) for receiver in again))

    async def _refuse_without_room(self, receiver: _Receiver) -> None:
        need = self._missing.footprint(receiver.missing(self._missing))
        refuse_without(receiver.standing.room, need, receiver.landing.address)

    async def _missing_chunks(self, receivers: Mapping[str, _Receiver]) -> list[Chunk]:
        missing = {name: receiver.missing(self._missing) for name, receiver in receivers.items()}
        return await asyncio.to_thread(cut, self._new, missing)

    async def _serve_again(self, receiver: _Receiver) -> None:
        name = receiver.landing.name
        self._log(name, "is served again now")
        try:
            receiver.got |= (await receiver.landing.begin(self._new.id)).got
        except ConsoleError as error:
            receiver.error = error
            return
        if chunks := await self._missing_chunks({name: receiver}):
            await self._pass(chunks)

    async def _pass(self, chunks: list[Chunk]) -> list[_Receiver]:
        """Send sub-archives to those who need them; return the hosts that have to be served again."""
        working = self._working()
        codec = codec_of(self._stored.tools, [receiver.standing.tools for receiver in working.values()])
        landings = {name: receiver.landing for name, receiver in working.items()}
        fanout = Fanout(self._source, landings, codec, self._stored, self._meter.tell)
        await fanout.run(chunks)
        for name in fanout.behind:
            self._log(name, "fell behind the other hosts")
        if fanout.damaged and self._stored.names:
            # What the build stored may have spoilt there; its files are packed anew.
            self._stored = Stored(tools=self._stored.tools)
            for name in fanout.damaged:
                self._log(name, fanout.failed.pop(name).what)
                fanout.behind.add(name)
        for name, error in fanout.failed.items():
            self._receivers[name].error = error
        for chunk in chunks:
            for name in chunk.hosts:
                if name not in fanout.behind and name not in fanout.failed:
                    self._receivers[name].take(chunk)
        return [self._receivers[name] for name in sorted(fanout.behind)]

    async def _complete(self, receiver: _Receiver, *, last: bool = False) -> None:
        landing = receiver.landing
        if receiver.missing(self._missing):
            return
        linked = receiver.plan.linked - receiver.got
        names = sorted(f"./{path}\0".encode("utf-8", "surrogateescape") for path in linked)
        digest = hashlib.sha256(b"".join(names)).hexdigest()
        expected = Expected(manifest=self._manifest, listing=self._listing, linked=digest)
        info = ReleaseInfo(
            artifact=self._source.info,
            umask=landing.target.umask,
            group=landing.target.group,
            base=receiver.base,
            completed_at=time.time(),
        )
        wrong = await landing.complete(self._new, info, expected)
        if wrong.nothing:
            self._done(receiver)
            return
        if last:
            raise refuse_incomplete(self._release, landing.address, wrong)
        await landing.drop(wrong)
        receiver.got -= set(wrong.bad)
        receiver.plan = _without(receiver.plan, frozenset(wrong.bad))
        self._log(landing.name, f"{len(wrong.bad)} files are not as they should be, and are sent again")

    async def _complete_or_fail(self, receiver: _Receiver) -> None:
        await self._complete(receiver, last=True)

    def _done(self, receiver: _Receiver) -> None:
        receiver.complete = True
        receiver.seconds = time.monotonic() - receiver.started
        self._log(receiver.landing.name, f"{self._release} is complete and verified")

    def _raise_failures(self) -> None:
        failed = {address: r.error for address, r in self._receivers.items() if r.error is not None}
        if not failed:
            return
        errors = list(failed.values())
        real = [error for error in errors if not isinstance(error, LinkLost)]
        worst = (real or errors)[0]
        if len(errors) == 1:
            raise worst
        kind = ConsoleError if real else type(worst)
        told = "; ".join(f"{address}: {error.what}" for address, error in failed.items())
        raise kind(worst.code, told, where=", ".join(failed), remedy=worst.remedy)


_Work = Callable[[_Receiver], Awaitable[None]]


def _expect(manifest: Manifest) -> tuple[Common, str]:
    """Return the manifest compressed, and the digest of the listing that hosts must find."""
    lines = b"".join(line + b"\0" for line in listing(manifest))
    return Common.prepared(manifest.encoded), hashlib.sha256(lines).hexdigest()


def _without(plan: LinkPlan, paths: frozenset[str]) -> LinkPlan:
    return msgspec.structs.replace(plan, linked=plan.linked - paths)
