"""The new text of env.php or config.php: what Magento made of its settings, in the file as people keep it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from core.errors import ConsoleError
from core.magento.php_config import read
from core.magento.php_edit import REMOVE, Changes, KeyPath, edit, identical
from core.magento.php_values import Array, Expression, Key, Value


def new_file(
    before: bytes, name: str, result: Value, changed: Iterable[KeyPath], more: "Changes | None" = None
) -> bytes:
    """Return the file with the settings that Magento changed, and `more` entries beside them.

    `result` is all that Magento wrote, `changed` the keys of the settings that were asked for. Only their entries are
    edited: comments, and what PHP computes, stay. All of `system` is written anew only where the order of its keys,
    which is hashed, asks for it. Raises ConsoleError as `edit` does, and `php-config-computed` where that would
    freeze a computed value.
    """
    if not isinstance(result, dict) or "system" not in result:
        return edit(before, more or {}, name)
    wanted = result["system"]
    file = read(before, name)
    single = edit(file, {**_entries(result, changed), **(more or {})}, name)
    if _agrees(read(single, name).values.get("system", {}), wanted):
        return single
    if _is_computed(file.values.get("system")):
        raise ConsoleError(
            "php-config-computed", f"A value in the settings of {name} is computed by PHP, and would be frozen.",
            where=name, remedy="Write the value itself there, or set it by an environment variable; nothing was changed.",
        )  # fmt: skip
    return edit(file, {("system",): wanted, **(more or {})}, name)


def _entries(result: Array, changed: Iterable[KeyPath]) -> Mapping[KeyPath, Any]:
    """Return what the changed settings came to, in the order in which Magento has them."""
    found = dict(_in(result, path) for path in changed)
    return dict(sorted(found.items(), key=lambda entry: _position(result, entry[0])))


def _in(values: Value, path: KeyPath) -> tuple[KeyPath, Any]:
    """Return a path with its value; where an array above it is gone, that array with its removal."""
    for depth, key in enumerate(path, 1):
        if not isinstance(values, dict) or key not in values:
            return path[:depth], REMOVE
        values = values[key]
    return path, values


def _position(values: Value, path: KeyPath) -> tuple[int, ...]:
    """Return where an entry stands, by levels; what is gone comes first."""
    found: list[int] = []
    for key in path:
        keys: list[Key] = list(values) if isinstance(values, dict) else []
        if key not in keys:
            return (-1, *found)
        found.append(keys.index(key))
        values = values[key] if isinstance(values, dict) else None
    return tuple(found)


def _agrees(mine: Value, wanted: Value) -> bool:
    """Tell whether the file says what Magento wrote; what is computed was computed for Magento too."""
    if isinstance(mine, Expression):
        return not isinstance(wanted, dict)
    if isinstance(mine, dict) and isinstance(wanted, dict):
        return list(mine) == list(wanted) and all(_agrees(mine[key], wanted[key]) for key in mine)
    return identical(mine, wanted)


def _is_computed(value: Value) -> bool:
    if isinstance(value, dict):
        return any(_is_computed(inner) for inner in value.values())
    return isinstance(value, Expression)
