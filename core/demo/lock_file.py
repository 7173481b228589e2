"""The composer.lock of the demo's shop: Magento's modules and themes, and some libraries."""

from typing import Any, Final

_MODULES: Final = """
    Store Config Directory Theme Backend Security User Authorization Eav Customer Indexer Variable Cms Rule
    Integration Search Catalog CatalogInventory CatalogRule CatalogSearch CatalogUrlRewrite Widget UrlRewrite Quote
    Checkout Sales SalesRule Payment Shipping Tax Bundle ConfigurableProduct Downloadable GroupedProduct Wishlist
    Review Newsletter Contact Email MediaStorage MediaGallery PageCache Persistent ProductAlert Reports Rss Robots
    Sitemap Swatches Translation Ui Vault Version Weee Deploy Developer Cron MessageQueue RequireJs Captcha
"""
_LIBRARIES: Final = """
    symfony/console symfony/process symfony/string laminas/laminas-di laminas/laminas-http laminas/laminas-uri
    monolog/monolog guzzlehttp/guzzle guzzlehttp/psr7 psr/log psr/container ramsey/uuid wikimedia/less.php
    colinmollenhauer/credis league/flysystem tedivm/jshrink webonyx/graphql-php
"""
_VERSION: Final = "2.4.7-p3"


def lock(scale: int) -> dict[str, Any]:
    """Return composer.lock; `scale` is about how many classes a module has."""
    packages: list[dict[str, Any]] = []
    names = _MODULES.split()
    for number, name in enumerate(names):
        needed = [f"Magento_{other}" for other in names[max(0, number - 2) : number]]
        extra = {"module": f"Magento_{name}", "sequence": needed, "classes": scale + number % 7}
        packages.append(_package(f"magento/module-{name.lower()}", "magento2-module", extra))
    for theme, parent, title in (
        ("frontend/Magento/blank", "", "Magento Blank"),
        ("frontend/Magento/luma", "Magento/blank", "Magento Luma"),
        ("adminhtml/Magento/backend", "", "Magento 2 backend"),
    ):
        extra = {"theme": theme, "parent": parent, "title": title, "classes": 0}
        packages.append(_package(f"magento/theme-{theme.replace('/Magento/', '-')}", "magento2-theme", extra))
    packages.append(_package("magento/framework", "magento2-library", {"classes": 12 * scale}))
    for name in _LIBRARIES.split():
        packages.append(_package(name, "library", {"classes": scale}))
    developer = [_package("phpunit/phpunit", "library", {"classes": 2 * scale})]
    return {"content-hash": f"{scale:032x}", "packages": packages, "packages-dev": developer}


def _package(name: str, kind: str, extra: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "version": _VERSION, "type": kind, "extra": extra}
