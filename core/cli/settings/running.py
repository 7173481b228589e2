"""Showing a plan that changes settings, and running it to its end."""

import click
import msgspec

from core.cli.context import answer, run, tell
from core.cli.following import follow_to_end
from core.cli.plan_text import plan_lines
from core.console.console import Console
from core.console.secrets import Secrets
from core.errors import Exit
from core.jobs.store import Job
from core.model.plan import Plan


def show_plan(door: Console, plan: Plan, again: str) -> int:
    """Show a plan with its digest, and how exactly it is run; change nothing."""
    digest = door.save(plan)
    answer(
        {"digest": digest, "plan": msgspec.to_builtins(plan)},
        [*plan_lines(plan), "", f"plan {digest[:12]}    {again} --plan {digest[:12]}"],
    )
    return int(Exit.DONE)


def run_plan(door: Console, plan: Plan, secrets: Secrets) -> int:
    """Run a plan and follow its job. Returns the job's exit code."""
    approved = str(plan.options.get("approved", ""))
    if approved:
        door.refuse_other(plan, approved)
    for line in plan_lines(plan, brief=True):
        tell(line)

    async def start() -> Job:
        return await door.start(plan, secrets)

    return follow_to_end(door, run(start()))


def as_it_is(what: str) -> int:
    """Say that there is nothing to change."""
    answer({"done": True, "what": what}, [what])
    return int(Exit.DONE)


DRY = click.option("--dry-run", is_flag=True, help="Show the plan and its digest; change nothing.")
