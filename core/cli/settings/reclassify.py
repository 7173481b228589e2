"""`settings reclassify`: move a setting from one kind to another, without changing what any system does."""

from collections.abc import Mapping
from typing import Any

import click

from core.cli.approving import approving
from core.cli.context import answer, console, run, tell
from core.cli.settings.apply import plan_of
from core.cli.settings.change import declare
from core.cli.settings.common import SYSTEMS, key_of, read_of, unlocked
from core.cli.settings.json_option import json_option
from core.cli.settings.running import run_plan
from core.console.console import Console
from core.console.declaring import Placed, declared_at, sensitive
from core.console.secrets import Secrets
from core.console.settings_planning import NothingToChange, shared_plan
from core.console.system_settings import SystemSettings
from core.environments.edit import Leaf, Removal
from core.environments.model import Role
from core.errors import Exit, Refused
from core.magento.setting_key import SettingKey
from core.settings.confirmed import kind_of
from core.settings.layers import Layer
from core.settings.provenance import Found, provenance
from core.settings.secrets.name import SecretName
from core.settings.value import Sensitive, plain_text


class _Move:
    """One setting on its way."""

    def __init__(self, door: Console, key: SettingKey, given: dict[str, Any]) -> None:
        self._door = door
        self._key = key
        self._given = given

    def read(self) -> dict[str, SystemSettings]:
        """Read every system that has an env.php."""
        names = [name for name, one in self._door.project.environments.items() if one.role in SYSTEMS]

        async def work() -> dict[str, SystemSettings]:
            found = {}
            for name in names:
                try:
                    found[name] = await read_of(self._door, name)
                except Refused as error:
                    if error.code != "nothing-live":
                        raise
                    tell(f"{name} is left out: nothing is live there")
            return found

        return run(work())

    def values(self, systems: Mapping[str, SystemSettings]) -> dict[str, Found]:
        """Return what each system has now, whether it says so itself or config.php does."""
        found = {}
        for name, system in systems.items():
            winner = provenance(system.source.layers, self._key).winner
            if winner is not None and winner.layer is not Layer.MODULE:
                found[name] = winner
        if not found:
            raise Refused(
                "setting-unset", f"No system sets {self._key}.",
                remedy="A kind that a person confirms stands under `kinds` in [project] of environments.toml.",
            )  # fmt: skip
        return found

    def to_secret(self, values: Mapping[str, Found]) -> None:
        """Keep each system's value in the keyring, and declare the path as sensitive there."""
        placed: dict[tuple[str, ...], Leaf | Removal] = {}

        async def keep() -> None:
            secrets = await unlocked(self._door)
            for name, found in values.items():
                await self._keep(secrets, name, found)

        run(keep())
        for name in values:
            placed |= sensitive(self._door.project.environments[name], self._key.path)
        self._write(placed)

    async def _keep(self, secrets: Secrets, name: str, found: Found) -> None:
        known = await secrets.resolver.find(SecretName(name, self._key.path))
        if known.secret is not None:
            return
        if not isinstance(found.value, Sensitive) or found.value.encrypted:
            raise Refused(
                "value-unknown",
                f"What {self._key} is on {name} can't be read: it is encrypted with that system's key."
                if isinstance(found.value, Sensitive)
                else f"{self._key} on {name} is not taken for a secret by anything; name it first.",
                where=name,
                remedy=f"Give it by hand: mageconsole settings secret set {name} {self._key.path}",
            )
        await secrets.put(known.name, found.value.secret)

    def to_declared(self, values: Mapping[str, Found]) -> None:
        """Declare each system's value in environments.toml."""
        self._write(
            {
                declared_at(name, self._key): plain_text(found.value)
                for name, found in values.items()
                if not isinstance(found.value, Sensitive)
            }
        )

    def confirm(self, kind: str) -> None:
        """Write down what a person says of the kind."""
        self._write({("project", "kinds", self._key.path): kind})

    def _write(self, placed: Placed) -> None:
        if placed:
            declare(self._door, placed)

    def apply(self, names: list[str]) -> int:
        """Put the value into each system's own env.php, one job each; the first that fails ends it."""
        for name in names:
            try:
                plan, secrets = plan_of(self._door, name, (self._key.path,), (), self._given_for(name))
            except NothingToChange as nothing:
                tell(nothing.what)
                continue
            code = run_plan(self._door, plan, secrets)
            if code != Exit.DONE:
                return code
        return int(Exit.DONE)

    def out_of_config(self) -> int:
        """Take it out of config.php on development: committed and pushed, and with the next artifact everywhere."""
        name = next(
            (name for name, one in self._door.project.environments.items() if one.role is Role.DEVELOPMENT), ""
        )
        if not name:
            tell(f"there is no development system here: take {self._key} out of config.php in git")
            return int(Exit.DONE)

        async def work() -> Any:
            secrets = await unlocked(self._door)
            async with self._door.planner(name) as planner:
                made = await shared_plan(
                    planner, name, secrets, {}, (self._key,),
                    message=f"Take {self._key} out of config.php: it is another on each system",
                    options=self._door.options(self._given_for(name)),
                )  # fmt: skip
            return made, secrets

        try:
            plan, secrets = run(work())
        except NothingToChange as nothing:
            tell(nothing.what)
            return int(Exit.DONE)
        return run_plan(self._door, plan, secrets)

    def _given_for(self, name: str) -> dict[str, Any]:
        confirm = self._given.get("confirm", "")
        return {**self._given, "confirm": name if confirm == "all" else confirm, "approved": ""}


@click.command()
@click.argument("path")
@click.argument("kind", type=click.Choice(["shared", "system", "sensitive"]))
@approving
@json_option
def reclassify(path: str, kind: str, **given: Any) -> int:
    """Move PATH to another kind: what each system does stays the same, until somebody changes it.

    sensitive: the value goes from config.php into the keyring and each system's env.php. system: it is declared for
    each system. shared: only that a guess was wrong is written down.
    """
    door = console()
    move = _Move(door, key_of(path, "default", ""), given)
    if kind == "shared":
        return _shared(move, path, kind)
    systems = move.read()
    values = move.values(systems)
    told = next(iter(systems.values())).classifier(path)
    if told.is_guessed and told.kind is not kind_of(kind):
        move.confirm(kind)
        values = move.values(move.read())
    if kind == "sensitive":
        move.to_secret(values)
    else:
        move.to_declared(values)
    code = move.apply(list(values))
    if code == Exit.DONE:
        code = move.out_of_config()
    if code == Exit.DONE:
        answer(
            {"path": path, "kind": kind}, [f"{path} is {kind} now; config.php loses it with the next artifact"]
        )
    return code


def _shared(move: _Move, path: str, kind: str) -> int:
    systems = move.read()
    told = next(iter(systems.values())).classifier(path)
    if not told.is_guessed and told.kind is not kind_of(kind):
        raise Refused(
            "kind-declared", f"{path} is {told.kind}: {told.why}.",
            remedy="What modules declare is not changed here; change it in the module's di.xml.",
        )  # fmt: skip
    move.confirm(kind)
    answer({"path": path, "kind": kind}, [f"{path} is shared: environments.toml says so now"])
    return int(Exit.DONE)
