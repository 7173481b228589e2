"""What modules declare: tables, patches, versions; and how far the database is from it."""

import re
from pathlib import Path
from typing import Any, Final

from core.demo.standin.phpfile import Array
from core.demo.standin.shop import Shop

PATCHES_FAIL: Final = re.compile(r"//\s*fails(?::\s*(.+))?")


def _enabled(shop: Shop) -> dict[str, Path]:
    return {name: shop.modules[name] for name in shop.enabled if name in shop.modules}


def declared(shop: Shop) -> dict[str, list[str]]:
    """Return the tables with their columns that enabled modules declare."""
    tables: dict[str, set[str]] = {}
    for place in _enabled(shop).values():
        path = place / "etc/db_schema.xml"
        if not path.exists():
            continue
        for name, body in re.findall(r'<table\s+name="(\w+)"[^>]*>(.*?)</table>', path.read_text(), re.S):
            columns = re.findall(r'<column\b[^>]*\sname="(\w+)"', body)
            tables.setdefault(name, set()).update(columns)
    return {name: sorted(columns) for name, columns in tables.items()}


def _whitelisted(shop: Shop) -> dict[str, list[str]]:
    """Return what declarations may drop: tables and columns named in a module's whitelist."""
    import json

    found: dict[str, list[str]] = {}
    for place in _enabled(shop).values():
        path = place / "etc/db_schema_whitelist.json"
        if path.exists():
            for table, parts in json.loads(path.read_text()).items():
                found.setdefault(table, []).extend(parts.get("column", {}))
    return found


def wanted(shop: Shop, state: dict[str, Any]) -> dict[str, list[str]]:
    """Return the tables as an upgrade would leave them; nothing goes that no whitelist names."""
    declaration = declared(shop)
    droppable = _whitelisted(shop)
    result: dict[str, list[str]] = {}
    for table, columns in state["tables"].items():
        if table not in declaration and table in droppable:
            continue
        kept = [name for name in columns if name not in droppable.get(table, [])]
        result[table] = sorted(set(kept) | set(declaration.get(table, [])))
    for table, columns in declaration.items():
        result.setdefault(table, columns)
    return result


def patches(shop: Shop, kind: str) -> dict[str, tuple[str, Path]]:
    """Return the patches of enabled modules: class -> (module, file); `kind` is Data or Schema."""
    found = {}
    for module, place in _enabled(shop).items():
        for path in sorted((place / "Setup/Patch" / kind).glob("*.php")):
            found["\\".join([*module.split("_", 1), "Setup", "Patch", kind, path.stem])] = (module, path)
    return found


def versions(shop: Shop) -> dict[str, str]:
    """Return the setup versions of the modules that still have one."""
    found = {}
    for module, place in _enabled(shop).items():
        match = re.search(r'setup_version="([\d.]+)"', (place / "etc/module.xml").read_text())
        if match:
            found[module] = match[1]
    return found


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def pending(shop: Shop, state: dict[str, Any], false_positive: bool) -> list[str]:
    """Return the lines of `setup:db:status`, empty when all is up to date."""
    lines = []
    if false_positive or wanted(shop, state) != state["tables"]:
        lines.append("Declarative Schema is not up to date")
    for kind in ("Schema", "Data"):
        if set(patches(shop, kind)) - set(state["patches"]):
            lines.append(f"{kind} patches are not up to date")
    saved: dict[str, str] = state["modules"]
    older = [name for name, code in versions(shop).items() if _parts(code) < _parts(saved.get(name, "0"))]
    newer = [name for name, code in versions(shop).items() if _parts(code) > _parts(saved.get(name, "0"))]
    if older:
        rows = [
            f"{name:>20} {'schema':>10}: {saved[name]:>11}  ->  {versions(shop)[name]:<11}" for name in older
        ]
        lines.append("\n".join(rows) + "The module code base doesn't match the DB schema and data.")
        lines.append("Some modules use code versions newer or older than the database.")
    elif newer:
        lines.append("")
    return lines


def apply_versions(shop: Shop, state: dict[str, Any]) -> None:
    """Record setup versions; one that is newer in the database stays."""
    for name, code in versions(shop).items():
        if _parts(code) > _parts(state["modules"].get(name, "0")):
            state["modules"][name] = code


def modules_changed(shop: Shop) -> tuple[Array, bool]:
    """Return the module list as it should be, and whether config.php holds another (order counts)."""
    listed = shop.module_list()
    current = shop.config.get("modules")
    names = list(current) if isinstance(current, dict) else []
    return listed, list(listed) != names
