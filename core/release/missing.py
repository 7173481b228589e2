"""What hosts still miss of an artifact. Hosts that miss the same share the answers, which are long. Pure."""

from collections.abc import Set

from core.release.manifest import Manifest
from core.release.room import Footprint, footprint


class Missing:
    """Answers for one artifact."""

    def __init__(self, new: Manifest) -> None:
        self._new = new
        self._all = frozenset(new.by_path)
        self._footprints: dict[frozenset[str], Footprint] = {}

    def without(self, *there: Set[str]) -> frozenset[str]:
        """Return the paths of the artifact that are in none of the sets."""
        return self._all.difference(*there) if any(there) else self._all

    def footprint(self, missing: frozenset[str]) -> Footprint:
        """Return the room that these paths need."""
        if missing not in self._footprints:
            entries = (entry for entry in self._new.entries if entry.path in missing)
            self._footprints[missing] = footprint(entries)
        return self._footprints[missing]
