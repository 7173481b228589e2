"""`settings set` and `settings unset`: declared in environments.toml, or for shared settings in config.php."""

from typing import Any

import click

from core.cli.approving import approving
from core.cli.context import answer, console, run
from core.cli.json_option import json_option
from core.cli.settings.common import SYSTEMS, key_of, read_of, refuse_mistake, scoped, unlocked
from core.cli.settings.running import DRY, as_it_is, run_plan, show_plan
from core.console import declaring
from core.console.console import Console
from core.console.declaring import Placed
from core.console.planning import environment_of
from core.console.secrets import Secrets
from core.console.setting_change import refuse_unknown_scope
from core.console.settings_planning import NothingToChange, shared_plan
from core.console.shared_rules import refuse_shared_elsewhere
from core.environments.edit import REMOVE, Leaf
from core.environments.leaks import is_secret_name
from core.environments.model import Environment, Role
from core.errors import Exit, Refused
from core.magento.setting_key import SettingKey
from core.model.plan import Plan
from core.settings.desired import desired


def declare(door: Console, changes: Placed) -> None:
    """Write declarations, and go on with them. Raises ConsoleError."""
    door.project = declaring.declare(door.project, changes)


def _shared(
    door: Console, environment: str, key: SettingKey, value: str | None, message: str, given: dict[str, Any]
) -> tuple[Plan, Secrets]:
    async def work() -> tuple[Plan, Secrets]:
        secrets = await unlocked(door)
        put, unset = ({key: value}, ()) if value is not None else ({}, (key,))
        verb = "Set" if value is not None else "Take away"
        async with door.planner(environment) as planner:
            made = await shared_plan(
                planner, environment, secrets, put, unset, message=message or f"{verb} {key}",
                options=door.options(given),
            )  # fmt: skip
        return made, secrets

    return run(work())


def _declare_env(door: Console, environment: str, path: str, value: Leaf) -> int:
    if path.split("/")[0] == "crypt":
        raise Refused(
            "crypt-key", "The encryption key is not changed by the console, and never moved.", where=environment,
            remedy="Use bin/magento encryption:key:change on the system itself.",
        )  # fmt: skip
    if is_secret_name(path):
        declaring.refuse_secret(environment, path, "by its name")
    declare(door, {("environments", environment, "env", path): value})
    return _told(environment, path)


def _told(environment: str, name: str) -> int:
    line = f"{name} is declared for {environment}; `mageconsole settings apply {environment}` makes it so"
    answer({"declared": name, "environment": environment}, [line])
    return int(Exit.DONE)


@click.command("set")
@click.argument("environment")
@click.argument("path")
@click.argument("value")
@scoped
@click.option("--env", "outside", is_flag=True, help="PATH is a key of env.php outside `system`.")
@click.option(
    "--anyway", default="", metavar="REASON", help="A shared setting for this system alone; recorded."
)
@click.option("--message", default="", metavar="TEXT", help="Of the commit, for a shared setting.")
@DRY
@approving
@json_option
def set_(
    environment: str, path: str, value: str, scope: str, scope_code: str, outside: bool, anyway: str, message: str,
    dry_run: bool, **given: Any,
) -> int:  # fmt: skip
    """Declare VALUE for PATH on ENVIRONMENT; a shared setting is changed on development, committed and pushed."""
    door = console()
    found = environment_of(door.project, environment, *SYSTEMS)
    if outside:
        return _declare_env(door, environment, path, value)
    key = key_of(path, scope, scope_code)
    system = run(read_of(door, environment))
    refuse_unknown_scope(system, key)
    kind = system.classifier.of(path, value)
    if kind.kind.is_sensitive or path in found.sensitive:
        declaring.refuse_secret(environment, path, kind.why)
    refuse_mistake(system, path, value)
    if kind.kind.is_system or not kind.kind.is_shared:
        declare(door, declaring.setting(environment, key, value))
        return _told(environment, str(key))
    if found.role is not Role.DEVELOPMENT:
        if not anyway.strip():
            refuse_shared_elsewhere(found)
        return _anyway(door, found, key, value, anyway.strip())
    return _in_config(door, environment, key, value, message, dry_run, given)


def _anyway(door: Console, environment: Environment, key: SettingKey, value: str, reason: str) -> int:
    """Declare a shared setting for one system alone, with the reason; applying it records both on the hosts."""
    declare(door, declaring.setting(environment.name, key, value, reason))
    return _told(environment.name, str(key))


def _in_config(
    door: Console, environment: str, key: SettingKey, value: str | None, message: str, dry_run: bool,
    given: dict[str, Any],
) -> int:  # fmt: skip
    try:
        plan, secrets = _shared(door, environment, key, value, message, given)
    except NothingToChange as nothing:
        return as_it_is(nothing.what)
    if dry_run:
        return show_plan(door, plan, f"mageconsole settings set {environment} {key.path} ...")
    return run_plan(door, plan, secrets)


@click.command()
@click.argument("environment")
@click.argument("path")
@scoped
@click.option("--env", "outside", is_flag=True, help="PATH is a key of env.php outside `system`.")
@click.option("--message", default="", metavar="TEXT", help="Of the commit, for a shared setting.")
@DRY
@approving
@json_option
def unset(
    environment: str, path: str, scope: str, scope_code: str, outside: bool, message: str, dry_run: bool,
    **given: Any,
) -> int:  # fmt: skip
    """Take a declaration away; on development a shared setting out of config.php. What a system has stays."""
    door = console()
    found = environment_of(door.project, environment, *SYSTEMS)
    if outside:
        declare(door, {("environments", environment, "env", path): REMOVE})
        return _removed(environment, path)
    key = key_of(path, scope, scope_code)
    if key in desired(found).settings:
        declare(door, declaring.no_setting(found, key))
        return _removed(environment, str(key))
    if found.role is not Role.DEVELOPMENT:
        return as_it_is(
            f"{key} is not declared for {environment}; `settings show {environment}` says where it is set"
        )
    return _in_config(door, environment, key, None, message, dry_run, given)


def _removed(environment: str, name: str) -> int:
    line = (
        f"{name} is not declared for {environment} any more; what the system has stays, "
        f"`mageconsole settings apply {environment} --remove {name}` takes it away"
    )
    answer({"undeclared": name, "environment": environment}, [line])
    return int(Exit.DONE)
