"""Commands that only show: stores, websites, indexers, the mode, the admin's address, locales."""

from collections.abc import Sequence
from typing import Final

from core.demo.standin.call import Call
from core.demo.standin.locales import LOCALES
from core.demo.standin.phpfile import dig

_INDEXERS: Final = (
    ("catalogrule_product", "Catalog Product Rule"),
    ("catalogsearch_fulltext", "Catalog Search"),
    ("catalog_category_product", "Category Products"),
    ("customer_grid", "Customer Grid"),
    ("design_config_grid", "Design Config Grid"),
    ("inventory", "Inventory"),
    ("catalog_product_price", "Product Price"),
    ("cataloginventory_stock", "Stock"),
)


def _table(call: Call, head: Sequence[str], rows: Sequence[Sequence[object]]) -> int:
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    rule = "+" + "+".join("-" * (width + 2) for width in widths) + "+"
    lines = [
        "|" + "|".join(f" {cell:<{width}} " for cell, width in zip(row, widths, strict=True)) + "|"
        for row in cells
    ]
    call.terminal.line("\n".join([rule, lines[0], rule, *lines[1:], rule]))
    return 0


def stores(call: Call) -> int:
    """Play `store:list`."""
    keys = ("store_id", "website_id", "group_id", "name", "code", "sort_order", "is_active")
    rows = [[row.get(key, "") for key in keys] for row in call.database().state["stores"].values()]
    return _table(call, ("ID", "Website ID", "Group ID", "Name", "Code", "Sort Order", "Is Active"), rows)


def websites(call: Call) -> int:
    """Play `store:website:list`."""
    keys = ("website_id", "default_group_id", "name", "code", "sort_order", "is_default")
    rows = [[row.get(key, "") for key in keys] for row in call.database().state["websites"].values()]
    return _table(call, ("ID", "Default Group Id", "Name", "Code", "Sort Order", "Is Default"), rows)


def indexers(call: Call) -> int:
    """Play `indexer:status`."""
    call.database()
    rows = [
        (name, title, "Ready", "Schedule", "idle (0 in backlog)", "2026-11-23 01:02:17")
        for name, title in _INDEXERS
    ]
    return _table(call, ("ID", "Title", "Status", "Update On", "Schedule Status", "Schedule Updated"), rows)


def mode(call: Call) -> int:
    """Play `deploy:mode:show`, which reads the files only."""
    found = call.shop.settings.get("MAGE_MODE") or "default"
    call.terminal.line(
        f"Current application mode: {found}. (Note: Environment variables may override this value.)"
    )
    return 0


def admin_uri(call: Call) -> int:
    """Play `info:adminuri`."""
    call.terminal.line(f"\nAdmin URI: /{dig(call.shop.env, 'backend/frontName') or ''}\n")
    return 0


def languages(call: Call) -> int:
    """Play `info:language:list`."""
    return _table(call, ("Language", "Code"), [(name, name) for name in LOCALES])
