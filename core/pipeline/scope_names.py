"""The codes behind the names that Magento's warnings use. Pure."""

from core.magento.config_difference import scopes_difference
from core.magento.php_values import Array


def codes_by_name(live: Array, new: Array) -> dict[str, tuple[str, ...]]:
    """Return the codes of what the new config.php lacks, by `website NAME`, `group NAME`, `store NAME`.

    Several websites may each have an "English": only those that go are told, and all of them.
    """
    found: dict[str, tuple[str, ...]] = {}
    for scope in scopes_difference(live, new).deleted:
        key = f"{scope.kind} {scope.name}"
        found[key] = (*found.get(key, ()), scope.code)
    return found
