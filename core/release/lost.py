"""What the switch would lose: it lives in the live release, but in neither artifact nor shared (decision 17)."""

import msgspec

from core.release.drift import Drift, quick_drift
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
    return lost(await quick_drift(host, layout, live, live_manifest, shared), new)


def lost(found: Drift, new: Manifest) -> Lost:
    """Decide what of a release's drift the new artifact does not have. Pure.

    A path that the new artifact ships is not lost when it was added on the host, for it was meant to be
    shipped; a changed one is told even then, for nobody knows whether the change is in the new one.
    """
    return Lost(
        added=tuple(path for path in found.extra if path not in new.by_path),
        changed=found.changed,
    )
