"""How a release on a host differs from its artifact: files changed, removed or added there by hand or by programs."""

import asyncio
from typing import Final

import msgspec

from core.release.layout import Layout
from core.release.linkable import TOPS
from core.release.manifest import Entry, Manifest
from core.release.script import records, script
from core.release.shared import Shared, outermost
from core.release.stream import collect
from core.release.survey import Survey, parse_digest, survey
from core.ssh.host import Host

RUNTIME: Final = (
    "var/cache", "var/page_cache", "var/tmp", "var/generation", "var/di", "var/locks", "pub/static/_cache",
    "var/composer_home", "var/resource_config.json", "var/.setup_cronjob_status", "var/.update_cronjob_status",
    "var/.maintenance.flag", "var/.maintenance.ip", "var/.mageconsole-maintenance", "app/etc/env.php",
)  # fmt: skip
"""What a running shop makes and can lose at any time, or what this console puts there."""
_GROWING: Final = ("generated/", "pub/static/", "var/view_preprocessed/")
"""Trees into which Magento adds files when they are asked for; only changes count there."""


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """Paths that differ, sorted."""

    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    """In the release, but not in its artifact; without what Magento itself adds while it runs."""
    digests: dict[str, str] = {}
    """What the changed files hold now, SHA-256; of a path that is no regular file any more there is none."""

    @property
    def nothing(self) -> bool:
        """Whether the release is as it was built."""
        return not (self.changed or self.missing or self.extra)


async def deep_verify(host: Host, layout: Layout, release: str, manifest: Manifest, shared: Shared) -> Drift:
    """Hash all of a release and compare it with its artifact's manifest (`check --deep`). Changes nothing.

    Raises ConsoleError `release-unread`.
    """
    return await _look(host, layout, release, manifest, shared, trees=())


async def quick_drift(host: Host, layout: Layout, release: str, manifest: Manifest, shared: Shared) -> Drift:
    """Do the same, but trust in the linkable trees what is as it was recorded when the release was complete.

    Raises ConsoleError `release-unread`, `not-surveyed`.
    """
    found, rest = await asyncio.gather(
        survey(host, layout, release), _look(host, layout, release, manifest, shared, trees=TOPS)
    )
    known = manifest.by_path
    gone = {path for path in found.changed if path not in found.extra and path in known}
    touched = found.changed & found.extra | found.tampered(manifest)
    altered = {p for p in touched if p in known and not _as_built(known[p], found)}
    extra = {path for path in found.extra if path not in known and not path.startswith(_GROWING)}
    now = {path: found.touched[path] for path in altered if path in found.touched}
    return Drift(
        changed=tuple(sorted({*rest.changed, *altered})),
        missing=tuple(sorted({*rest.missing, *gone})),
        extra=tuple(sorted({*rest.extra, *extra})),
        digests={**rest.digests, **now},
    )


def _as_built(entry: Entry, found: Survey) -> bool:
    """Whether a path that was touched still holds what its artifact does."""
    if entry.kind == "link":
        return found.targets.get(entry.path) == entry.target
    return found.touched.get(entry.path) == entry.digest


async def _look(
    host: Host, layout: Layout, release: str, manifest: Manifest, shared: Shared, *, trees: tuple[str, ...]
) -> Drift:
    text = script("drift", release=layout.release(release), runtime=" ".join(RUNTIME), trees=" ".join(trees))
    what = f"Release {release} can't be read"
    data = await collect(host, text, code="release-unread", what=what)
    return await asyncio.to_thread(_compare, data, manifest, shared, trees)


def _compare(data: bytes, manifest: Manifest, shared: Shared, trees: tuple[str, ...]) -> Drift:
    listed, _, hashed = (
        data.removeprefix(b"\0").partition(b"\0\0") if data[:2] != b"\0\0" else (b"", b"", data[2:])
    )
    digests = dict(parse_digest(record) for record in records(hashed))
    links: dict[str, str] = {}
    found = iter(records(listed + b"\0") if listed else ())
    for record in found:
        kind, _, rest = record.partition("\t")
        if kind == "l":
            links[rest.removeprefix("./")] = next(found)
    skipped = tuple(f"{tree}/" for tree in trees)
    linked = {*outermost(shared.dirs), *(path.strip("/") for path in shared.files)}
    # What an artifact ships at a path that this environment shares has made way for the link.
    replaced = linked & links.keys()
    inside = tuple(f"{path}/" for path in replaced)
    changed: list[str] = []
    missing: list[str] = []
    for entry in manifest.entries:
        if entry.kind == "directory" or entry.path.startswith(skipped) or _runtime(entry.path):
            continue
        if entry.path in replaced or entry.path.startswith(inside):
            continue
        if entry.path not in digests and entry.path not in links:
            missing.append(entry.path)
        elif digests.get(entry.path, "") != entry.digest or links.get(entry.path, "") != entry.target:
            changed.append(entry.path)
    extra = [
        path
        for path in [*digests, *(path for path in links if path not in linked)]
        if path not in manifest.by_path and not path.startswith(_GROWING)
    ]
    return Drift(
        changed=tuple(changed),
        missing=tuple(missing),
        extra=tuple(sorted(extra)),
        digests={path: digests[path] for path in changed if path in digests},
    )


def _runtime(path: str) -> bool:
    return any(path == one or path.startswith(f"{one}/") for one in RUNTIME)
