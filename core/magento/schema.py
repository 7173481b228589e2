"""Which changed files ask for an upgrade, and when Magento's demand for one is stale (decision 7)."""

import re
from collections.abc import Iterable
from typing import Final

from core.magento.probes import NeedsUpgrade, PermanentFalsePositive, ProbeResult

_SCHEMA: Final = re.compile(r"(?:^|/)(?:db_schema[^/]*\.(?:xml|json)|Setup/.+|etc/module\.xml)$")
_UNSEEN: Final = re.compile(
    r"(?:^|/)(?:etc/(?:[^/]+/)*(?:queue_[^/]+\.xml|queue\.xml|communication\.xml)|Setup/Recurring[^/]*\.php)$"
)


def schema_paths(changed_paths: Iterable[str]) -> tuple[str, ...]:
    """Return the changed paths that can make an upgrade due, in their order.

    `db_schema*.xml` (and its whitelist), anything under a `Setup` directory, and `module.xml`.
    """
    return tuple(path for path in changed_paths if _SCHEMA.search(path))


def proposes_full_upgrade(changed_paths: Iterable[str]) -> tuple[str, ...]:
    """Return the changed paths that only an upgrade takes in though the probes say 0.

    Message queues (`queue_*.xml`, `communication.xml`) and recurring set-up scripts.
    """
    return tuple(path for path in changed_paths if _UNSEEN.search(path))


def baseline(new: ProbeResult, live: ProbeResult, *, schema_differs: bool) -> ProbeResult:
    """Return the new release's answer, a stale demand recognised by the live release's answer.

    The same text on both, and no difference in `schema_paths` between them = nothing is pending.
    """
    if schema_differs or not isinstance(new, NeedsUpgrade) or new != live:
        return new
    return PermanentFalsePositive(new.messages)


def after_upgrade(before: ProbeResult, after: ProbeResult, upgrade_exit: int | None) -> ProbeResult:
    """Return the answer after an upgrade: what it said before too, left by one that returned 0, is accepted.

    An upgrade that had real work to do leaves less than it found, and the stale demand is what is left.
    """
    if upgrade_exit != 0 or not isinstance(after, NeedsUpgrade) or not isinstance(before, NeedsUpgrade):
        return after
    if not set(after.messages) <= set(before.messages):
        return after
    return PermanentFalsePositive(after.messages)
