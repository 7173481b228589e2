"""What lies in a directory, as a mapping that shows what was changed between two looks."""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

Look: TypeAlias = Mapping[str, str]
"""Path -> kind, mode, owner, and the digest of its content or where it leads."""


class Trees:
    """Looks at a directory again and again; content is read again only where its change time moved."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[tuple[int, int, int], str] = {}

    def look(self) -> dict[str, str]:
        """Return all that lies there now."""
        found: dict[str, str] = {}
        self._into(str(self.root), "", found)
        return found

    def _into(self, place: str, before: str, found: dict[str, str]) -> None:
        with os.scandir(place) as entries:
            for entry in entries:
                state = entry.stat(follow_symlinks=False)
                name = before + entry.name
                if entry.is_dir(follow_symlinks=False):
                    found[name] = f"{state.st_mode:o} {state.st_uid} "
                    self._into(entry.path, f"{name}/", found)
                else:
                    found[name] = f"{state.st_mode:o} {state.st_uid} {self._content(entry.path, state)}"

    def _content(self, path: str, state: os.stat_result) -> str:
        if stat.S_ISLNK(state.st_mode):
            return str(Path(path).readlink())
        if not stat.S_ISREG(state.st_mode):
            return ""
        key = (state.st_dev, state.st_ino, state.st_ctime_ns)
        if key not in self._known:
            self._known[key] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return self._known[key]


def changed(before: Look, after: Look, left_out: Iterable[str] = ()) -> list[str]:
    """Return the paths that were added, removed or changed. left_out: patterns of what may be; `*` goes over `/`."""
    patterns = tuple(left_out)
    moved = {path for path in {*before, *after} if before.get(path) != after.get(path)}
    return sorted(path for path in moved if not any(fnmatchcase(path, pattern) for pattern in patterns))
