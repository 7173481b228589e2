"""The gate's material: what changes, what will exactly happen, how one comes back. Pure."""

from collections.abc import Mapping
from typing import Any

from core.console.approval import ahead, comes_back, happens
from core.console.facts import Fact, Weight, facts
from core.jobs.state import JobState
from core.model.plan import Plan
from core.text import one_line
from tui.promotion.text import Line, Style, head, labelled, line, sentences, table

_WEIGHTS: dict[Weight, Style] = {
    Weight.PLAIN: "",
    Weight.ATTENTION: "attention",
    Weight.DANGER: "bad",
}
_COLUMNS: dict[str, tuple[Style, ...]] = {"commits": ("dim", "", "dim"), "settings": ("dim", "", "")}


_STARTING = (
    "First it prepares, and Magento is asked what really has to run: the shop stays as it is.",
    "Then it waits for your approval, and shows what is decided, for how long the shop is closed, and how you come back.",
    "Until then you can leave it, or refuse: nothing but a prepared release remains.",
)


def changes(state: JobState, forecast: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return what changes, and what it means for the shop, for the tab "changes"."""
    lines = [text for fact in facts(forecast) for text in _fact(fact)]
    plan = state.plan
    if not lines and plan is not None and plan.kind == "build":
        lines = _commit(plan)
    if not lines:
        lines = [line("Nothing is known of what changes.", "dim")]
    lines += _warnings(state)
    steps = ahead(state)
    if plan is None or not steps:
        return tuple(lines)
    if plan.kind not in ("build", "settings") and not any(step.id == "switch" for step in steps):
        return (*lines, line(), head("When you start it"), *sentences(_STARTING))
    if plan.kind != "build":
        lines += [line(), head("When you approve"), *sentences(happens(steps, forecast))]
    lines += [line(), head("How you come back"), *sentences(comes_back(plan, steps))]
    return tuple(lines)


def _commit(plan: Plan) -> list[Line]:
    """Return what is built: its commit, and by what that was asked for."""
    pin = next((pin for pin in plan.pins if pin.kind == "commit"), None)
    if pin is None:
        return []
    _, _, subject = one_line(plan.title).partition(": ")
    return [
        labelled("commit", f"{pin.digest[:12]}  {subject}".rstrip()),
        labelled("named by", one_line(pin.key, 120)),
        labelled("builds", "one artifact; staging and production get the same bytes"),
    ]


def _fact(fact: Fact) -> list[Line]:
    first = labelled(fact.label, fact.value, _WEIGHTS[fact.weight])
    return [first, *table(fact.rows, _COLUMNS.get(fact.noun, ("",) * 3), indent=4)]


def _warnings(state: JobState) -> list[Line]:
    found = [one_line(text, 600) for _, text in state.warnings]
    return [labelled("warning" if not at else "", text, "attention") for at, text in enumerate(found)]
