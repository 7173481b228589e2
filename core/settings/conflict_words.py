"""A conflict as a person reads it before it is decided; secrets are masked. Pure."""

from collections.abc import Sequence

import msgspec

from core.settings.column import ABSENT, Absent, Possible
from core.settings.conflicts import Answer, Conflict
from core.settings.layers import Layer
from core.settings.value import shown

_NOTHING = "nothing"


class ShownConflict(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One conflict in words: what a plan carries, the journal keeps, and the screen shows."""

    name: str
    last: str
    candidate: str
    live: str
    where: str
    """`env.php`, `config.php` or `database`, with the hosts where not all have it so."""
    answer: Answer = ""
    keep: str = ""
    """What keeping the live value means."""
    take: str = ""
    """What taking the artifact's means."""


def shown_conflicts(found: Sequence[Conflict]) -> tuple[ShownConflict, ...]:
    """Return conflicts in words, in their order."""
    return tuple(map(_shown, found))


def _shown(one: Conflict) -> ShownConflict:
    keep, take = _effects(one)
    return ShownConflict(
        name=one.name,
        last=_text(one.last),
        candidate=_text(one.candidate),
        live=_text(one.live),
        where=str(one.layer) + (f" of {', '.join(one.hosts)}" if one.hosts else ""),
        answer=one.answer,
        keep=keep,
        take=take,
    )


def _text(value: Possible) -> str:
    return _NOTHING if value is ABSENT or isinstance(value, Absent) else shown(value)


def _effects(one: Conflict) -> tuple[str, str]:
    if one.hidden:
        same = "nothing changes: env.php says something else and wins, before and after"
        return same, same
    if one.layer is Layer.ENV:
        return (
            "env.php goes on winning: what the artifact brings has no effect here",
            "taken out of env.php, of which a copy stays in .mageconsole/backups; the artifact's counts",
        )
    if one.layer is Layer.DATABASE:
        return (
            "locked in env.php, which wins over the artifact; the Admin can't change it any more",
            "the artifact's is locked; what was set in the Admin stays in the database, without effect",
        )
    return (
        "locked in env.php, which wins over the artifact's config.php",
        "the artifact's config.php has no such edit; what is live now is kept in this job's record",
    )
