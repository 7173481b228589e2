"""The gate on the command line: what will happen, and the answer of a person."""

import contextlib
import sys
import termios

import click

from core.cli.context import tell
from core.console.approval import ahead, comes_back, happens, typed_name
from core.environments.model import Project
from core.jobs.attended import needs_you, would_wait
from core.jobs.state import JobState
from core.text import one_line


def gate_lines(state: JobState) -> list[str]:
    """Return what an approver has to know: what runs from here on, where, inside the window or not. Pure."""
    plan = state.plan
    if plan is None:
        return []
    steps = ahead(state)
    lines = ["", f"From here on ({one_line(plan.title)}):"]
    lines += [f"  {'closed  ' if step.window else '        '}{one_line(step.title)}" for step in steps]
    return [*lines, *happens(steps, plan.forecast), *comes_back(plan, steps)]


def _named(project: Project, state: JobState) -> str:
    return typed_name(project.environments.get(state.plan.target)) if state.plan else ""


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
        approved = typed.strip() == name
    else:
        approved = bool(click.confirm("Approve?", default=False, err=True))
    return approved and _stays(state)


def _stays(state: JobState) -> bool:
    """Ask for the explicit yes where the job can't log in again without this person (decision 25)."""
    needed = needs_you(state)
    if not needed:
        return True
    tell(f"! {would_wait(needed)}.")
    return bool(click.confirm("Do you stay until it has ended? No refuses", default=False, err=True))
