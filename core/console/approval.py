"""What an approver has to know: what will exactly happen, how one comes back, which name is typed. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from core.console.facts import new_settings, stores, window_length
from core.environments.model import Environment, Host, Role
from core.jobs.state import JobState, Status
from core.model.plan import Plan, Step, StepKind
from core.text import one_line

_MOST: Final = 8


def typed_name(environment: Environment | None) -> str:
    """Return the name that has to be typed before the environment changes, "" when a yes is enough."""
    if environment is None:
        return ""
    named = environment.confirm == "name" or environment.role is Role.PRODUCTION
    return environment.name if named else ""


def ahead(state: JobState) -> tuple[Step, ...]:
    """Return the steps that run when a job goes on, the gate that it waits at left out."""
    return tuple(
        item.step
        for item in state.steps
        if item.status is Status.WAITING and item.step.kind is not StepKind.GATE
    )


def host_names(addresses: Iterable[str]) -> str:
    """Return hosts as people call them: without login and port."""
    return ", ".join(dict.fromkeys(one_line(Host(address=address).name, 60) for address in addresses))


def _find(steps: Iterable[Step], step_id: str) -> Step | None:
    return next((step for step in steps if step.id == step_id), None)


def happens(steps: tuple[Step, ...], forecast: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in sentences what the steps do to the shop."""
    if "changes" in forecast:
        return _settings(forecast)
    told = [_closing(steps, forecast)]
    database = [step for step in steps if step.point_of_no_return]
    if database:
        named = ", then ".join(one_line(step.title) for step in database)
        told.append(f"Then runs {named}: it changes the database.")
    for item in forecast.get("conflicts", []):
        told.append(f"{one_line(item['name'])}: {one_line(item.get(item.get('answer') or '', 'not decided'))}.")
    for fact in new_settings(forecast):
        told.append(f"{one_line(fact.value)}: {', '.join(one_line(row['name']) for row in _new(forecast))}.")
    for fact in stores(forecast):
        told.append(f"The import {fact.value}." if fact.label == "import" else f"Stores {fact.value}.")
    switch = _find(steps, "switch")
    if switch is not None:
        hosts = host_names(switch.hosts)
        release = one_line(str(switch.args.get("release", "")))
        all_or_none = "" if len(switch.hosts) == 1 else ", all of them or none"
        told.append(
            f"{hosts} {_s(switch.hosts, 'goes', 'go')} from {_before(switch)} to {release}{all_or_none}."
        )
    if _find(steps, "health-closed") is not None:
        told.append("It opens only when every web host answers from there.")
    elif _find(steps, "health") is not None:
        told.append("Then every web host has to answer from there, or the step fails.")
    return tuple(told)


def _new(forecast: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    found: Iterable[Mapping[str, Any]] = forecast.get("new_settings", [])
    return found


def _settings(forecast: Mapping[str, Any]) -> tuple[str, ...]:
    """Return in sentences what a change of settings does."""
    changes = forecast["changes"]
    told = [
        f"{one_line(item['name'], 120)}: {one_line(item.get('before', ''), 80)} -> {one_line(item.get('after', ''), 80)}"
        for item in changes[:_MOST]
    ]
    if len(changes) > _MOST:
        told.append(f"And {len(changes) - _MOST} more, which the tab changes lists.")
    told += [f"{one_line(reason)[:1].upper()}{one_line(reason)[1:]}." for reason in forecast.get("reasons", [])]
    return (*told, "All hosts get the new file or none does; then Magento is asked on every one of them.")


def _s(many: tuple[str, ...], one: str, more: str) -> str:
    return one if len(many) == 1 else more


def _before(switch: Step) -> str:
    live: Mapping[str, str] = switch.args.get("live", {})
    return " and ".join(sorted({one_line(name) or "nothing" for name in live.values()})) or "nothing"


def _closing(steps: tuple[Step, ...], forecast: Mapping[str, Any]) -> str:
    reasons = "; ".join(one_line(reason) for reason in forecast.get("reasons", []))
    close = _find(steps, "close")
    if close is None:
        return f"No maintenance window: the shop stays open{f' ({reasons})' if reasons else ''}."
    length = window_length([step.id for step in steps if step.window], forecast)
    because = f": {reasons}" if reasons else ""
    about = f" for {length}" if length else ", nobody knows yet for how long"
    return f"{host_names(close.hosts)} {_s(close.hosts, 'is', 'are')} closed to customers{about}{because}."


def comes_back(plan: Plan, steps: tuple[Step, ...]) -> tuple[str, ...]:
    """Return in sentences how one comes back from what the steps do."""
    if plan.kind == "settings":
        return (
            "If a step fails, the files and the configuration hash of all hosts are put back.",
            "Afterwards: the files as they were lie in .mageconsole/backups on each host.",
        )
    if plan.kind == "build":
        return ("A build touches no shop; an artifact that nobody promotes changes nothing.",)
    switch = _find(steps, "switch")
    before = _before(switch) if switch is not None else "the release of before"
    database = next((step for step in steps if step.point_of_no_return), None)
    asks = plan.options.get("on_failure") == "ask"
    undone = (
        "the job waits for you: retry, or abort, which undoes everything"
        if asks
        else "everything is undone by itself"
    )
    if database is None:
        return (f"If a step fails, {undone}.", f"Afterwards: roll back to {before}.")
    return (
        f'If a step fails before "{one_line(database.title)}", {undone}.',
        "After that nothing is undone: the shop stays closed, and you choose.",
        f"Going back to {before} then brings back the code, not the database: take your own copy of it first.",
    )
