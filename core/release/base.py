"""Choosing the release on a host that a new one shares most with."""

import asyncio

from core.errors import ConsoleError
from core.release import names
from core.release.artifact import read_whole
from core.release.difference import shared_weight
from core.release.inventory import Inventory, Release
from core.release.manifest import Manifest, decode
from core.release.sides import TargetSide

_ENOUGH = 0.9
_MOST_LOOKED_AT = 4


class Manifests:
    """Manifests of releases, each artifact's read once from whichever host has it."""

    def __init__(self, *known: Manifest) -> None:
        self._known = {manifest.id: manifest for manifest in known}
        self._turns: dict[str, asyncio.Lock] = {}

    async def of(self, target: TargetSide, release: Release) -> Manifest:
        """Return the manifest of a complete release. Raises ConsoleError."""
        async with self._turns.setdefault(release.artifact_id, asyncio.Lock()):
            if release.artifact_id not in self._known:
                data = await read_whole(target.host, f"{target.layout.mark(release.name)}/manifest")
                manifest = await asyncio.to_thread(decode, data, release.artifact_id)
                self._known[release.artifact_id] = manifest
        return self._known[release.artifact_id]


def candidates(inventory: Inventory, target: TargetSide, release: str) -> list[Release]:
    """Return the complete releases whose files have the rights that the new one's get; the live one first.

    Linked files share mode and group with their base, so another umask or group rules a base out.
    """
    fitting = [
        found
        for found in inventory.releases
        if found.complete
        and found.name != release
        and found.info
        and (found.info.umask, found.info.group) == (target.umask, target.group)
    ]
    return sorted(fitting, key=lambda found: (not found.live, -names.number(found.name)))[:_MOST_LOOKED_AT]


async def choose(
    target: TargetSide, found: list[Release], new: Manifest, manifests: Manifests
) -> tuple[str, Manifest] | None:
    """Return the best base with its manifest, None when there is none that shares anything."""
    if not found:
        return None
    whole = await asyncio.to_thread(shared_weight, new, new)
    best: tuple[int, str, Manifest] | None = None
    for release in found:
        try:
            manifest = await manifests.of(target, release)
        except ConsoleError as error:
            if error.code not in ("manifest-damaged", "file-unread"):
                raise
            continue  # such a release is no base, and may still be live
        weight = await asyncio.to_thread(shared_weight, manifest, new)
        if weight and (best is None or weight > best[0]):
            best = (weight, release.name, manifest)
        if weight >= whole * _ENOUGH:
            break
    return (best[1], best[2]) if best else None
