"""What an artifact holds: every file, link and empty directory; the digest of it is the artifact's id."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final, Literal

import msgspec

from core.errors import ConsoleError

Kind = Literal["file", "link", "directory"]
FILE_MODE: Final = 0o644
EXECUTABLE_MODE: Final = 0o755
_HEADER: Final = "mageconsole manifest 1"
_UNSAFE = re.compile(r"^/|(?:^|/)(?:\.{0,2})(?:/|\Z)")  # absolute, or an empty, `.` or `..` component
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ManifestError(ConsoleError):
    """A manifest that can't be read, or that names what no artifact may hold."""

    def __init__(self, what: str) -> None:
        super().__init__(
            "manifest-damaged", what, remedy="Build the artifact again; the stored manifest is not used."
        )


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One thing in an artifact.

    A path is relative; bytes that are not UTF-8 are surrogate escapes. Modes are normalised by the
    executable bit alone, so that the umask of whoever built does not change the id; on a host the umask
    configured there applies. Only directories without contents are entries, the others follow from paths.
    """

    path: str
    kind: Kind = "file"
    mode: int = FILE_MODE
    """0o644 or 0o755; means something for files only."""
    size: int = 0
    digest: str = ""
    """SHA-256 of a file's contents, hexadecimal."""
    target: str = ""
    """Where a link points to, as it is written."""


def file(path: str, size: int, digest: str, *, executable: bool = False) -> Entry:
    """Return the entry of a file."""
    return Entry(path, "file", EXECUTABLE_MODE if executable else FILE_MODE, size, digest)


def link(path: str, target: str) -> Entry:
    """Return the entry of a symbolic link."""
    return Entry(path, "link", target=target)


def directory(path: str) -> Entry:
    """Return the entry of an empty directory."""
    return Entry(path, "directory")


class Manifest(msgspec.Struct, frozen=True, dict=True):
    """All entries of an artifact, sorted by the bytes of their paths. Make it with `of`."""

    entries: tuple[Entry, ...]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "Manifest":
        """Return the manifest of entries in any order. Raises ManifestError for a path given twice."""
        ordered = sorted(entries, key=lambda entry: os.fsencode(entry.path))
        manifest = cls(tuple(ordered))
        if len(manifest.by_path) != len(ordered):
            raise ManifestError("A path is in the manifest twice.")
        return manifest

    @cached_property
    def by_path(self) -> dict[str, Entry]:
        """The entries by path."""
        return {entry.path: entry for entry in self.entries}

    @cached_property
    def size(self) -> int:
        """The bytes of all files."""
        return sum(entry.size for entry in self.entries)

    @cached_property
    def encoded(self) -> bytes:
        """The canonical form: NUL-ended records, whose SHA-256 is the id."""
        records = [_HEADER]
        for path, kind, mode, size, digest, target in map(msgspec.structs.astuple, self.entries):
            if kind == "file":
                records.append(f"f {mode:o} {size} {digest} {path}")
            elif kind == "link":
                records.extend((f"l {path}", target))
            else:
                records.append(f"d {path}")
        records.append("")
        return os.fsencode("\0".join(records))

    @cached_property
    def id(self) -> str:
        """The artifact's id, 64 hexadecimal characters."""
        return hashlib.sha256(self.encoded).hexdigest()

    @cached_property
    def directories(self) -> frozenset[str]:
        """Every directory of the tree, also those that only follow from the paths in them."""
        found = {entry.path for entry in self.entries if entry.kind == "directory"}
        for entry in self.entries:
            parent = entry.path.rpartition("/")[0]
            while parent and parent not in found:
                found.add(parent)
                parent = parent.rpartition("/")[0]
        return frozenset(found)


def decode(data: bytes, expected_id: str = "") -> Manifest:
    """Read the canonical form. Raises ManifestError, also when it is not the manifest of `expected_id`."""
    if expected_id and hashlib.sha256(data).hexdigest() != expected_id:
        raise ManifestError(f"The stored manifest is not that of artifact {expected_id[:12]}.")
    records = os.fsdecode(data).split("\0")
    if records[0] != _HEADER or records[-1] != "":
        raise ManifestError("The manifest has no known header, or its end is missing.")
    try:
        entries = tuple(_entries(iter(records[1:-1])))
    except (ValueError, StopIteration, RuntimeError) as error:
        raise ManifestError("The manifest holds a record that can't be read.") from error
    manifest = Manifest(entries)
    _check(manifest)
    return manifest


def _entries(records: Iterator[str]) -> Iterator[Entry]:
    for record in records:
        kind, _, rest = record.partition(" ")
        if kind == "f":
            mode, size, digest, path = rest.split(" ", 3)
            yield Entry(path, "file", int(mode, 8), int(size), digest)
        elif kind == "l":
            yield Entry(rest, "link", target=next(records))
        elif kind == "d":
            yield Entry(rest, "directory")
        else:
            raise ValueError(kind)


def _check(manifest: Manifest) -> None:
    """Refuse what would be written outside a release, and what is not canonical."""
    before = b""
    for entry in manifest.entries:
        path = os.fsencode(entry.path)
        if path <= before or _UNSAFE.search(entry.path):
            raise ManifestError("The manifest is not sorted, or names a path outside the artifact.")
        if entry.kind == "file" and (
            entry.mode not in (FILE_MODE, EXECUTABLE_MODE) or not _DIGEST.fullmatch(entry.digest)
        ):
            raise ManifestError("The manifest holds a mode or a digest that it can't hold.")
        before = path
