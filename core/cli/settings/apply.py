"""`settings apply`: make an environment as it is declared."""

import shlex
from typing import Any

import click

from core.cli.approving import approving
from core.cli.context import console, run
from core.cli.json_option import json_option
from core.cli.settings.common import unlocked
from core.cli.settings.running import DRY, as_it_is, run_plan, show_plan
from core.console.console import Console
from core.console.secrets import Secrets
from core.console.settings_planning import NothingToChange, apply_plan
from core.model.plan import Plan


def plan_of(
    door: Console, environment: str, only: tuple[str, ...], remove: tuple[str, ...], given: dict[str, Any],
    *, exactly: bool = False,
) -> tuple[Plan, Secrets]:  # fmt: skip
    """Make the plan, and return it with the secrets that it will ask for. exactly: as `apply_plan` has it."""

    async def work() -> tuple[Plan, Secrets]:
        secrets = await unlocked(door)
        async with door.planner(environment) as planner:
            made = await apply_plan(
                planner, environment, secrets, only=only, remove=remove, exactly=exactly,
                options=door.options(given),
            )  # fmt: skip
        return door.forecast_durations(made), secrets

    return run(work())


@click.command()
@click.argument("environment")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--remove", multiple=True, metavar="PATH", help="Take away what is there and nobody declared.")
@click.option("--clean-pages", is_flag=True, help="Clean block_html and full_page too, not only config.")
@click.option("--maintenance", is_flag=True, help="Close the shop meanwhile: no page answers 500.")
@DRY
@approving
@json_option
def apply(
    environment: str, paths: tuple[str, ...], remove: tuple[str, ...], dry_run: bool, **given: Any
) -> int:
    """Set on ENVIRONMENT what environments.toml declares and the keyring holds; all of it, or only PATHs."""
    door = console()
    try:
        plan, secrets = plan_of(door, environment, paths, remove, given)
    except NothingToChange as nothing:
        return as_it_is(nothing.what)
    if dry_run:
        removed = [word for path in remove for word in ("--remove", path)]
        flags = [f"--{name.replace('_', '-')}" for name in ("clean_pages", "maintenance") if given.get(name)]
        line = shlex.join(["mageconsole", "settings", "apply", environment, *paths, *removed, *flags])
        return show_plan(door, plan, line)
    return run_plan(door, plan, secrets)
