"""Single changes of a TOML text; all other bytes stay as they are."""

from typing import Any

import tomlkit
from tomlkit.items import Array, InlineTable

from core.environments.place import Path
from core.environments.positions import Positions


def put(text: str, path: Path, value: Any) -> str:
    """Return the text with a value set. Raises KeyError, IndexError or TypeError where none can stand."""
    document = tomlkit.parse(text)
    *above, key = path
    parent: Any = document
    for depth, part in enumerate(above):
        if isinstance(parent, dict) and part not in parent:
            return _with_section(text, path, tuple(above[:depth]), value)
        parent = parent[part]
    in_place = isinstance(parent, list | InlineTable) or key in parent
    if not in_place:
        return _with_key(text, path, value)
    old = parent[key]
    if not (isinstance(old, Array) and isinstance(value, list) and _adjusted(old, value)):
        parent[key] = value
    return tomlkit.dumps(document)


def _adjusted(array: Array, wanted: list[Any]) -> bool:
    """Take items out of a list and put new ones at its end; the others keep their lines and comments.

    Tell whether that can lead to what is wanted; if not, nothing was done.
    """
    old = array.unwrap()
    kept = [item for item in old if item in wanted]
    if len(set(map(repr, old))) != len(old) or wanted[: len(kept)] != kept or not kept:
        return False
    for position in range(len(old) - 1, -1, -1):
        if old[position] not in wanted:
            del array[position]
    for item in wanted[len(kept) :]:
        array.append(item)
    return True


def without(text: str, path: Path) -> str:
    """Return the text without a key. Raises KeyError where there is none."""
    document = tomlkit.parse(text)
    *above, key = path
    parent: Any = document
    for part in above:
        parent = parent[part]
    del parent[key]
    return tomlkit.dumps(document)


def _line(keys: Path, value: Any) -> str:
    name = ".".join(tomlkit.key(str(key)).as_string() for key in keys)
    return f"{name} = {tomlkit.item(value).as_string()}"


def _with_key(text: str, path: Path, value: Any) -> str:
    """Add a key to a table that is there: after its last key, before the comment of the next table."""
    sections = Positions(text).sections
    # The nearest header above; a table without one was written with dotted keys.
    for depth in range(len(path) - 1, 0, -1):
        for section in sections:
            if section.path == path[:depth]:
                return _insert(text, section.end, [_line(path[depth:], value)])
    return _with_section(text, path, path[:1], value)


def _with_section(text: str, path: Path, near: Path, value: Any) -> str:
    """Add a table with one key: after the last table that shares the most with it."""
    related = [item.end for item in Positions(text).sections if item.path[: len(near)] == near]
    header = ".".join(tomlkit.key(str(key)).as_string() for key in path[:-1] if isinstance(key, str))
    after = max(related, default=text.count("\n") + 1)
    return _insert(text, after, ["", f"[{header}]", _line(path[-1:], value)])


def _insert(text: str, after: int, lines: list[str]) -> str:
    """Return the text with lines put in after the line of that number."""
    newline = "\r\n" if "\r\n" in text else "\n"
    old = text.split("\n")
    if after >= len(old):
        text += newline if old[-1] else ""
        return text + newline.join([*lines, ""])
    return "\n".join([*old[:after], newline.join([*lines, ""]) + "\n".join(old[after:])])
