"""`settings secret`: values come from a prompt without echo or from standard input, never from an argument."""

import sys

import click
import msgspec

from core.cli.context import answer, as_json, console, interactive, run, tell
from core.cli.json_option import json_option
from core.console.planning import environment_of
from core.console.secrets import Kept, Secrets
from core.errors import ConsoleError, Exit
from core.magento.setting_key import is_path
from core.secret import Secret
from core.settings.secrets.backend import Condition
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


def read_secret(question: str) -> Secret:
    """Return what a person types twice without echo, or else all of standard input without its last line's end."""
    if interactive():
        typed: str = click.prompt(question, hide_input=True, confirmation_prompt=True, err=True)
        return Secret(typed)
    try:
        text = sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise ConsoleError(
            "secret-not-text", "What came on standard input is not UTF-8.", exit_code=Exit.USAGE
        ) from None
    return Secret(text.removesuffix("\n").removesuffix("\r"))


async def unlock(secrets: Secrets) -> None:
    """Ask for the passphrase of a keyring that is an encrypted file, where there is a person to ask."""
    standing = await secrets.resolver.vault.standing()
    if standing.condition is not Condition.NEEDS_PASSPHRASE or not interactive():
        return
    typed: str = click.prompt("Passphrase of the keyring's file", hide_input=True, err=True)
    await secrets.resolver.vault.unlock(Secret(typed))


@secret.command("set")
@click.argument("environment")
@click.argument("path")
@click.option("--scope", type=click.Choice(["default", "websites", "stores"]), default="default")
@click.option("--scope-code", default="", metavar="CODE")
@json_option
def set_(environment: str, path: str, scope: str, scope_code: str) -> int:
    """Keep the value of PATH on ENVIRONMENT in the keyring. It is asked for, or read from standard input."""
    door = console()
    if not is_path(path.strip("/")):
        raise ConsoleError(
            "wrong-setting", f"{one_line(path)!r} is no path of a setting, nor a key of env.php.",
            remedy='A path looks like "payment/acme/private_key" or "db/connection/default/password".',
            exit_code=Exit.USAGE,
        )  # fmt: skip
    found = environment_of(door.project, environment)
    name = SecretName(environment, _named(path, scope, scope_code))
    secrets = Secrets(door.project)

    async def work() -> None:
        standing = await secrets.resolver.vault.standing()
        if not standing.usable:
            raise refusal(standing)
        await unlock(secrets)
        await secrets.put(name, read_secret(f"Value of {name}"))

    run(work())
    declared = name.path in found.sensitive
    lines = [f"{one_line(name.path)} on {environment} is in the keyring"]
    if not declared:
        lines.append(
            f"name it under `sensitive` of {environment} in environments.toml: only then it is applied"
        )
    answer(
        {
            "environment": environment,
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
@click.argument("environment")
@click.argument("path")
@click.option("--scope", type=click.Choice(["default", "websites", "stores"]), default="default")
@click.option("--scope-code", default="", metavar="CODE")
@json_option
def remove(environment: str, path: str, scope: str, scope_code: str) -> int:
    """Forget the value of PATH on ENVIRONMENT. The systems keep theirs."""
    door = console()
    environment_of(door.project, environment)
    name = SecretName(environment, _named(path, scope, scope_code))
    secrets = Secrets(door.project)

    async def work() -> bool:
        await unlock(secrets)
        return await secrets.remove(name)

    removed = run(work())
    told = "is forgotten" if removed else "was not in the keyring"
    answer({"removed": removed}, [f"{one_line(name.path)} on {environment} {told}"])
    return int(Exit.DONE)
