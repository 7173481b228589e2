"""`plan`, `promote`, `rollback`."""

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click
import msgspec

from core.cli.approving import STAY, approving
from core.cli.context import answer, as_json, console, run, tell
from core.cli.following import follow_to_end
from core.cli.plan_text import plan_lines
from core.console.console import Console
from core.errors import Exit, Refused
from core.jobs.store import Job
from core.model.plan import Plan
from core.pipeline.undecided import conflicts_of

if TYPE_CHECKING:
    from core.console.secrets import Secrets


def _planning(function: Any) -> Any:
    """Add the options that change what is planned."""
    for option in (
        click.option("--artifact", default="", metavar="ID", help="This artifact instead of the newest."),
        click.option(
            "--allow-delete",
            multiple=True,
            metavar="CODE",
            help="Let the import delete this store, group or website.",
        ),
        click.option(
            "--full-upgrade", is_flag=True, help="Run setup:upgrade though the probes do not ask for it."
        ),
        click.option(
            "--hotfix", default="", metavar="REASON", help="Go past `requires`; the reason is recorded."
        ),
        click.option(
            "--keep",
            multiple=True,
            metavar="PATH",
            help="Keep this setting as it was set by hand on TARGET, though the artifact brings another.",
        ),
        click.option(
            "--take",
            multiple=True,
            metavar="PATH",
            help="Take the artifact's value of this setting, though another was set by hand on TARGET.",
        ),
        click.option(
            "--drop", multiple=True, metavar="PATH", help="Leave this file of the live release behind."
        ),
    ):
        function = option(function)
    return function


def _given(yes: bool = False, confirm: str = "", approved: str = "", **planning: Any) -> dict[str, Any]:
    lists = {key: list(value) if isinstance(value, tuple) else value for key, value in planning.items()}
    return {"yes": yes, "confirm": confirm, "approved": approved, **lists}


def _again(source: str, target: str, given: Mapping[str, Any]) -> str:
    """Return the command that promotes as it was planned."""
    words = ["mageconsole", "promote", source, target]
    for name, value in given.items():
        option = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words += [option] if value else []
        else:
            words += [word for one in _each(value) for word in (option, one)]
    return shlex.join(words)


def _each(value: Any) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list | tuple) else [str(value)] if value else []


async def _start(door: Console, plan: Plan) -> Job:
    approved = str(plan.options.get("approved", ""))
    if approved:
        door.refuse_other(plan, approved)
    for line in plan_lines(plan, brief=True):
        tell(line)
    return await door.start(plan, await _secrets(door, plan))


async def _secrets(door: Console, plan: Plan) -> "Secrets | None":
    """Return where the plan's secrets come from; a keyring that is a locked file is unlocked first."""
    if not any(step.secrets for step in plan.steps):
        return None
    from core.cli.settings.common import unlocked

    return await unlocked(door)


@click.command()
@click.argument("source")
@click.argument("target")
@_planning
def plan(source: str, target: str, artifact: str, **planning: Any) -> int:
    """Say what promoting SOURCE to TARGET would do; change nothing."""
    door = console()

    async def work() -> Plan:
        async with door.planner(target) as planner:
            return await planner.promotion(
                source, target, artifact=artifact, options=door.options(_given(**planning))
            )

    made = door.forecast_durations(run(work()))
    digest = door.save(made)
    lines = [
        *plan_lines(made),
        "",
        f"plan {digest[:12]}    {_again(source, target, planning | {'artifact': artifact})} --plan {digest[:12]}",
    ]
    if any(not one.get("answer") for one in conflicts_of(made)):
        lines.append("first decide each conflict: --keep PATH or --take PATH, here and with promote")
    answer({"digest": digest, "plan": msgspec.to_builtins(made)}, lines)
    return int(Exit.DONE)


@click.command()
@click.argument("source")
@click.argument("target")
@_planning
@approving
@STAY
def promote(source: str, target: str, artifact: str, **given: Any) -> int:
    """Make the artifact of SOURCE live on TARGET."""
    door = console()

    async def work() -> Job:
        async with door.planner(target) as planner:
            made = await planner.promotion(
                source, target, artifact=artifact, options=door.options(_given(**given))
            )
        return await _start(door, made)

    try:
        job = run(work())
    except Refused as error:
        if error.code != "already-live":
            raise
        answer({"done": True, "what": error.what}, [error.what])
        return int(Exit.DONE)
    return follow_to_end(door, job)


@click.command()
@click.argument("target")
@click.option("--to", default="", metavar="RELEASE", help="This release instead of the one before.")
@click.option("--anyway", is_flag=True, help="Though Magento says that it does not fit the database.")
@click.option(
    "--allow-delete", multiple=True, metavar="CODE", help="Let the import delete this store, group or website."
)
@approving
@STAY
def rollback(target: str, to: str, **given: Any) -> int:
    """Make the release before the live one live again on TARGET."""
    door = console()

    async def work() -> Job:
        async with door.planner(target) as planner:
            made = await planner.rollback(target, to, options=door.options(_given(**given)))
        if not as_json():
            tell(f"{made.title}: first it is asked whether it fits the database as it now is")
        return await _start(door, made)

    return follow_to_end(door, run(work()))
