"""What a host can make of a new release from one that it has: links, copies, and what must go again. Pure."""

from collections.abc import Iterable
from typing import Final

import msgspec

from core.release.difference import unchanged
from core.release.linkable import TOPS, linkable
from core.release.manifest import Manifest
from core.release.survey import Survey

_UNIT_FILES: Final = 1500
"""A directory of at most so many files is linked as one, so that processes share the work evenly."""
_DEEPEST: Final = 5


class LinkPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How a new release begins. Paths; directories are linked whole, then what is stale goes from the new one."""

    linked: frozenset[str] = frozenset()
    """Files and links that end up shared with the base."""
    copies: tuple[str, ...] = ()
    """Files to copy on the host; each is hashed before it counts."""
    parents: tuple[str, ...] = ()
    """Directories to make first."""
    units: tuple[str, ...] = ()
    """Directories to link whole."""
    singles: tuple[str, ...] = ()
    """Files to link one by one."""
    stale: tuple[str, ...] = ()
    """Files and links that came with a unit, and are not wanted."""
    sound: tuple[str, ...] = ()
    """Those of them that are in the base as they should be."""
    stale_directories: tuple[str, ...] = ()
    """Deepest first."""


class _Node:
    __slots__ = ("children", "files", "good", "path", "total")

    def __init__(self, path: str) -> None:
        self.path = path
        self.total = 0
        self.good = 0
        self.files: list[str] = []
        """Those that count here and in no child."""
        self.children: dict[str, _Node] = {}


def plan_links(base: Manifest, new: Manifest, found: Survey) -> LinkPlan:
    """Decide what comes from `base`, whose state on the host is `found`, and how."""
    bad = found.changed | found.extra | found.tampered(base)
    same = unchanged(base, new)
    linked = frozenset(entry.path for entry in same if linkable(entry.path) and entry.path not in bad)
    copies = tuple(entry.path for entry in same if entry.kind == "file" and not linkable(entry.path))
    there = [entry.path for entry in base.entries if entry.kind != "directory" and _in_tops(entry.path)]
    there += [path for path in found.extra if path not in base.by_path]
    units, singles = _units(there, linked)
    brought = [path for path in there if _under(path, units)]
    directories = {path for path in base.directories | found.extra_directories if _under(path, units)}
    stale = tuple(path for path in brought if path not in linked)
    return LinkPlan(
        linked=linked,
        copies=copies,
        parents=tuple(sorted({path.rpartition("/")[0] for path in units} - {""})),
        units=tuple(sorted(units)),
        singles=tuple(singles),
        stale=stale,
        sound=tuple(p for p in stale if p in base.by_path and p not in bad and p not in found.touched),
        stale_directories=tuple(sorted(directories - new.directories, reverse=True)),
    )


def _in_tops(path: str) -> bool:
    return path.startswith(_TOP_PREFIXES)


_TOP_PREFIXES: Final = tuple(f"{top}/" for top in TOPS)


def _under(path: str, units: frozenset[str]) -> bool:
    """Whether a path is one of the units, or in one."""
    end = len(path)
    while end > 0:
        if path[:end] in units:
            return True
        end = path.rfind("/", 0, end)
    return False


def _units(paths: Iterable[str], wanted: frozenset[str]) -> tuple[frozenset[str], list[str]]:
    """Return the directories to link whole and the files to link one by one."""
    root = _Node("")
    for path in paths:
        _count(root, path, path in wanted)
    units: set[str] = set()
    singles: list[str] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.good == 0:
            continue
        if _whole(node):
            units.add(node.path)
        else:
            singles.extend(path for path in node.files if path in wanted)
            waiting.extend(node.children.values())
    return frozenset(units), singles


def _whole(node: _Node) -> bool:
    """Whether linking the directory as a whole is right and worth it; `app` and `pub` hold what is not linkable."""
    if not _in_tops(f"{node.path}/") or node.good * 2 < node.total:
        return False
    return node.total <= _UNIT_FILES or not node.children


def _count(root: _Node, path: str, good: bool) -> None:
    node = root
    node.good += good
    start = 0
    for _ in range(_DEEPEST):
        slash = path.find("/", start)
        if slash < 0:
            break
        name = path[start:slash]
        child = node.children.get(name)
        if child is None:
            child = node.children[name] = _Node(path[:slash])
        node = child
        node.total += 1
        node.good += good
        start = slash + 1
    node.files.append(path)
