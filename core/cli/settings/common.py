"""What the commands about settings have in common: scopes, names, reading one environment."""

from typing import Any

import click

from core.cli.settings.asking import unlock
from core.console.console import Console
from core.console.planning import environment_of
from core.console.secrets import Secrets
from core.console.system_settings import SystemSettings, read_system
from core.environments.model import Role
from core.errors import ConsoleError, Exit
from core.magento.scope import Scope, parse_scope
from core.magento.setting_key import SettingKey, is_path
from core.settings.entering import input_kind, mistake
from core.text import one_line


def scoped(function: Any) -> Any:
    """Add the options that name a scope, as Magento's own commands have them."""
    for option in (
        click.option(
            "--scope",
            type=click.Choice(["default", "websites", "stores"]),
            default="default",
            show_default=True,
        ),
        click.option("--scope-code", default="", metavar="CODE", help="The code of the website or store."),
    ):
        function = option(function)
    return function


def key_of(path: str, scope: str, code: str) -> SettingKey:
    """Return the setting that a person named. Raises ConsoleError, UsageError."""
    if not is_path(path):
        raise ConsoleError(
            "wrong-setting", f"{one_line(path)!r} is no path of a setting.",
            remedy='A path looks like "web/unsecure/base_url".', exit_code=Exit.USAGE,
        )  # fmt: skip
    if (scope == "default") != (code == ""):
        raise click.UsageError("--scope websites or stores, and --scope-code CODE, go together.")
    return SettingKey(path, parse_scope(f"{scope}/{code}") if code else Scope())


def refuse_mistake(system: SystemSettings, path: str, value: str) -> None:
    """Raise ConsoleError for a value that is none for its field: as the screen has it, and Magento after it."""
    field = system.fields.get(path)
    validate = field.validate if field else ""
    kind = input_kind(path, value, validate=validate, yes_no=field is not None and field.is_yes_no)
    wrong = mistake(kind, value, path=path, validate=validate)
    if wrong:
        raise ConsoleError("wrong-value", f"{one_line(value)!r} can't be {path}.", where=system.environment.name,
                           remedy=wrong, exit_code=Exit.USAGE)  # fmt: skip


async def read_of(door: Console, name: str) -> SystemSettings:
    """Read the settings of an environment, of any role."""
    environment = environment_of(door.project, name)
    secrets = Secrets(door.project)
    async with door.planner(name) as planner:
        return await read_system(planner.connections, door.project, environment, secrets.key())


async def unlocked(door: Console) -> Secrets:
    """Return the project's secrets; a keyring's file is unlocked where there is a person to ask."""
    secrets = Secrets(door.project)
    if any(environment.sensitive for environment in door.project.environments.values()):
        await unlock(secrets)
    return secrets


SYSTEMS = (Role.DEVELOPMENT, Role.STAGING, Role.PRODUCTION)
"""The roles of systems with an env.php."""
