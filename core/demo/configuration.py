"""The shop's config.php and env.php, in Magento's own format."""

import secrets
from typing import Final

from core.demo.standin import phpfile
from core.demo.standin.cache import TYPES
from core.demo.standin.phpfile import Array, Value

_INSTALLED: Final = "Mon, 05 Oct 2026 07:42:11 +0000"


def _rows(*rows: dict[str, str], key: str = "code") -> Array:
    return {row[key]: _array(row) for row in rows}


def _array(row: dict[str, str]) -> Array:
    return dict(row.items())


def _website(number: int, code: str, name: str) -> dict[str, str]:
    return {
        "website_id": str(number),
        "code": code,
        "name": name,
        "sort_order": "0",
        "default_group_id": str(number),
        "is_default": "1" if number == 1 else "0",
    }


def _group(number: int, name: str, code: str) -> dict[str, str]:
    return {
        "group_id": str(number),
        "website_id": str(number),
        "name": name,
        "root_category_id": "2" if number else "0",
        "default_store_id": str(number),
        "code": code,
    }


def _store(number: int, code: str, group: int, name: str) -> dict[str, str]:
    return {
        "store_id": str(number),
        "code": code,
        "website_id": str(group),
        "group_id": str(group),
        "name": name,
        "sort_order": "0",
        "is_active": "1",
    }


def scopes(*, outlet: bool = False) -> Array:
    """Return the websites, groups and stores of the shop; `outlet` adds a website with a store."""
    websites = [_website(0, "admin", "Admin"), _website(1, "base", "Main Website")]
    groups = [_group(0, "Default", "default"), _group(1, "Main Website Store", "main_website_store")]
    stores = [_store(0, "admin", 0, "Admin"), _store(1, "default", 1, "Default Store View")]
    stores.append(_store(2, "de", 1, "German"))
    if outlet:
        websites.append(_website(2, "outlet", "Outlet Website"))
        groups.append(_group(2, "Outlet Store", "outlet_store"))
        stores.append(_store(3, "outlet_en", 2, "Outlet English"))
    listed: Array = {number: _array(row) for number, row in enumerate(groups)}
    return {"websites": _rows(*websites), "groups": listed, "stores": _rows(*stores)}


def themes() -> Array:
    """Return the themes that the files know."""
    found: Array = {}
    for area, path, title, parent in (
        ("frontend", "Magento/blank", "Magento Blank", None),
        ("adminhtml", "Magento/backend", "Magento 2 backend", None),
        ("frontend", "Magento/luma", "Magento Luma", "Magento/blank"),
        ("frontend", "Acme/shop", "Acme", "Magento/luma"),
    ):
        row: Array = {"parent_id": parent, "theme_path": path, "theme_title": title, "is_featured": "0"}
        found[f"{area}/{path}"] = row | {"area": area, "type": "0", "code": path}
    return found


def config(modules: list[str], system: dict[str, Value], *, outlet: bool = False) -> Array:
    """Return config.php; `system`: path -> value in the default scope."""
    values: Array = {}
    for path, value in system.items():
        phpfile.plant(values, f"default/{path}", value)
    listed: Array = dict.fromkeys(modules, 1)
    return {"modules": listed, "scopes": scopes(outlet=outlet), "themes": themes(), "system": values}


def env(name: str, password: str, url: str, mode: str) -> Array:
    """Return the env.php of one environment, with keys and salts of its own."""
    prefix: Array = {"id_prefix": f"{secrets.token_hex(2)[:3]}_"}
    salt = secrets.token_urlsafe(24)
    connection: Array = {
        "host": f"db.{name}.demo",
        "dbname": "magento",
        "username": "magento",
        "password": password,
        "model": "mysql4",
        "engine": "innodb",
        "initStatements": "SET NAMES utf8;",
        "active": "1",
        "driver_options": {1014: False},
    }
    return {
        "backend": {"frontName": f"admin_{secrets.token_hex(3)}"},
        "remote_storage": {"driver": "file"},
        "cache": {
            "graphql": {"id_salt": salt},
            "frontend": {"default": dict(prefix), "page_cache": dict(prefix)},
            "allow_parallel_generation": False,
        },
        "config": {"async": 0},
        "queue": {"consumers_wait_for_messages": 1},
        "crypt": {"key": f"base64{secrets.token_urlsafe(32)}="},
        "db": {"table_prefix": "", "connection": {"default": connection}},
        "resource": {"default_setup": {"connection": "default"}},
        "x-frame-options": "SAMEORIGIN",
        "MAGE_MODE": mode,
        "session": {"save": "db"},
        "lock": {"provider": "db"},
        "directories": {"document_root_is_pub": True},
        "cache_types": dict.fromkeys(TYPES, 1),
        "downloadable_domains": {0: "shop.example.com"},
        "install": {"date": _INSTALLED},
        "system": {"default": {"web": {"unsecure": {"base_url": url}}}},
    }
