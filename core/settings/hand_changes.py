"""What somebody changed in a live config.php by hand, which a promotion would take back."""

from collections.abc import Iterator

from core.errors import ConsoleError
from core.magento.php_config import read
from core.magento.php_edit import identical
from core.magento.php_values import Array
from core.magento.setting_key import file_settings
from core.settings.three_way import three_way


def hand_changes(last: bytes, candidate: bytes, live: bytes) -> tuple[str, ...] | None:
    """Return the settings and sections that only the live file has so: a person decides what becomes of them.

    `last` is the file as it was promoted. What somebody changed by hand and the candidate has too is no loss, in
    whatever form it is written. None: one of the files can't be read, and nothing can be told.
    """
    try:
        old, new, now = (read(source).values for source in (last, candidate, live))
    except ConsoleError:
        return None
    return (*_settings(old, new, now), *_sections(old, new, now))


def _settings(old: Array, new: Array, now: Array) -> Iterator[str]:
    for found in three_way(*(file_settings(side) for side in (old, new, now))):
        if found.outcome.needs_decision:
            yield str(found.key)


def _sections(old: Array, new: Array, now: Array) -> Iterator[str]:
    """Yield the other sections: `modules`, `scopes`, `themes`, ... Their order counts: Magento's hash sees it."""
    for name in dict.fromkeys((*now, *old)):
        side = [array.get(name) for array in (old, new, now)]
        if name != "system" and not identical(side[2], side[0]) and not identical(side[2], side[1]):
            yield str(name)
