"""What follows from a change of a setting, in words for who approves it. Pure."""

from collections.abc import Iterator
from typing import Final

from core.settings.column import ABSENT
from core.settings.difference import Difference, Standing
from core.settings.layers import Layer, Layers

IMPORTED: Final = "needs an import, which is part of the job"
CLEANED: Final = "needs a flush of the config cache, which is part of the job"
PAGES: Final = "cached pages keep the old value (--clean-pages)"
UNCHECKED: Final = "no module has a field for it: nothing checks the value, an import takes it in"
"""What follows for a setting that `config:set` refuses."""


def effects(
    item: Difference,
    layers: Layers,
    *,
    removes: bool = False,
    clean_pages: bool = False,
    has_field: bool = True,
) -> Iterator[str]:
    """Yield what follows on the system when a difference is applied, or what is there is taken away."""
    if item.by is not None:
        yield f"{item.by.layer} says something else, and wins"
    if item.key is None:
        yield "php-fpm has to take the file"
        return
    if removes:
        yield IMPORTED
        yield CLEANED
        return
    if not has_field:
        yield UNCHECKED
    if item.real is ABSENT:
        yield "locked in the Admin from now on"
    elif item.standing is not Standing.NOT_DECLARED:
        yield "stays locked in the Admin"
    for layer, told in (
        (Layer.DATABASE, "the value in the database has no effect"),
        (Layer.CONFIG, "config.php's value has no effect here"),
    ):
        if item.key.path in layers.values.get(layer, {}).get(item.key.scope, {}):
            yield told
    yield CLEANED
    if not clean_pages:
        yield PAGES
