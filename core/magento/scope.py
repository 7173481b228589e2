"""Magento's scopes: default, a website, a store view; and which store belongs to which website."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, get_args

import msgspec

from core.magento.php_values import Array

Level = Literal["default", "websites", "stores"]
"""The words of `app/etc/*.php` and of `core_config_data.scope`."""
LEVELS: Final[tuple[Level, ...]] = get_args(Level)


class Scope(msgspec.Struct, frozen=True, order=True):
    """Where a setting's value holds. Websites and stores are named by their code, as the files name them."""

    level: Level = "default"
    code: str = ""

    def __str__(self) -> str:
        return f"{self.level}/{self.code}" if self.code else self.level


DEFAULT: Final = Scope()


def website(code: str) -> Scope:
    """Return the scope of a website."""
    return Scope("websites", code)


def store(code: str) -> Scope:
    """Return the scope of a store view."""
    return Scope("stores", code)


def parse_scope(text: str) -> Scope:
    """Return the scope that `default`, `websites/CODE` or `stores/CODE` names, in the singular too.

    Raises ValueError for anything else.
    """
    level, _, code = text.partition("/")
    if text == "default":
        return DEFAULT
    plural: dict[str, Level] = {
        "website": "websites", "websites": "websites", "store": "stores", "stores": "stores",
    }  # fmt: skip
    if level not in plural or not code or "/" in code:
        raise ValueError(f"{text!r} is no scope: default, websites/CODE or stores/CODE")
    return Scope(plural[level], code)


class ScopeTree(msgspec.Struct, frozen=True):
    """The websites and stores of a system."""

    websites: tuple[str, ...] = ()
    stores: Mapping[str, str] = {}
    """Store code -> code of its website."""

    def chain(self, scope: Scope) -> tuple[Scope, ...]:
        """Return the scopes whose values count for one, the nearest first: store, website, default.

        A store that is not known has no website: only itself and default count.
        """
        if scope.level == "default":
            return (DEFAULT,)
        if scope.level == "stores" and scope.code in self.stores:
            return (scope, website(self.stores[scope.code]), DEFAULT)
        return (scope, DEFAULT)

    def below(self, scope: Scope) -> tuple[Scope, ...]:
        """Return the scopes that fall back to this one."""
        stores = self.stores.items()
        if scope.level == "stores":
            return ()
        if scope.level == "websites":
            return tuple(store(code) for code, owner in stores if owner == scope.code)
        return (*map(website, self.websites), *(store(code) for code, _ in stores))

    @property
    def codes(self) -> frozenset[str]:
        """All codes, of websites and stores."""
        return frozenset((*self.websites, *self.stores))


def scope_tree(config: Array) -> ScopeTree:
    """Return the scopes that the section `scopes` of config.php tells; empty where it has none."""
    scopes = config.get("scopes")
    if not isinstance(scopes, dict):
        return ScopeTree()
    websites = {str(item.get("website_id")): code for code, item in _entries(scopes.get("websites"))}
    stores = {
        code: websites.get(str(item.get("website_id")), "") for code, item in _entries(scopes.get("stores"))
    }
    return ScopeTree(tuple(websites.values()), {code: owner for code, owner in stores.items() if owner})


def _entries(value: object) -> Iterable[tuple[str, Array]]:
    if not isinstance(value, dict):
        return []
    return [(str(item.get("code", key)), item) for key, item in value.items() if isinstance(item, dict)]
