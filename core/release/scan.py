"""Making the manifest of a built tree, on the build host."""

import asyncio
import posixpath
from collections.abc import Callable, Iterator

from core.errors import ConsoleError
from core.release.exclusion import excluder
from core.release.manifest import Entry, Manifest, directory, file, link
from core.release.script import records, script
from core.release.stream import collect
from core.release.survey import parse_digest
from core.ssh.host import Host

_NAMED = 3
"""How many paths an error names."""


async def scan(host: Host, tree: str, *, excluded: Callable[[str], bool] | None = None) -> Manifest:
    """Return the manifest of a tree. Changes nothing. `excluded`: see `exclusion.excluder`.

    Raises ConsoleError `artifact-unread`, `artifact-special-file` (a socket, pipe or device),
    `artifact-link-outside` (a link that leads out of the tree would lead elsewhere on another host).
    """
    what = f"{tree} can't be listed"
    data = await collect(host, script("scan", tree=tree), code="artifact-unread", what=what)
    return await asyncio.to_thread(_manifest, data, excluded or excluder(), host.address)


def _manifest(data: bytes, excluded: Callable[[str], bool], address: str) -> Manifest:
    listed, _, hashed = data.partition(b"\0\0")
    digests = dict(parse_digest(record) for record in records(hashed))
    special: list[str] = []
    entries = list(
        _entries(
            iter(records(listed.removeprefix(b"\0") + b"\0") if listed else ()), digests, excluded, special
        )
    )
    _refuse(special, "artifact-special-file", "are no files, links or directories", address)
    unread = [e.path for e in entries if e.kind == "file" and not e.digest]
    _refuse(unread, "artifact-unread", "can't be read", address)
    outside = [e.path for e in entries if e.kind == "link" and leads_outside(e)]
    _refuse(outside, "artifact-link-outside", "are links that lead out of the tree", address)
    return Manifest.of(entries)


def _entries(
    found: Iterator[str], digests: dict[str, str], excluded: Callable[[str], bool], special: list[str]
) -> Iterator[Entry]:
    for record in found:
        kind, _, rest = record.partition("\t")
        target = next(found) if kind == "l" else ""
        mode, size, path = rest.split("\t", 2) if kind == "f" else ("0", "0", rest)
        path = path.removeprefix("./") if kind in "fld" else rest.partition("./")[2]
        if excluded(path):
            continue
        if kind == "f":
            yield file(path, int(size), digests.get(path, ""), executable=bool(int(mode, 8) & 0o100))
        elif kind == "l":
            yield link(path, target)
        elif kind == "d":
            yield directory(path)
        else:
            special.append(path)


def leads_outside(entry: Entry) -> bool:
    """Whether a link's target, as it is written, is absolute or climbs out of the tree."""
    if entry.target.startswith("/"):
        return True
    place = posixpath.normpath(posixpath.join(posixpath.dirname(entry.path), entry.target))
    return place == ".." or place.startswith("../")


def _refuse(paths: list[str], code: str, what: str, address: str) -> None:
    if not paths:
        return
    named = ", ".join(repr(path) for path in paths[:_NAMED])
    raise ConsoleError(
        code,
        f"{len(paths)} paths of the built tree {what}: {named}{' ...' if len(paths) > _NAMED else ''}.",
        where=address,
        remedy="Remove them in a step of the build, or name them in `artifact_exclude`.",
    )
