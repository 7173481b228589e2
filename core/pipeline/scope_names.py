"""The codes of websites, groups and stores by the names that Magento's warnings use. Pure."""

from collections.abc import Mapping

from core.magento.php_values import Array

_KINDS = (("websites", "website"), ("groups", "group"), ("stores", "store"))


def codes_by_name(config: Array) -> dict[str, str]:
    """Return the code of each `website NAME`, `group NAME`, `store NAME` in a config.php's `scopes`."""
    scopes = config.get("scopes")
    found: dict[str, str] = {}
    for section, kind in _KINDS:
        rows = scopes.get(section) if isinstance(scopes, Mapping) else None
        for key, row in (rows.items() if isinstance(rows, Mapping) else ()):
            if isinstance(row, Mapping):
                found[f"{kind} {row.get('name', '')}"] = str(row.get("code") or key)
    return found
