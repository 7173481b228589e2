"""What differs between two `config.php`: websites, groups and stores, and shared settings."""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec

from core.magento.php_values import Array, Value

Kind = Literal["website", "group", "store"]
_KINDS: Final[tuple[tuple[str, Kind], ...]] = (
    ("websites", "website"),
    ("groups", "group"),
    ("stores", "store"),
)


class Scope(msgspec.Struct, frozen=True):
    """A website, group (the "store" of the admin panel) or store view."""

    kind: Kind
    code: str
    name: str
    changes: tuple[str, ...] = ()
    """Which of its columns differ."""


class ScopesDifference(msgspec.Struct, frozen=True):
    """What an import would do to the scopes of a system that has the old ones."""

    created: tuple[Scope, ...]
    changed: tuple[Scope, ...]
    deleted: tuple[Scope, ...]
    """Their orders, settings and URLs in the database go with them."""


class SettingChange(msgspec.Struct, frozen=True):
    """One shared setting that differs. `absent` tells None from not being there."""

    path: str
    scope: str
    """`default`, `websites/<code>` or `stores/<code>`."""
    before: Value
    after: Value
    absent_before: bool = False
    absent_after: bool = False


def scopes_difference(old: Array, new: Array) -> ScopesDifference:
    """Compare the scopes of two files. A section that the new file lacks is not imported: no difference.

    Entries are the same when their codes are, or else their ids (a code that changed), as
    `Magento\\Store\\Model\\Config\\Importer` matches them.
    """
    created: list[Scope] = []
    changed: list[Scope] = []
    deleted: list[Scope] = []
    if not isinstance(new.get("scopes"), dict):
        return ScopesDifference((), (), ())
    for section, kind in _KINDS:
        before, after = _by_code(old, section, kind), _by_code(new, section, kind)
        renamed = _renamed(before, after, f"{kind}_id")
        for code, item in after.items():
            former = before.get(code) or before.get(renamed.get(code, ""))
            if former is None:
                created.append(_scope(kind, code, item))
            elif columns := _columns(former, item):
                changed.append(_scope(kind, code, item, columns))
        kept = set(after) | set(renamed.values())
        deleted += [_scope(kind, code, item) for code, item in before.items() if code not in kept]
    return ScopesDifference(tuple(created), tuple(changed), tuple(deleted))


def _by_code(config: Array, section: str, kind: Kind) -> dict[str, Array]:
    scopes = config.get("scopes")
    entries = scopes.get(section) if isinstance(scopes, dict) else None
    if not isinstance(entries, dict):
        return {}
    return {str(item.get("code", key)): item for key, item in entries.items() if isinstance(item, dict)}


def _renamed(before: dict[str, Array], after: dict[str, Array], ident: str) -> dict[str, str]:
    """Return new code -> old code of entries that kept their id."""
    gone = {str(item.get(ident)): code for code, item in before.items() if code not in after}
    return {
        code: gone[str(item.get(ident))]
        for code, item in after.items()
        if code not in before and item.get(ident) is not None and str(item.get(ident)) in gone
    }


def _columns(before: Array, after: Array) -> tuple[str, ...]:
    keys = dict.fromkeys((*before, *after))
    return tuple(str(key) for key in keys if before.get(key) != after.get(key))


def _scope(kind: Kind, code: str, item: Array, changes: tuple[str, ...] = ()) -> Scope:
    return Scope(kind, code, str(item.get("name", code)), changes)


def settings_difference(old: Array, new: Array) -> tuple[SettingChange, ...]:
    """Compare the shared settings (`system`) of two files, in the new file's order, removed ones last."""
    before, after = dict(_settings(old)), dict(_settings(new))
    return tuple(
        SettingChange(
            path, scope, before.get((scope, path)), after.get((scope, path)),
            absent_before=(scope, path) not in before, absent_after=(scope, path) not in after,
        )
        for scope, path in dict.fromkeys((*after, *before))
        if not _same(before, after, (scope, path))
    )  # fmt: skip


def _same(
    before: dict[tuple[str, str], Value], after: dict[tuple[str, str], Value], key: tuple[str, str]
) -> bool:
    """Tell whether a setting is the same, its type too: '1' and 1 give another hash."""
    if (key in before) != (key in after):
        return False
    return type(before[key]) is type(after[key]) and before[key] == after[key]


def _settings(config: Array) -> Iterator[tuple[tuple[str, str], Value]]:
    system = config.get("system")
    if not isinstance(system, dict):
        return
    for scope, values in system.items():
        if scope == "default":
            for path, value in _leaves(values, ()):
                yield ("default", path), value
        elif isinstance(values, dict):
            for code, inner in values.items():
                for path, value in _leaves(inner, ()):
                    yield (f"{scope}/{code}", path), value


def _leaves(value: Value, path: tuple[str, ...]) -> Iterator[tuple[str, Value]]:
    """Yield the path and value of each leaf; an empty array is one."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(inner, (*path, str(key)))
    else:
        yield "/".join(path), value
