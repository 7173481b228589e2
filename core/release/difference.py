"""What two manifests have in common and what not. Pure."""

import msgspec

from core.release.linkable import linkable
from core.release.manifest import Entry, Manifest

_COST_OF_A_FILE = 4096
"""Bytes that creating a file weighs as, when overlaps are compared."""


class Difference(msgspec.Struct, frozen=True):
    """How one artifact became another: paths, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether both are the same."""
        return not (self.added or self.changed or self.removed)


def difference(old: Manifest, new: Manifest) -> Difference:
    """Return which paths were added, changed (contents, kind, executable bit, target) and removed."""
    before, after = old.by_path, new.by_path
    return Difference(
        added=tuple(entry.path for entry in new.entries if entry.path not in before),
        changed=tuple(
            entry.path for entry in new.entries if entry.path in before and before[entry.path] != entry
        ),
        removed=tuple(entry.path for entry in old.entries if entry.path not in after),
    )


def unchanged(old: Manifest, new: Manifest) -> list[Entry]:
    """Return the files and links that are the same in both."""
    before = old.by_path
    return [entry for entry in new.entries if entry.kind != "directory" and before.get(entry.path) == entry]


def shared_weight(old: Manifest, new: Manifest) -> int:
    """Return how much of `new` could be linked from `old`: bytes, with each file's creation as 4 KiB."""
    return sum(entry.size + _COST_OF_A_FILE for entry in unchanged(old, new) if linkable(entry.path))
