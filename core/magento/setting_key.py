"""What names one setting: its path, and the scope at which it is set."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from core.magento.php_values import Array, Key, Value, array_key
from core.magento.scope import DEFAULT, Level, Scope, parse_scope

_PATH: Final = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+\Z", re.ASCII)


class SettingKey(msgspec.Struct, frozen=True, order=True):
    """One setting at one scope."""

    path: str
    """`section/group/field`; some have more parts (`system/full_page_cache/varnish/access_list`), few have two."""
    scope: Scope = DEFAULT

    def __str__(self) -> str:
        return self.path if self.scope == DEFAULT else f"{self.path} ({self.scope})"

    @property
    def in_file(self) -> tuple[Key, ...]:
        """The keys that lead to it in config.php and env.php, as PHP has them: digits are a number."""
        code = (self.scope.code,) if self.scope.code else ()
        return ("system", self.scope.level, *map(array_key, (*code, *self.path.split("/"))))


def named(text: str) -> SettingKey:
    """Return the setting of a name as `str` gives it: `a/b/c`, `a/b/c (stores/de)`. Raises ValueError."""
    path, _, scope = text.partition(" (")
    return SettingKey(path, parse_scope(scope.removesuffix(")")) if scope else DEFAULT)


def is_path(text: str) -> bool:
    """Tell whether a text can be a setting's path: two parts or more, of letters, digits, `_`, `-` and `.`."""
    return _PATH.match(text) is not None


def above(path: str) -> Iterator[str]:
    """Yield the paths that lead to a path, the nearest first: `a/b`, `a` for `a/b/c`."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def file_settings(config: Array) -> dict[Scope, dict[str, Value]]:
    """Return the settings in the section `system` of config.php or env.php, by scope and path.

    An array within is a part of the paths; an empty one is a value.
    """
    system = config.get("system")
    found: dict[Scope, dict[str, Value]] = {}
    if not isinstance(system, dict):
        return found
    for level, inner in system.items():
        if level == "default":
            found[DEFAULT] = dict(leaves(inner))
        elif level in ("websites", "stores") and isinstance(inner, dict):
            plural: Level = "websites" if level == "websites" else "stores"
            for code, values in inner.items():
                found[Scope(plural, str(code))] = dict(leaves(values))
    return found


def leaves(value: Value) -> Iterable[tuple[str, Value]]:
    """Return the path and value of each leaf of nested arrays, in their order; an empty array is a leaf."""
    found: list[tuple[str, Value]] = []
    _collect(value, "", found)
    return found


def _collect(value: Value, path: str, found: list[tuple[str, Value]]) -> None:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            _collect(inner, f"{path}/{key}" if path else str(key), found)
    elif path:
        found.append((path, value))
