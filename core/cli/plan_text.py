"""A plan as lines for people: hosts, steps, window, forecast, commits, settings, what would be deleted. Pure."""

from collections.abc import Sequence
from typing import Final

from core.console.facts import Fact, Weight, facts
from core.console.figures import seconds
from core.model.plan import Plan
from core.text import clean, one_line

_MOST: Final = 12
"""Rows of a fact that are shown here; the screen shows all."""


def _fact(fact: Fact, most: int) -> list[str]:
    lines = [f"  {fact.label:<10} {fact.value}"]
    if fact.weight is Weight.DANGER:  # what has to be decided has to be read
        most = len(fact.rows)
    lines += [f"    {'  '.join(row)}" for row in fact.rows[:most]]
    if len(fact.rows) > most:
        lines.append(f"    ... and {len(fact.rows) - most} more {fact.noun}")
    return lines


def _steps(plan: Plan) -> list[str]:
    took: dict[str, float] = plan.forecast.get("durations", {})
    lines = ["  steps"]
    for step in plan.steps:
        lines += _step(str(step.phase), step.id, step.title, step.commands, took)
    for row in plan.forecast.get("cut_over", []):
        lines += _step("closed" if row["window"] else "open", row["id"], row["title"], row["commands"], took)
    return lines


def _step(where: str, step_id: str, title: str, commands: Sequence[str], took: dict[str, float]) -> list[str]:
    before = f"  (~{seconds(took[step_id])})" if step_id in took else ""
    head = f"    {where:<9} {one_line(title)}{before}"
    return [head, *(f"              $ {one_line(command, 160)}" for command in commands)]


def plan_lines(plan: Plan, *, brief: bool = False) -> list[str]:
    """Return the plan; `brief` leaves the steps out, for a job that will tell them one by one."""
    hosts = dict.fromkeys(host for step in plan.steps for host in step.hosts)
    head = [one_line(plan.title), f"  hosts      {', '.join(hosts)}"]
    # A change of settings is approved line by line: none of it is left out.
    told = facts(plan.forecast)
    most = max((len(fact.rows) for fact in told), default=0) if plan.kind == "settings" else _MOST
    body = [line for fact in told for line in _fact(fact, most)]
    return [clean(line) for line in (*head, *body, *([] if brief else _steps(plan)))]
