"""Edits single entries of a PHP configuration file; all other bytes stay as they are."""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, TypeAlias

from core.errors import ConsoleError
from core.magento.php_array import ArrayNode, Patch
from core.magento.php_config import PhpFile, read
from core.magento.php_values import Array, Key, Value, array_key


class Removal(Enum):
    """The type of `REMOVE`."""

    REMOVE = "remove"


REMOVE: Final = Removal.REMOVE
"""In place of a value: the entry goes."""
KeyPath: TypeAlias = tuple[Key, ...]
Changes: TypeAlias = "Mapping[KeyPath, Value | Removal]"


def edit(source: bytes | PhpFile, changes: Changes, name: str = "config.php") -> bytes:
    """Return the file with entries set or removed, by their path of keys. Arrays on the way are made.

    A file that was read already is not read again. What is removed and not there is no mistake. The result is
    read, and proven to hold the changes and nothing else. Raises ConsoleError `php-config-broken` or
    `php-config-computed` for a file that can't be read, and `php-config-not-editable` where there is no place for
    a change.
    """
    file = source if isinstance(source, PhpFile) else read(source, name)
    changes = {tuple(array_key(part) if isinstance(part, str) else part for part in path): value
               for path, value in changes.items()}  # fmt: skip
    try:
        return _in_batches(file, _batches(changes, beside_removals=True), name)
    except ConsoleError:
        return _in_batches(file, _batches(changes, beside_removals=False), name)


def _in_batches(file: PhpFile, batches: Iterable[Changes], name: str) -> bytes:
    for batch in batches:
        file = _edited(file, batch, name)
    return file.source


def _batches(changes: Changes, *, beside_removals: bool) -> Iterable[Changes]:
    """Yield the changes in parts, in their order: within one no change is within another.

    None is beside a removal either, unless `beside_removals`: that is quicker, and goes well where each entry has
    lines of its own.
    """
    batch: dict[KeyPath, Value | Removal] = {}
    above: set[KeyPath] = set()
    removed_in: set[KeyPath] = set()
    for path, value in changes.items():
        mine = {path[:depth] for depth in range(len(path))}
        within = path in above or not mine.isdisjoint(batch)
        beside = not removed_in.isdisjoint(mine) or (value is REMOVE and path[:-1] in above)
        if within or (beside and not beside_removals):
            yield batch
            batch, above, removed_in = {}, set(), set()
        batch[path] = value
        above |= mine
        if value is REMOVE:
            removed_in.add(path[:-1])
    if batch:
        yield batch


def _edited(file: PhpFile, changes: Changes, name: str) -> PhpFile:
    wanted = file.values
    patches: list[Patch] = []
    added: dict[KeyPath, Array] = {}
    for path, value in changes.items():
        if not path:
            raise _impossible(name, path, "the file as a whole is not one entry")
        _refuse_duplicates(file, path, name)
        wanted = _with(wanted, path, value)
        if path in file.places:
            patches += _changed(file, path, value, name)
        elif not isinstance(value, Removal):
            above = _nearest(file, path, name)
            _put(added.setdefault(above, {}), path[len(above) :], value)
    for above, entries in added.items():
        patches += _array(file, above, name).added(entries)
    result = read(_patched(file.source, patches, name), name)
    if not identical(result.values, wanted):
        raise _impossible(name, next(iter(changes)), "the file would say something else afterwards")
    return result


def _changed(file: PhpFile, path: KeyPath, value: "Value | Removal", name: str) -> list[Patch]:
    """Return the patch of an entry that is there; none when it has the value already."""
    if isinstance(value, Removal):
        return [_array(file, path[:-1], name).without(file.places[path].start)]
    if identical(_at(file.values, path), value):
        return []
    place = file.places[path]
    text = _array(file, path[:-1], name).written(value)
    return [Patch(place.value_start, place.end, text)]


def _array(file: PhpFile, path: KeyPath, name: str) -> ArrayNode:
    node = ArrayNode.at(file, path)
    if node is None:
        raise _impossible(name, path, "it is no array that is written out")
    return node


def _nearest(file: PhpFile, path: KeyPath, name: str) -> KeyPath:
    """Return the path of the innermost array on the way that is there."""
    depth = max(depth for depth in range(len(path)) if depth == 0 or path[:depth] in file.places)
    if not isinstance(_at(file.values, path[:depth]), dict):
        raise _impossible(name, path[:depth], "a single value stands where an array would have to be")
    return path[:depth]


def _refuse_duplicates(file: PhpFile, path: KeyPath, name: str) -> None:
    for twice in file.duplicates:
        if path[: len(twice)] == twice or twice[: len(path)] == path:
            raise _impossible(name, twice, "it is there more than once")


def _impossible(name: str, path: KeyPath, what: str) -> ConsoleError:
    # Keys only: never a value.
    where = "/".join(map(str, path)) or "the array"
    return ConsoleError(
        "php-config-not-editable",
        f"{where} can't be edited: {what}",
        where=name,
        remedy="edit the file by hand; nothing was changed",
    )


def _patched(source: bytes, patches: list[Patch], name: str) -> bytes:
    parts, done = [], 0
    for patch in sorted(patches, key=lambda patch: (patch.start, patch.end)):
        if patch.start < done:
            raise _impossible(name, (), "two changes are in each other's way")
        parts += [source[done : patch.start], patch.text.encode("utf-8", "surrogateescape")]
        done = patch.end
    return b"".join([*parts, source[done:]])


def _at(values: Value, path: KeyPath) -> Value:
    for key in path:
        assert isinstance(values, dict)
        values = values[key]
    return values


def _put(values: Array, path: KeyPath, value: Value) -> None:
    for key in path[:-1]:
        inner = values.setdefault(key, {})
        assert isinstance(inner, dict)
        values = inner
    values[path[-1]] = value


def _with(values: Array, path: KeyPath, value: "Value | Removal") -> Array:
    """Return a copy of nested arrays with one entry changed; only what is on the way is copied."""
    copy, key = dict(values), path[0]
    if len(path) == 1:
        if isinstance(value, Removal):
            copy.pop(key, None)
        else:
            copy[key] = value
        return copy
    inner = copy.get(key, {} if not isinstance(value, Removal) else None)
    if isinstance(inner, dict):
        copy[key] = _with(inner, path[1:], value)
    return copy


def identical(one: Value, other: Value) -> bool:
    """Tell whether PHP's `===` holds for two values: types and the order of keys count."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(identical(value, other[key]) for key, value in one.items())
    return type(one) is type(other) and (one == other and repr(one) == repr(other))
