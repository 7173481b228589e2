"""What is kept beside a release on its host."""

import asyncio

from core.errors import ConsoleError
from core.release import names
from core.release.artifact import read_whole
from core.release.layout import Layout
from core.release.manifest import Manifest, decode
from core.ssh.host import Host


async def read_release_manifest(host: Host, layout: Layout, release: str) -> Manifest:
    """Return the manifest of a complete release. Raises ConsoleError `manifest-damaged`, `file-unread`."""
    data = await read_whole(host, f"{layout.mark(release)}/manifest")
    manifest = await asyncio.to_thread(decode, data)
    parsed = names.parse(release)
    if parsed is None or not manifest.id.startswith(parsed[1]):
        raise ConsoleError(
            "manifest-damaged",
            f"The manifest kept for {release} is that of another artifact.",
            where=host.address,
            remedy="Promote the artifact again; the release is not used as a base until then.",
        )
    return manifest
