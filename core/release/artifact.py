"""Artifacts on the build host: what is there, where it came from, and whether it was built already.

`.mageconsole/artifacts/<id>/` holds `tree`, `manifest`, `info.json`, and the mark `complete`, written last; then
`packs`, the tree as it is sent to hosts that have no release (see `packing`).
`.mageconsole/artifacts/by-input/<key>` holds the id of what was built from those inputs (decision 20).
"""

import hashlib
from collections.abc import Mapping
from typing import Final

import msgspec

from core.errors import ConsoleError
from core.release.layout import Layout
from core.release.manifest import Manifest, decode
from core.release.script import Guard, ask, pack, records, script, unguarded
from core.release.stream import fetch
from core.ssh.host import Host

_KEEP_LIMIT_S: Final = 300.0


class Info(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an artifact came from and what it holds."""

    id: str
    commit: str
    subject: str = ""
    branch: str = ""
    committed_at: str = ""
    php: str = ""
    """Version of the PHP that built it, `8.2.29`."""
    extensions: tuple[str, ...] = ()
    magento: str = ""
    content_version: str = ""
    """What `pub/static/deployed_version.txt` says."""
    locales: tuple[str, ...] = ()
    built_at: float = 0.0
    """Seconds since the epoch, when the build ended."""
    built_by: str = ""
    seconds: float = 0.0
    files: int = 0
    bytes: int = 0
    input_key: str = ""
    tools: dict[str, str] = {}


def artifacts(layout: Layout) -> str:
    """Return the directory of all artifacts."""
    return f"{layout.dot}/artifacts"


def tree(layout: Layout, artifact_id: str) -> str:
    """Return the directory that holds an artifact's files."""
    return f"{artifacts(layout)}/{artifact_id}/tree"


def packs(layout: Layout, artifact_id: str) -> str:
    """Return the directory that holds an artifact packed."""
    return f"{artifacts(layout)}/{artifact_id}/packs"


def input_key(inputs: Mapping[str, str]) -> str:
    """Return the key under which a build is found again: commit, configuration, versions of the tools."""
    return hashlib.sha256(msgspec.json.encode(dict(inputs), order="deterministic")).hexdigest()


async def keep(
    host: Host, layout: Layout, work_tree: str, manifest: Manifest, info: Info, *, guard: Guard = unguarded
) -> None:
    """Make a built tree an artifact: it is moved to its place, everything is on disk, then it is marked.

    An artifact with this id that is there already stays; `work_tree` is then left where it is. What the
    artifact's exclusions name must have been removed from the tree before. Raises ConsoleError
    `artifact-not-kept`.
    """
    parameters, payload = pack({"manifest": manifest.encoded, "info": msgspec.json.encode(info)})
    text = script(
        "artifact_keep",
        artifacts=artifacts(layout),
        id=manifest.id,
        tree=work_tree,
        key=info.input_key,
        **parameters,
    )
    await ask(
        host,
        guard(host.address, text),
        payload,
        code="artifact-not-kept",
        what="The artifact was built, but not stored",
        limit_s=_KEEP_LIMIT_S,
    )


async def available(host: Host, layout: Layout) -> tuple[Info, ...]:
    """Return the whole artifacts, newest first. One that is half made or damaged is never among them."""
    out = await ask(
        host, available_script(layout), code="artifacts-unread", what="The artifacts can't be listed"
    )
    return read_available(out)


def available_script(layout: Layout) -> str:
    """Return the script that lists; `read_available` reads what it prints."""
    return script("artifact_list", artifacts=artifacts(layout))


def read_available(out: bytes) -> tuple[Info, ...]:
    """Return the artifacts that the script found, newest first."""
    found = [info for record in records(out) if (info := _info(record)) is not None]
    return tuple(sorted(found, key=lambda info: info.built_at, reverse=True))


def _info(record: str) -> Info | None:
    artifact_id, _, text = record.partition("\n")
    try:
        info = msgspec.json.decode(text.encode("utf-8", "replace"), type=Info)
    except msgspec.DecodeError:
        return None
    return info if info.id == artifact_id else None


async def find(host: Host, layout: Layout, artifact_id: str) -> Info:
    """Return the artifact whose id begins so. Raises ConsoleError `no-artifact`, `artifact-ambiguous`."""
    matches = [info for info in await available(host, layout) if info.id.startswith(artifact_id)]
    if not matches:
        raise ConsoleError(
            "no-artifact",
            f"There is no artifact {artifact_id[:12]}.",
            where=host.address,
            remedy="Build the commit; the same commit with the same tools gives the same artifact.",
        )
    if len(matches) > 1:
        raise ConsoleError(
            "artifact-ambiguous",
            f"{len(matches)} artifacts begin with {artifact_id}.",
            where=host.address,
            remedy="Give more characters of the id.",
        )
    return matches[0]


async def find_built(host: Host, layout: Layout, key: str) -> Info | None:
    """Return the artifact that was built from these inputs, None when there is none that is whole."""
    text = script("artifact_by_input", artifacts=artifacts(layout), key=key)
    out = await ask(host, text, code="artifacts-unread", what="The artifacts can't be looked up")
    return next((info for record in records(out) if (info := _info(record)) is not None), None)


async def read_manifest(host: Host, layout: Layout, artifact_id: str) -> Manifest:
    """Return an artifact's manifest, checked against the id. Raises ConsoleError."""
    return decode(await read_whole(host, f"{artifacts(layout)}/{artifact_id}/manifest"), artifact_id)


async def read_whole(host: Host, path: str) -> bytes:
    """Return the contents of a file of any size, compressed on the way. Raises ConsoleError `file-unread`."""
    return await fetch(host, script("file_read", path=path), code="file-unread", what=f"{path} can't be read")
