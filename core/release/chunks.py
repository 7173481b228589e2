"""Cutting what is missing into sub-archives, each for the hosts that need it. Pure."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import chain
from typing import Final

import msgspec

from core.release.manifest import Entry, Manifest
from core.release.script import nul_list

MOST_BYTES: Final = 15 << 20
"""Uncompressed. One is unpacked while another is received, so an interruption costs at most 32 MB on a host."""
_LEAST_BYTES_A_FILE: Final = 2048
"""What a small file weighs at least: many of them take time, not bytes."""


class Chunk(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """One sub-archive."""

    entries: tuple[Entry, ...]
    hosts: tuple[str, ...]
    """The addresses that need it, sorted."""

    @cached_property
    def size(self) -> int:
        """Bytes, uncompressed."""
        return sum(entry.size for entry in self.entries)

    @cached_property
    def files(self) -> list[Entry]:
        """The files, which have contents to check."""
        return [entry for entry in self.entries if entry.kind == "file"]

    @cached_property
    def others(self) -> list[Entry]:
        """Links and empty directories."""
        return [entry for entry in self.entries if entry.kind != "file"]

    @cached_property
    def directories(self) -> frozenset[str]:
        """Every directory above its entries."""
        found: set[str] = set()
        for entry in self.entries:
            parent = entry.path.rpartition("/")[0]
            while parent and parent not in found:
                found.add(parent)
                parent = parent.rpartition("/")[0]
        return frozenset(found)

    @cached_property
    def plain(self) -> bool:
        """Whether no name holds a newline: faster tools can hash such files."""
        return not any("\n" in entry.path for entry in self.entries)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the sorted list of digests that the build host must find when it packs."""
        lines = sorted(f"{e.digest} *./{e.path}\0".encode("utf-8", "surrogateescape") for e in self.files)
        return hashlib.sha256(b"".join(lines)).hexdigest()

    @cached_property
    def key(self) -> str:
        """The name of its acknowledgement on a host."""
        return hashlib.sha256(nul_list([entry.path for entry in self.entries])).hexdigest()[:32]


def cut(manifest: Manifest, missing: Mapping[str, frozenset[str]]) -> list[Chunk]:
    """Return sub-archives that bring to each address the paths it misses, each path in one of them only.

    Paths that the same hosts miss travel together, so that no host gets what it has.
    """
    groups: dict[tuple[tuple[str, ...], bool], list[Entry]] = {}
    alike: dict[frozenset[str], tuple[str, ...]] = {}
    for address in sorted(missing):
        alike[missing[address]] = (*alike.get(missing[address], ()), address)
    for entry in manifest.entries:
        if using := [hosts for paths, hosts in alike.items() if entry.path in paths]:
            hosts = using[0] if len(using) == 1 else tuple(sorted(chain.from_iterable(using)))
            groups.setdefault((hosts, "\n" in entry.path), []).append(entry)
    return [
        Chunk(entries=part, hosts=hosts) for (hosts, _), entries in groups.items() for part in _parts(entries)
    ]


def _parts(entries: Iterable[Entry]) -> Iterable[tuple[Entry, ...]]:
    part: list[Entry] = []
    weight = 0
    for entry in entries:
        more = max(entry.size, _LEAST_BYTES_A_FILE)
        if part and weight + more > MOST_BYTES:
            yield tuple(part)
            part, weight = [], 0
        part.append(entry)
        weight += more
    if part:
        yield tuple(part)
