"""A plan as lines for people: hosts, steps, window, forecast, commits, settings, what would be deleted. Pure."""

from collections.abc import Sequence
from typing import Any

from core.console.figures import clock, seconds, size
from core.model.plan import Plan
from core.text import clean, one_line

_MOST = 12


def _some(rows: list[str], what: str) -> list[str]:
    more = [f"    ... and {len(rows) - _MOST} more {what}"] if len(rows) > _MOST else []
    return [*rows[:_MOST], *more]


def _artifact(forecast: dict[str, Any]) -> list[str]:
    info = forecast.get("artifact")
    if not info:
        return []
    subject = one_line(info.get("subject", ""))
    return [
        f"  artifact   {info['id'][:12]}  commit {info['commit'][:12]}  {subject}",
        f"  built      {clock(info.get('built_at', 0))}, {info.get('files', 0):,} files, {size(info.get('bytes', 0))}"
        f", PHP {info.get('php', '?')}, Magento {info.get('magento', '?')}",
    ]


def _changes(forecast: dict[str, Any]) -> list[str]:
    between = forecast.get("between")
    if not between:
        return []
    lines = []
    commits = forecast.get("commits", [])
    if commits:
        lines.append(f"  commits    {len(commits)}")
        rows = [
            f"    {row['commit'][:10]}  {one_line(row['subject'], 70)}  ({one_line(row['author'], 30)})"
            for row in commits
        ]
        lines += _some(rows, "commits")
    if not between.get("known", True):
        return [*lines, "  changes    not known: there is no live release to compare with"]
    lines.append(
        f"  files      {between.get('files_added', 0):,} added, {between.get('files_changed', 0):,} changed, "
        f"{between.get('files_removed', 0):,} removed"
    )
    settings = between.get("settings", [])
    lines.append(
        f"  settings   {len(settings) or 'none'} of the shared ones change"
        if settings
        else "  settings   none of the shared ones changes"
    )
    rows = [
        f"    {row['scope']}: {row['path']}  {_value(row['before'])} -> {_value(row['after'])}"
        for row in settings
    ]
    lines += _some(rows, "settings")
    schema = between.get("schema", [])
    lines.append(
        f"  database   {len(schema)} files of schema or set-up change"
        if schema
        else "  database   no schema or set-up changes"
    )
    if between.get("unseen"):
        lines.append(f"             {len(between['unseen'])} more only take effect with --full-upgrade")
    codes = between.get("codes", [])
    for key, told in (("creates", "created"), ("updates", "changed"), ("deletes", "DELETED")):
        names = [one_line(name) for name in between.get(key, [])]
        if key == "deletes" and len(codes) == len(names):
            names = [
                f"{name} (--allow-delete {one_line(code)})" for name, code in zip(names, codes, strict=True)
            ]
        if names:
            lines.append(f"  stores     would be {told}: {', '.join(names)}")
    return lines


def _value(value: Any) -> str:
    return "nothing" if value is None else one_line(repr(value), 40)


def _window(forecast: dict[str, Any]) -> list[str]:
    predicted = forecast.get("predicted")
    if predicted is None:
        return []
    if not predicted.get("window"):
        return ["  window     none expected: the shop stays open"]
    took: dict[str, float] = forecast.get("durations", {})
    inside = [row["id"] for row in forecast.get("cut_over", []) if row["window"]]
    known = [took[step_id] for step_id in inside if step_id in took]
    least = "about" if len(known) == len(inside) else "at least"
    about = f", {least} {seconds(sum(known))} by earlier jobs" if known else ""
    return [f"  window     expected{about}: " + "; ".join(predicted.get("reasons", []))]


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
    body = [*_artifact(plan.forecast), *_changes(plan.forecast), *_window(plan.forecast)]
    return [clean(line) for line in (*head, *body, *([] if brief else _steps(plan)))]
