"""One host that receives a release: where it stands, what it makes itself, and its completion."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from core.errors import ConsoleError
from core.release.inventory import ReleaseInfo
from core.release.linkplan import LinkPlan
from core.release.manifest import Entry, Manifest
from core.release.room import Room
from core.release.script import Common, Guard, ask, nul_list, pack, records, script, succeeded
from core.release.sides import TargetSide
from core.release.stream import collect, fetch, unpack
from core.release.survey import index_parameters, parse_digest

LINK_LIMIT_S: Final = 1800.0


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a transfer to a host stands."""

    complete: bool
    base: str
    """The release that this one was linked from already; empty: that is still to do."""
    tools: frozenset[str]
    got: frozenset[str]
    """Paths that arrived and were acknowledged."""
    room: Room = Room()


class Wrong(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a release from being complete."""

    extra: tuple[str, ...] = ()
    extra_directories: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    """Paths of the manifest that are missing or not as it says."""

    @property
    def nothing(self) -> bool:
        """Whether all is right after all."""
        return not (self.extra or self.extra_directories or self.bad)


class Landing:
    """Runs the scripts of a transfer on one host. Every method raises ConsoleError, LinkLost."""

    def __init__(self, name: str, target: TargetSide, release: str, guard: Guard) -> None:
        self.name = name
        """By which the transfer knows it."""
        self.target = target
        self.release = release
        self.wire = 0
        """Bytes that went to the host."""
        self._guard = guard
        self._gzip = False

    @property
    def address(self) -> str:
        """The host's address."""
        return self.target.host.address

    def parameters(self) -> dict[str, str | int]:
        """Return what every script here is given."""
        layout = self.target.layout
        return {
            "releases": layout.releases,
            "marks": layout.marks,
            "current": layout.current,
            "name": self.release,
            "mask": self.target.umask,
            "group": self.target.group,
            **index_parameters(layout),
        }

    def guarded(self, text: str) -> str:
        """Return the changing form of a script."""
        return self._guard(self.address, text)

    def pack(
        self, sections: Mapping[str, bytes | Common], *, always: bool = False
    ) -> tuple[dict[str, str | int], bytes]:
        """Pack sections as the host can unpack them, and count them."""
        parameters, payload = pack(sections, gzip=self._gzip, always=always)
        self.wire += len(payload)
        return parameters, payload

    async def begin(self, artifact_id: str) -> Standing:
        """Make the release's directory and say what an earlier try left in it."""
        text = self.guarded(script("begin", id=artifact_id, **self.parameters()))
        what = f"Receiving {self.release} can't begin"
        data = await fetch(self.target.host, text, code="transfer-not-begun", what=what)
        state, base, tools, room, got = data.split(b"\n", 4)
        self._gzip = "gzip" in tools.decode().split()
        return Standing(
            complete=state == b"complete",
            base=base.decode("utf-8", "replace"),
            tools=frozenset(tools.decode("utf-8", "replace").split()),
            got=frozenset(path.removeprefix("./") for path in records(got)),
            room=Room(room.decode("ascii", "replace")),
        )

    async def link(self, base: str, plan: LinkPlan, tampered: frozenset[str], new: Manifest) -> frozenset[str]:
        """Link and copy from the base; return the copies that were found right, which are acknowledged."""
        lists = {name: nul_list(list(getattr(plan, name))) for name in _LISTS}
        parameters, payload = self.pack({**lists, "tampered": nul_list(sorted(tampered))})
        text = self.guarded(script("index link", base=base, **self.parameters(), **parameters))
        what = f"{self.release} can't be begun from {base}"
        result = await self.target.host.sh(text, payload, limit_s=LINK_LIMIT_S)
        out = unpack(succeeded(result, self.address, "not-linked", what), self.address, "not-linked", what)
        found = dict(parse_digest(line) for line in records(out))
        right = [path for path in plan.copies if found.get(path) == new.by_path[path].digest]
        parameters, payload = self.pack({"paths": nul_list(right)})
        text = self.guarded(script("acknowledge", **self.parameters(), **parameters))
        await ask(self.target.host, text, payload, code="not-linked", what=what)
        return frozenset(right)

    async def complete(self, new: Manifest, info: ReleaseInfo, expected: "Expected") -> Wrong:
        """Check the release and mark it; when it is not what it should be, say what is wrong instead."""
        wrong = await self._complete(new, info, expected, approved=False)
        if wrong is None or not wrong.nothing:
            return wrong or Wrong()
        # All contents were hashed, and are right: links that could only be copies, for example.
        wrong = await self._complete(new, info, expected, approved=True)
        return wrong or Wrong()

    async def _complete(
        self, new: Manifest, info: ReleaseInfo, expected: "Expected", *, approved: bool
    ) -> Wrong | None:
        parameters, payload = self.pack({"manifest": expected.manifest, "info": msgspec.json.encode(info)})
        text = self.guarded(
            script(
                "index complete",
                expected=expected.listing,
                linked=expected.linked,
                approved="yes" if approved else "",
                **self.parameters(),
                **parameters,
            )
        )
        what = f"{self.release} can't be completed"
        async with self.target.host.sink(text) as sink:
            await sink.write(payload)
            out = succeeded(await sink.finish(), self.address, "not-completed", what)
        if out == b"complete":
            return None
        path = f"{self.target.layout.mark(self.release)}/incoming/differs"
        told = await collect(self.target.host, script("file_read", path=path), code="not-completed", what=what)
        return await asyncio.to_thread(wrong_in, new, told)

    async def drop(self, wrong: Wrong) -> None:
        """Remove what should not be there, and forget the acknowledgement of what is to be sent again."""
        directories = sorted(wrong.extra_directories, reverse=True)
        parameters, payload = self.pack(
            {
                "files": nul_list(list(wrong.extra)),
                "directories": nul_list(directories),
                "unacknowledged": nul_list(list(wrong.bad)),
            }
        )
        text = self.guarded(script("drop", **self.parameters(), **parameters))
        what = f"{self.release} can't be put right"
        await ask(self.target.host, text, payload, code="not-completed", what=what)


_LISTS: Final = ("parents", "units", "singles", "stale", "stale_directories", "copies", "sound")


class Expected(msgspec.Struct, frozen=True):
    """What the host must find at the end, as digests of two sorted lists, and is given to keep."""

    manifest: Common
    listing: str
    linked: str


def listing(manifest: Manifest) -> list[bytes]:
    """Return the lines that `complete.sh` prints of a release that is as the manifest says, sorted."""
    lines = [_line(entry) for entry in manifest.entries if entry.kind != "directory"]
    lines += [f"d ./{path}" for path in manifest.directories]
    return sorted(line.encode("utf-8", "surrogateescape") for line in lines)


def _line(entry: Entry) -> str:
    if entry.kind == "link":
        return f"l ./{entry.path}\t{entry.target}"
    return f"{'x' if entry.mode & 0o100 else 'f'} {entry.size} ./{entry.path}"


def wrong_in(new: Manifest, told: bytes) -> Wrong:
    """Read what `complete.sh` found on a host whose release is not as it should be."""
    size, _, rest = told.partition(b"\n")
    there = set(rest[: int(size)].split(b"\0")[:-1])
    digests = dict(parse_digest(line) for line in records(rest[int(size) :]))
    extra, extra_directories = _extra(new, there)
    bad: list[str] = []
    for entry in new.entries:
        line = f"d ./{entry.path}" if entry.kind == "directory" else _line(entry)
        other = entry.kind == "file" and digests.get(entry.path, entry.digest) != entry.digest
        if other or line.encode("utf-8", "surrogateescape") not in there:
            bad.append(entry.path)
    return Wrong(extra=tuple(extra), extra_directories=tuple(extra_directories), bad=tuple(bad))


def _extra(new: Manifest, there: set[bytes]) -> tuple[list[str], list[str]]:
    files: list[str] = []
    directories: list[str] = []
    for raw in there:
        line: Any = raw.decode("utf-8", "surrogateescape")
        kind, _, rest = line.partition(" ")
        path = rest.partition("./")[2]
        if kind == "l":
            path = path.partition("\t")[0]
        if kind == "d":
            if path not in new.directories:
                directories.append(path)
        elif path not in new.by_path:
            files.append(path)
    return files, directories


def refuse_incomplete(release: str, address: str, wrong: Wrong) -> ConsoleError:
    """Return the error for a release that could not be made right."""
    named = [*wrong.bad, *wrong.extra, *wrong.extra_directories]
    return ConsoleError(
        "release-not-verified",
        f"{release} is not what its manifest says: {len(named)} paths, such as {named[0]!r}.",
        where=address,
        remedy="Does something else write into releases on that host? Try again; the live release is untouched.",
    )
