"""Whether `config.php` holds what a build without a database needs; asked before minutes are spent."""

from collections.abc import Mapping
from typing import Final

import msgspec

from core.magento.php_values import Array, Expression, Value

_BASE_MODULE: Final = "Magento_Store"
_DUMP: Final = "run `bin/magento app:config:dump scopes themes` on development and commit config.php"


class Finding(msgspec.Struct, frozen=True):
    """Something that is missing or dangerous, and what to do."""

    code: str
    what: str
    remedy: str


def check(config: Array) -> tuple[Finding, ...]:
    """Return what keeps a build without a database from working; empty when nothing does."""
    return (*_modules(config), *_scopes(config), *_themes(config), *_computed(config))


def _modules(config: Array) -> list[Finding]:
    modules = config.get("modules")
    remedy = "run `bin/magento module:enable --all` on development and commit config.php"
    if not isinstance(modules, dict) or not modules:
        return [
            Finding("config-modules-missing", "config.php lists no modules: nothing can be compiled", remedy)
        ]
    if str(modules.get(_BASE_MODULE)) != "1":
        what = f"config.php does not enable {_BASE_MODULE}, which every other module needs"
        return [Finding("config-modules-incomplete", what, remedy)]
    return []


def _scopes(config: Array) -> list[Finding]:
    scopes = config.get("scopes")
    if not isinstance(scopes, dict) or not scopes:
        what = "config.php has no scopes: static content needs them where there is no database"
        return [Finding("config-scopes-missing", what, _DUMP)]
    idents = {"websites": "website_id", "groups": "group_id", "stores": "store_id"}
    lacking = [name[:-1] for name, ident in idents.items() if not _beside_admin(scopes.get(name), ident)]
    if lacking:
        what = f"config.php's scopes hold no {', no '.join(lacking)} besides admin's"
        return [Finding("config-scopes-incomplete", what, _DUMP)]
    return [*_default_website(scopes), *_dangling(scopes)]


def _default_website(scopes: Array) -> list[Finding]:
    websites = _entries(scopes.get("websites"))
    if any(str(website.get("is_default")) == "1" for website in websites.values()):
        return []
    what = "no website in config.php is the default one (is_default)"
    return [
        Finding("config-scopes-no-default", what, "make one the default in the admin panel, and dump again")
    ]


def _dangling(scopes: Array) -> list[Finding]:
    """An import takes such scopes without a word, and the shop answers 500 afterwards."""
    websites = {str(item.get("website_id")) for item in _entries(scopes.get("websites")).values()}
    groups = {str(item.get("group_id")) for item in _entries(scopes.get("groups")).values()}
    wrong = [
        f"group {item.get('code', name)} names website {item.get('website_id')}"
        for name, item in _entries(scopes.get("groups")).items()
        if str(item.get("website_id")) not in websites
    ]
    for name, item in _entries(scopes.get("stores")).items():
        if str(item.get("website_id")) not in websites:
            wrong.append(f"store {name} names website {item.get('website_id')}")
        if str(item.get("group_id")) not in groups:
            wrong.append(f"store {name} names group {item.get('group_id')}")
    remedy = "mend the scopes on development and dump again; an import of these would break the shop"
    return [Finding("config-scopes-dangling", f"{text}, which is not there", remedy) for text in wrong]


def _themes(config: Array) -> list[Finding]:
    themes = config.get("themes")
    if isinstance(themes, dict) and any(str(name).startswith("frontend/") for name in themes):
        return []
    what = "config.php has no frontend themes: a build without a database can't tell which to make"
    return [Finding("config-themes-missing", what, _DUMP)]


def _computed(config: Array) -> list[Finding]:
    where = [name for name in ("modules", "scopes", "themes", "system") if _holds_expression(config.get(name))]
    remedy = "write the value itself; what differs between systems belongs into env.php"
    return [
        Finding("config-computed", f"config.php computes a value in {name}; its hash can't be foreseen", remedy)
        for name in where
    ]


def _holds_expression(value: Value) -> bool:
    if isinstance(value, dict):
        return any(_holds_expression(item) for item in value.values())
    return isinstance(value, Expression)


def _entries(value: Value) -> Mapping[int | str, Array]:
    if not isinstance(value, dict):
        return {}
    return {key: item for key, item in value.items() if isinstance(item, dict)}


def _beside_admin(value: Value, ident: str) -> bool:
    """Tell whether there is an entry whose id is not 0, which is admin's."""
    return any(str(item.get(ident)) != "0" for item in _entries(value).values())
