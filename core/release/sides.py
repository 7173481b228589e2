"""The two sides of a transfer, and what it came to."""

from collections.abc import Callable

import msgspec

from core.release.artifact import Info
from core.release.layout import Layout
from core.release.manifest import Manifest
from core.ssh.host import Host

Progress = Callable[[int, int], None]
"""(bytes done, bytes in all), over all hosts, uncompressed."""
Log = Callable[[str, str], None]
"""(address, one line) for people."""


class BuildSide(msgspec.Struct, frozen=True, kw_only=True):
    """Where an artifact is read from."""

    host: Host
    tree: str
    """The directory that holds the artifact's files."""
    manifest: Manifest
    info: Info
    packs: str = ""
    """Where the build stored the artifact's sub-archives; what is not there is packed when it is sent."""


class TargetSide(msgspec.Struct, frozen=True, kw_only=True):
    """A host that gets the artifact."""

    host: Host
    layout: Layout
    umask: str = "0022"
    group: str = ""
    """The group that the release's files are given to; empty: the login's."""


class HostReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a transfer did on one host."""

    linked: int
    """Files shared with the base by hard links."""
    copied: int
    """Files copied on the host from the base."""
    sent: int
    """Files that travelled, in all tries of this transfer that this run knows of."""
    bytes_sent: int
    """Uncompressed."""
    bytes_wire: int
    """As they went into the connection, lists included, ciphers and framing not."""
    base: str
    """The release that unchanged files came from, empty when there was none."""
    seconds: float


class TransferReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a transfer did."""

    release: str
    hosts: dict[str, HostReport]
    seconds: float
    artifact_files: int
    artifact_bytes: int
