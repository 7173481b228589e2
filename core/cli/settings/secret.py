"""`settings secret`: values come from a prompt without echo or from standard input, never from an argument."""

from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple

import click
import msgspec

from core.cli.context import answer, as_json, console, run, tell
from core.cli.json_option import json_option
from core.cli.settings.asking import read_secret, unlock
from core.cli.settings.common import scoped
from core.console.planning import environment_of
from core.console.secrets import Kept, Secrets
from core.environments.model import Environment
from core.errors import ConsoleError, Exit
from core.magento.setting_key import is_path
from core.settings.secrets.name import SecretName
from core.settings.secrets.resolver import Origin
from core.settings.secrets.vault import refusal
from core.text import one_line


@click.group()
def secret() -> None:
    """Keep the values of sensitive settings, and tell where each comes from."""


def _named(path: str, scope: str, code: str) -> str:
    """Return a path with its scope in front, as `sensitive` of environments.toml has it."""
    if scope == "default":
        return path.strip("/")
    if not code:
        raise click.UsageError(f"The scope {scope} needs --scope-code.")
    return f"{scope}/{code}/{path.strip('/')}"


class One(NamedTuple):
    """One secret that a command is about."""

    secrets: Secrets
    """The project's."""
    environment: Environment
    path: str
    name: SecretName


def _of_one(function: Callable[[One], int]) -> Any:
    """Let a command name one secret."""

    @click.argument("environment")
    @click.argument("path")
    @scoped
    @wraps(function)
    def named(environment: str, path: str, scope: str, scope_code: str) -> int:
        door = console()
        found = environment_of(door.project, environment)
        name = SecretName(environment, _named(path, scope, scope_code))
        return function(One(Secrets(door.project), found, path.strip("/"), name))

    return named


@secret.command("set")
@json_option
@_of_one
def set_(one: One) -> int:
    """Keep the value of PATH on ENVIRONMENT in the keyring. It is asked for, or read from standard input."""
    secrets, environment, path, name = one
    if not is_path(path):
        raise ConsoleError(
            "wrong-setting", f"{one_line(path)!r} is no path of a setting, nor a key of env.php.",
            remedy='A path looks like "payment/acme/private_key" or "db/connection/default/password".',
            exit_code=Exit.USAGE,
        )  # fmt: skip

    async def work() -> None:
        standing = await secrets.resolver.vault.standing()
        if not standing.usable:
            raise refusal(standing)
        await unlock(secrets)
        await secrets.put(name, read_secret(f"Value of {name}"))

    run(work())
    declared = name.path in environment.sensitive
    lines = [f"{one_line(name.path)} on {environment.name} is in the keyring"]
    if not declared:
        lines.append(
            f"name it under `sensitive` of {environment.name} in environments.toml: only then it is applied"
        )
    answer(
        {
            "environment": environment.name,
            "path": name.path,
            "origin": Origin.KEYRING.value,
            "declared": declared,
        },
        lines,
    )
    return int(Exit.DONE)


def _line(kept: Kept) -> str:
    told = f"{kept.origin}: {kept.detail}" if kept.detail else str(kept.origin)
    if kept.origin is Origin.NOWHERE:
        told = "NO VALUE AT HAND" if kept.declared else "no value at hand"
    mark = f"  {kept.fingerprint[:8]}" if kept.fingerprint else ""
    return f"  {one_line(kept.path):<44} {one_line(told, 120)}{mark}"


@secret.command("list")
@click.argument("environment")
@json_option
def list_(environment: str) -> int:
    """Where the secrets of ENVIRONMENT come from; a value is never shown. Exit 1 when one has no value."""
    door = console()
    found = environment_of(door.project, environment)
    secrets = Secrets(door.project)

    async def work() -> tuple[Kept, ...]:
        await unlock(secrets)
        return await secrets.list(found)

    kept = run(work())
    if not as_json():
        for number, source in enumerate(secrets.resolver.sources, 1):
            tell(f"  {number}. {source}")
    lines = [_line(one) for one in kept] or [f"{environment} has no secrets"]
    for note in dict.fromkeys(note for one in kept if one.origin is Origin.NOWHERE for note in one.notes):
        lines.append(f"      {one_line(note, 240)}")
    answer({"secrets": msgspec.to_builtins(kept), "order": list(secrets.resolver.sources)}, lines)
    lacking = any(one.declared and one.origin is Origin.NOWHERE for one in kept)
    return int(Exit.FAILED if lacking else Exit.DONE)


@secret.command("remove")
@json_option
@_of_one
def remove(one: One) -> int:
    """Forget the value of PATH on ENVIRONMENT. The systems keep theirs."""
    secrets, environment, _, name = one

    async def work() -> bool:
        await unlock(secrets)
        return await secrets.remove(name)

    removed = run(work())
    told = "is forgotten" if removed else "was not in the keyring"
    answer({"removed": removed}, [f"{one_line(name.path)} on {environment.name} {told}"])
    return int(Exit.DONE)
