"""The gate on the command line: what will happen, and the answer of a person."""

import contextlib
import sys
import termios
from typing import Any, Final

import click

from core.cli.context import tell
from core.environments.model import Project, Role
from core.jobs.state import JobState, Status
from core.text import one_line

_IMPORT: Final = (
    ("creates", "will create"),
    ("updates", "will change"),
    ("deletes", "will DELETE"),
    ("others", "warns"),
)


def gate_lines(state: JobState) -> list[str]:
    """Return what an approver has to know: what runs from here on, where, inside the window or not. Pure."""
    plan = state.plan
    if plan is None:
        return []
    forecast: dict[str, Any] = plan.forecast
    lines = ["", f"From here on ({one_line(plan.title)}):"]
    for item in state.steps:
        if item.status is Status.WAITING and item.step.id != (state.gate.step if state.gate else ""):
            mark = "closed  " if item.step.window else "        "
            lines.append(f"  {mark}{one_line(item.step.title)}")
    for key, told in _IMPORT:
        names = forecast.get("import", {}).get(key, [])
        if names:
            lines.append(f"  the import {told}: {', '.join(one_line(name) for name in names)}")
    reasons = "; ".join(one_line(reason) for reason in forecast.get("reasons", []))
    if forecast.get("window"):
        lines.append(f"The shop is closed meanwhile: {reasons}.")
    else:
        lines.append(f"No maintenance window: the shop stays open{f' ({reasons})' if reasons else ''}.")
    return lines


def _named(project: Project, state: JobState) -> str:
    """Return the name that has to be typed, "" when a yes is enough."""
    target = project.environments.get(state.plan.target) if state.plan else None
    if target is not None and (target.confirm == "name" or target.role is Role.PRODUCTION):
        return target.name
    return ""


def _forget_typed() -> None:
    """Drop what was typed before the question was there: a repeated Enter is no answer."""
    with contextlib.suppress(termios.error, ValueError, OSError):  # no terminal: nothing was typed
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)


def ask_at_gate(project: Project, state: JobState) -> bool:
    """Ask the person; production is approved by typing its name. Anything else is a no.

    Raises click's Abort for Ctrl-C and the end of input: that is no answer at all.
    """
    for line in gate_lines(state):
        tell(line)
    name = _named(project, state)
    _forget_typed()
    if name:
        question = f"Type {name} to approve, anything else refuses"
        typed: str = click.prompt(question, default="", err=True, show_default=False)
        return typed.strip() == name
    return bool(click.confirm("Approve?", default=False, err=True))
