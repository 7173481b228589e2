"""What became of a release since it was complete: which of its files may still be linked (decision 19)."""

import msgspec

from core.errors import ConsoleError
from core.release.layout import Layout
from core.release.linkable import TOPS
from core.release.manifest import Manifest
from core.release.script import records, script
from core.release.stream import fetch
from core.ssh.host import Host


class Survey(msgspec.Struct, frozen=True, kw_only=True):
    """What differs, in a release's linkable trees, from what was recorded. Paths as in the manifest."""

    changed: frozenset[str] = frozenset()
    """Recorded, but now another inode, size, time or mode, or gone."""
    extra: frozenset[str] = frozenset()
    """Files and links that are not recorded so; those that changed are among them."""
    extra_directories: frozenset[str] = frozenset()
    touched: dict[str, str] = {}
    """Regular files whose ctime is not the recorded one, with the digest that they have now."""
    targets: dict[str, str] = {}
    """Links that are not recorded so, with where they lead now."""

    def tampered(self, manifest: Manifest) -> frozenset[str]:
        """Return the files whose contents are not those of the manifest, though nothing but ctime shows it."""
        known = manifest.by_path
        return frozenset(
            path for path, digest in self.touched.items() if path not in known or known[path].digest != digest
        )


def index_parameters(layout: Layout) -> dict[str, str | int]:
    """Return what the scripts need that work with the index of releases."""
    return {"tops": " ".join(TOPS), "inodes": f"{layout.dot}/inodes"}


async def survey(host: Host, layout: Layout, release: str, *, receiving: str = "") -> Survey:
    """Compare a complete release with its index. Changes nothing. Raises ConsoleError `not-surveyed`.

    receiving: a release that is being received and may have been linked from this one already.
    """
    text = script(
        "index survey",
        release=layout.release(release),
        mark=layout.mark(release),
        receiving=f"{layout.mark(receiving)}/incoming" if receiving else "",
        **index_parameters(layout),
    )
    what = f"Release {release} can't be compared with its record"
    return _survey(await fetch(host, text, code="not-surveyed", what=what), host.address)


def _survey(data: bytes, address: str) -> Survey:
    head, newline, rest = data.partition(b"\n")
    sizes = [int(size) for size in head.split()]
    if not newline or len(sizes) != 6 or sum(sizes) != len(rest):
        raise ConsoleError("not-surveyed", "The comparison's answer is cut off.", where=address)
    parts: list[list[str]] = []
    for size in sizes:
        parts.append(records(rest[:size]))
        rest = rest[size:]
    gone_files, new_files, gone_others, new_others, digests, links = parts
    return Survey(
        changed=frozenset(_path(line) for line in gone_files + gone_others),
        extra=frozenset(_path(line) for line in new_files + new_others if not line.startswith("d")),
        extra_directories=frozenset(_path(line) for line in new_others if line.startswith("d")),
        touched=dict(parse_digest(line) for line in digests),
        targets={path.removeprefix("./"): to for path, to in zip(links[::2], links[1::2], strict=True)},
    )


def _path(line: str) -> str:
    return line.split("\t", 5)[5].removeprefix("./")


def parse_digest(line: str) -> tuple[str, str]:
    """Return path and digest of a record `digest *./path`."""
    digest, _, path = line.partition(" *")
    return path.removeprefix("./"), digest
