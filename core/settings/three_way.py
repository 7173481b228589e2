"""Three sides of a promotion: what was promoted last, what would be, and what lives there now."""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from core.magento.setting_key import SettingKey
from core.settings.column import ABSENT, Possible
from core.settings.layers import Layer, Layers, Values
from core.settings.value import SettingValue, same


class Outcome(StrEnum):
    """What a promotion means for one shared setting."""

    INCOMING = "incoming"
    """The candidate changes it, and nobody else has."""
    BY_HAND = "changed by hand"
    """Someone changed it on the system; the candidate would set it back to what it was."""
    CONFLICT = "conflict"
    """Someone changed it on the system, and the candidate changes it to something else."""
    AGREED = "agreed"
    """Both changed it, to the same."""

    @property
    def needs_decision(self) -> bool:
        """Whether a person has to decide before the promotion."""
        return self in (Outcome.BY_HAND, Outcome.CONFLICT)


class ThreeWay(msgspec.Struct, frozen=True):
    """One setting that is not the same on all three sides."""

    key: SettingKey
    last: Possible
    candidate: Possible
    live: Possible
    outcome: Outcome


def three_way(last: Values, candidate: Values, live: Values) -> list[ThreeWay]:
    """Compare the shared settings of three config.php, in the candidate's order, then the others'."""
    sides = (candidate, last, live)
    keys = dict.fromkeys(
        SettingKey(path, scope) for side in sides for scope, values in side.items() for path in values
    )
    return [found for key in keys if (found := _compare(key, last, candidate, live)) is not None]


def config_of(layers: Layers) -> Values:
    """Return the shared settings of a system, as its config.php has them."""
    return layers.values.get(Layer.CONFIG, {})


def _compare(key: SettingKey, last: Values, candidate: Values, live: Values) -> ThreeWay | None:
    old, new, now = _at(last, key), _at(candidate, key), _at(live, key)
    by_hand, incoming = not _equal(old, now), not _equal(old, new)
    if not by_hand and not incoming:
        return None
    if not by_hand:
        outcome = Outcome.INCOMING
    elif _equal(new, now):
        outcome = Outcome.AGREED
    else:
        outcome = Outcome.CONFLICT if incoming else Outcome.BY_HAND
    return ThreeWay(key, old, new, now, outcome)


def _at(values: Values, key: SettingKey) -> Possible:
    inner: Mapping[str, SettingValue] = values.get(key.scope, {})
    return inner.get(key.path, ABSENT)


def _equal(one: Possible, other: Possible) -> bool:
    """Tell whether two values are the same; where that can't be known, they are taken to differ."""
    if one is ABSENT or other is ABSENT:
        return one is other
    return same(one, other) is True
