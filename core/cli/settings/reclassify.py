"""`settings reclassify`: move a setting from one kind to another, at all its scopes; no system does anything else."""

from collections.abc import Sequence
from typing import Any

import click

from core.cli.approving import approving
from core.cli.context import answer, console, run, tell
from core.cli.json_option import json_option
from core.cli.settings.apply import plan_of
from core.cli.settings.change import declare
from core.cli.settings.common import SYSTEMS, key_of, read_of, unlocked
from core.cli.settings.running import run_plan
from core.console.console import Console
from core.console.moving import Move, To, move, wanted_values
from core.console.moving import key_of as key_of_row
from core.console.secrets import Secrets
from core.console.settings_planning import NothingToChange, readable, shared_plan
from core.console.settings_showing import table
from core.console.settings_table import ShownSetting
from core.console.staged import Staged
from core.console.system_settings import SystemSettings
from core.environments.model import Role
from core.errors import Exit, Refused
from core.magento.scope import parse_scope
from core.magento.setting_key import SettingKey
from core.model.plan import Plan
from core.secret import Secret
from core.settings.desired import secret_path
from core.settings.layers import Layer
from core.settings.secrets.name import SecretName


class _Moving:
    """One path on its way."""

    def __init__(self, door: Console, path: str, given: dict[str, Any]) -> None:
        self._door = door
        self._path = path
        self._given = given
        self.systems = self._read()
        self._names = tuple(self.systems)
        self._rows = [row for row in table(self.systems, {}, {}).rows if row.path == path]

    def _read(self) -> dict[str, SystemSettings]:
        """Read every system that has an env.php."""
        found = {}
        for name, one in self._door.project.environments.items():
            if one.role in SYSTEMS:
                try:
                    found[name] = run(read_of(self._door, name))
                except Refused as error:
                    if error.code != "nothing-live":
                        raise
                    tell(f"{name} is left out: nothing is live there")
        return found

    def decided(self, kind: To) -> Move:
        """Return what moves it. Raises Refused."""
        if kind == "shared" and not self._is_set():
            return self._confirmed()
        if not self._is_set():
            raise Refused(
                "setting-unset", f"No system sets {self._path}.",
                remedy="A kind that a person confirms stands under [project.kinds] of environments.toml.",
            )  # fmt: skip
        secrets = run(unlocked(self._door))
        wanted = wanted_values(self._door.project, self._names, self._rows)
        values = {(name, row.name): self._value(secrets, name, row) for name, row in wanted}
        known = {place: value for place, value in values.items() if value is not None}
        return move(self._door.project, self._names, self._rows, kind, known)

    def _is_set(self) -> bool:
        cells = (cell for row in self._rows for cell in row.cells if cell is not None)
        return any(cell.layer != Layer.MODULE for cell in cells)

    def _confirmed(self) -> Move:
        """Return what writes down that it is shared, though no system sets it."""
        told = next(iter(self.systems.values())).classifier(self._path)
        if told.kind.is_shared and not told.is_guessed:
            return Move(placed={})
        if not told.is_guessed:
            raise Refused(
                "kind-declared", f"{self._path} is {told.kind}: {told.why}.",
                remedy="What modules declare is not changed here; change it in the module's di.xml.",
            )  # fmt: skip
        return Move(placed={("project", "kinds", self._path): "shared"})

    def _value(self, secrets: Secrets, name: str, row: ShownSetting) -> Secret | None:
        """Return what a system has; of what is encrypted the keyring's value. None: nothing. Raises Refused."""
        key = key_of_row(row)
        try:
            return Secret(readable(self.systems, name, key).decode("utf-8", "surrogateescape"))
        except Refused as error:
            if error.code == "setting-unset":
                return None
            kept = run(secrets.resolver.find(SecretName(name, secret_path(key)))).secret
            if kept is None:
                raise
            return kept

    def keep(self, made: Move) -> None:
        """Put the secrets into the keyring that it has not, and declare the rest."""

        async def work() -> None:
            secrets = await unlocked(self._door)
            for name, secret in made.keeps:
                if (await secrets.resolver.find(name)).secret is None:
                    await secrets.put(name, secret)

        if made.keeps:
            run(work())
        if made.placed:
            declare(self._door, made.placed)

    def apply(self) -> int:
        """Put the values into each system's own env.php, one job each; the first that fails ends it."""
        for name in self._names:
            only = tuple(
                row.name
                for row in self._rows
                if (cell := row.cells[self._names.index(name)]) is not None
                and cell.layer != Layer.MODULE
                and not cell.inherited
            )
            if only and (code := self._applied(name, only)) != Exit.DONE:
                return code
        return int(Exit.DONE)

    def _applied(self, name: str, only: tuple[str, ...]) -> int:
        try:
            plan, secrets = plan_of(self._door, name, only, (), self._given_for(name), exactly=True)
        except NothingToChange as nothing:
            tell(nothing.what)
            return int(Exit.DONE)
        return run_plan(self._door, plan, secrets)

    def into_config(self, staged: Sequence[Staged]) -> int:
        """Put values into config.php on development."""
        put = {SettingKey(one.path, parse_scope(one.scope)): one.value or "" for one in staged}
        return self._config(put, (), f"Set {self._path} in config.php: it is the same on all systems")

    def out_of_config(self) -> int:
        """Take it out of config.php on development: committed and pushed, and with the next artifact everywhere."""
        keys = tuple(key_of_row(row) for row in self._rows)
        return self._config({}, keys, f"Take {self._path} out of config.php: it is another on each system")

    def _config(self, put: dict[SettingKey, str], unset: tuple[SettingKey, ...], message: str) -> int:
        systems = self._door.project.environments.items()
        name = next((name for name, one in systems if one.role is Role.DEVELOPMENT), "")
        if not name:
            tell(f"there is no development system here: change {self._path} in config.php in git")
            return int(Exit.DONE)

        async def work() -> tuple[Plan, Secrets]:
            secrets = await unlocked(self._door)
            options = self._door.options(self._given_for(name))
            async with self._door.planner(name) as planner:
                made = await shared_plan(planner, name, secrets, put, unset, message=message, options=options)
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
def reclassify(path: str, kind: To, **given: Any) -> int:
    """Move PATH to another kind, at all its scopes: what each system does stays the same, until somebody changes it.

    sensitive: the value goes from config.php into the keyring and each system's env.php. system: it is declared for
    each system. shared: development's config.php gets it, where all systems have the same.
    """
    door = console()
    key_of(path, "default", "")
    moving = _Moving(door, path, given)
    made = moving.decided(kind)
    moving.keep(made)
    if kind == "shared":
        code = moving.into_config(made.staged) if made.staged else int(Exit.DONE)
        told = f"{path} is shared" + (": environments.toml says so now" if made.placed else " already")
        if made.staged:
            told = f"{path} is shared now; when config.php has it everywhere, take it out of env.php (apply --remove)"
    else:
        code = moving.apply()
        code = moving.out_of_config() if code == Exit.DONE else code
        told = f"{path} is {kind} now; config.php loses it with the next artifact"
    if code == Exit.DONE:
        answer({"path": path, "kind": kind}, [told])
    return code
