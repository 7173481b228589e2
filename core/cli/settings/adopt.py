"""`settings adopt`: what a system has becomes what environments.toml declares; nothing changes on the system."""

import click

from core.cli.context import answer, console, run
from core.cli.json_option import json_option
from core.cli.settings.change import declare
from core.cli.settings.common import SYSTEMS, key_of, scoped, unlocked
from core.console.adopting import adopted, placed
from core.console.answers import Adopted
from core.console.planning import environment_of
from core.console.settings_differences import find_difference
from core.console.settings_planning import at_hand
from core.console.system_settings import read_system
from core.errors import Exit
from core.settings.secrets.name import SecretName


@click.command()
@click.argument("environment")
@click.argument("path")
@scoped
@click.option("--env", "outside", is_flag=True, help="PATH is a key of env.php outside `system`.")
@json_option
def adopt(environment: str, path: str, scope: str, scope_code: str, outside: bool) -> int:
    """Declare for ENVIRONMENT what it has for PATH; of a secret its value goes into the keyring."""
    door = console()
    system = environment_of(door.project, environment, *SYSTEMS)
    name = path if outside else str(key_of(path, scope, scope_code))

    async def work() -> Adopted:
        secrets = await unlocked(door)
        async with door.planner(environment) as planner:
            read = await read_system(planner.connections, door.project, system, secrets.key())
        there = await at_hand(system, secrets)
        found = adopted(environment, find_difference(read, there, secrets.key(), name))
        if found.secret is not None:
            await secrets.put(SecretName(environment, found.path), found.secret)
        return found

    found = run(work())
    declare(door, placed(found, system))
    where = "its value is in the keyring" if found.secret else "as it is there"
    if found.sensitive and found.secret is None:
        where = f"its value can't be read, give it: mageconsole settings secret set {environment} {found.path}"
    answer(
        {"adopted": name, "environment": environment, "sensitive": found.sensitive},
        [f"{name} is declared for {environment}; {where}"],
    )
    return int(Exit.DONE)
