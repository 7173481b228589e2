"""Conflicts between an artifact and what was set by hand: a promotion does not begin before they are decided. Pure."""

from typing import Any, Final

from core.errors import Refused
from core.model.plan import Plan
from core.text import one_line

CONFLICTS: Final = "conflicts"
"""Where a plan's steps and its forecast carry them (`core.settings.conflict_words.ShownConflict`)."""
_MOST: Final = 8


def conflicts_of(plan: Plan) -> list[dict[str, Any]]:
    """Return the conflicts that a plan carries, decided or not."""
    return next((step.args[CONFLICTS] for step in plan.steps if step.args.get(CONFLICTS)), [])


def refuse_undecided(plan: Plan) -> None:
    """Raise Refused `conflict-undecided` where a person has not decided yet."""
    waiting = [one for one in conflicts_of(plan) if not one.get("answer")]
    if not waiting:
        return
    told = "; ".join(
        f"{_word(one['name'])} ({_word(one['where'])}: {_word(one['live'])}, artifact: {_word(one['candidate'])}, "
        f"before: {_word(one['last'])})"
        for one in waiting[:_MOST]
    )
    more = f"; and {len(waiting) - _MOST} more" if len(waiting) > _MOST else ""
    was = "was" if len(waiting) == 1 else "were"
    raise Refused(
        "conflict-undecided",
        f"{len(waiting)} value{'' if len(waiting) == 1 else 's'} {was} set by hand on {plan.target} and clash with the "
        f"artifact: {told}{more}.",
        where=plan.target,
        remedy="Decide each: --keep PATH for the live value, --take PATH for the artifact's; PATH may be the beginning "
        "of several. `mageconsole plan` says what either does. Nothing was changed.",
    )


def _word(text: str) -> str:
    return one_line(text, 80)
