"""The choices of source models that every Magento has and that do not change, as its own classes list them.

Others ask the database (countries, groups, pages): their values are typed as text.
"""

from collections.abc import Mapping
from typing import Final

Options = tuple[tuple[str, str], ...]

_COUNTRIES: Final[Options] = (("0", "All Allowed Countries"), ("1", "Specific Countries"))
_KNOWN: Final[Mapping[str, Options]] = {
    "Magento\\Config\\Model\\Config\\Source\\Nooptreq": (("", "No"), ("opt", "Optional"), ("req", "Required")),
    "Magento\\Config\\Model\\Config\\Source\\Web\\Redirect": (
        ("0", "No"), ("1", "Yes (302 Found)"), ("301", "Yes (301 Moved Permanently)"),
    ),
    "Magento\\Catalog\\Model\\Config\\Source\\ListMode": (
        ("grid", "Grid Only"), ("list", "List Only"), ("grid-list", "Grid (default) / List"),
        ("list-grid", "List (default) / Grid"),
    ),
    "Magento\\PageCache\\Model\\System\\Config\\Source\\Application": (
        ("1", "Built-in Cache"), ("2", "Varnish Cache"),
    ),
    "Magento\\Payment\\Model\\Config\\Source\\Allspecificcountries": _COUNTRIES,
    "Magento\\Shipping\\Model\\Config\\Source\\Allspecificcountries": _COUNTRIES,
}  # fmt: skip


def source_options(source_model: str) -> Options:
    """Return the choices of a source model; none where they are not known."""
    return _KNOWN.get(source_model.lstrip("\\"), ())
