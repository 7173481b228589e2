"""What the switch would lose: it lives in the live release, but in neither artifact nor shared (decision 17)."""

import msgspec

from core.errors import ConsoleError
from core.release.drift import Drift, deep_verify, quick_drift
from core.release.layout import Layout
from core.release.manifest import Manifest
from core.release.shared import Shared
from core.ssh.host import Host


class Lost(msgspec.Struct, frozen=True):
    """Paths that a switch would lose on one host, sorted."""

    added: tuple[str, ...]
    """Made on the host: sitemaps, feeds, verification files. To be shared, shipped or dropped."""
    changed: tuple[str, ...]
    """Of the live artifact, but altered on the host: hot-fixes."""

    @property
    def nothing(self) -> bool:
        """Whether the switch loses nothing."""
        return not (self.added or self.changed)


async def lost_at_switch(
    host: Host, layout: Layout, live: str, live_manifest: Manifest, new: Manifest, shared: Shared
) -> Lost:
    """Return what lives in the release `live` alone. Changes nothing. Raises ConsoleError."""
    try:
        found = await quick_drift(host, layout, live, live_manifest, shared)
    except ConsoleError as error:
        if error.code != "not-surveyed":
            raise
        found = await deep_verify(host, layout, live, live_manifest, shared)
    return lost(found, new)


def lost(found: Drift, new: Manifest) -> Lost:
    """Decide what of a release's drift the new artifact does not have. Pure.

    A path that the new artifact ships is not lost when it was added on the host, for it was meant to be
    shipped; a changed one is told unless the new artifact holds just what the host does: then the hot-fix
    was shipped. Nobody knows whether any other change is in the new one.
    """
    shipped = new.by_path
    return Lost(
        added=tuple(path for path in found.extra if path not in shipped),
        changed=tuple(
            path
            for path in found.changed
            if path not in shipped or not found.digests.get(path) or shipped[path].digest != found.digests[path]
        ),
    )
