"""Sub-archives on the build host: made anew, or those of the whole artifact, which the build stores.

A host without any release needs all of an artifact, and several hosts and environments need it, so the build
packs it once. Stored sub-archives save time only: what is not stored is made when it is sent.
"""

import base64
from collections.abc import Sequence
from typing import Final

import msgspec

from core.errors import ConsoleError
from core.release.chunks import Chunk, cut
from core.release.manifest import Manifest
from core.release.script import Guard, ask, nul_list, pack, records, script, succeeded, unguarded
from core.release.survey import parse_digest
from core.ssh.host import Host

CHANGED: Final = 4
"""Exit status of scripts that found other contents than the manifest says."""
_FAST: Final = 1
_THOROUGH: Final = 3
"""Levels of compression: of what is packed while a host waits, and of what is stored."""


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """What the build host can do, and what it has."""

    tools: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def has(self, chunk: Chunk, codec: str) -> bool:
        """Whether a sub-archive is stored, packed so."""
        return f"{chunk.key}.{codec}.head" in self.names


def codec_of(build: frozenset[str], targets: Sequence[frozenset[str]]) -> str:
    """Return the best packing that all sides have."""
    for codec in ("zstd", "gzip"):
        if codec in build and all(codec in tools for tools in targets):
            return codec
    return "none"


async def look(host: Host, packs: str) -> Stored:
    """Ask the build host. `packs`: the directory of stored sub-archives, or empty. Raises ConsoleError, LinkLost."""
    what = "The tools of the build host can't be looked up"
    out = await ask(host, script("stored", packs=packs), code="build-host-unread", what=what)
    tools, _, names = out.decode("utf-8", "replace").partition("\n")
    return Stored(tools=frozenset(tools.split()), names=frozenset(names.split()))


def send_script(tree: str, packs: str, chunks: Sequence[Chunk], codec: str, stored: Stored) -> str:
    """Return the script that writes sub-archives one after the other."""
    given = _given(chunks, codec, stored)
    return script("packing send", tree=tree, packs=packs, level=_FAST, **given)


async def store(host: Host, tree: str, packs: str, manifest: Manifest, *, guard: Guard = unguarded) -> None:
    """Pack all of an artifact into the directory `packs`, each file's digest checked on the way.

    Does nothing when the directory is there: it was moved to its place when it was whole.
    Raises ConsoleError `artifact-changed` when the tree is not what the manifest says, `artifact-not-packed`.
    """
    tools = (await look(host, "")).tools
    chunks = cut(manifest, {host.address: frozenset(manifest.by_path)})
    given = _given(chunks, codec_of(tools, ()), Stored(tools=tools))
    text = script("packing store", tree=tree, packs=packs, level=_THOROUGH, **given)
    async with host.sink(guard(host.address, text)) as sink:
        result = await sink.finish()
    if result.exit == CHANGED:
        raise changed(chunks, result.out, host.address)
    succeeded(result, host.address, "artifact-not-packed", "The artifact can't be packed")


def _given(chunks: Sequence[Chunk], codec: str, stored: Stored) -> dict[str, str | int]:
    gzip = "gzip" in stored.tools
    given: dict[str, str | int] = {"count": len(chunks), "codec": codec, "packed": "gzip" if gzip else ""}
    for number, chunk in enumerate(chunks):
        given[f"key_{number}"] = chunk.key
        given[f"list_{number}"] = ""
        if not stored.has(chunk, codec):
            given[f"list_{number}"] = _list(chunk, gzip)
            given[f"files_{number}"] = len(chunk.files)
            given[f"names_{number}"] = "plain" if chunk.plain else "any"
            given[f"expected_{number}"] = chunk.digest
    return given


def _list(chunk: Chunk, gzip: bool) -> str:
    paths = nul_list([entry.path for entry in (*chunk.files, *chunk.others)])
    _, payload = pack({"paths": paths}, gzip=gzip, always=True)
    return base64.b64encode(payload).decode()


def changed(chunks: Sequence[Chunk], told: bytes, address: str) -> ConsoleError:
    """Return the error for an artifact whose files are not those of its manifest."""
    found = dict(parse_digest(line) for line in records(told) if " *" in line)
    files = [entry for chunk in chunks for entry in chunk.files]
    wrong = [entry.path for entry in files if found.get(entry.path, entry.digest) != entry.digest]
    which = f"{len(wrong)} files, such as {wrong[0]!r}, have" if wrong else "At least one file has"
    return ConsoleError(
        "artifact-changed",
        f"{which} other contents than the artifact's manifest says.",
        where=address,
        remedy="Was the artifact changed on the build host after it was built? Build the commit again.",
    )
