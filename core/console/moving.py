"""Moving a setting from one kind to another, at all its scopes: what each system does stays the same. Pure.

shared -> system, sensitive    each system gets its own value first; config.php loses it when all have it
system <-> sensitive           declared in environments.toml, or kept in the keyring; env.php stays
system, sensitive -> shared    config.php gets it on development; env.php loses it where config.php has it
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias

import msgspec

from core.console import declaring
from core.console.settings_table import ShownCell, ShownSetting
from core.console.staged import Staged
from core.environments.edit import Leaf, Removal
from core.environments.model import Environment, Project, Role
from core.errors import Refused
from core.magento.scope import parse_scope
from core.magento.setting_key import SettingKey
from core.secret import Secret
from core.settings.desired import desired, secret_path
from core.settings.secrets.name import SecretName

To: TypeAlias = Literal["shared", "system", "sensitive"]
_TOLD: Final = ("guessed", "confirmed")
"""Evidence that a person may overrule; what modules declare is changed in their di.xml."""


class Move(msgspec.Struct, frozen=True, kw_only=True):
    """What moves it."""

    placed: Mapping[tuple[str, ...], Leaf | Removal]
    """What is written into environments.toml."""
    keeps: tuple[tuple[SecretName, Secret], ...] = ()
    """What the keyring gets, unless it has a value of that name."""
    staged: tuple[Staged, ...] = ()
    """What development's config.php gets."""


def key_of(row: ShownSetting) -> SettingKey:
    """Return the setting of a row."""
    return SettingKey(row.path, parse_scope(row.scope))


def wanted_values(
    project: Project, names: Sequence[str], rows: Sequence[ShownSetting]
) -> tuple[tuple[str, ShownSetting], ...]:
    """Return whose values have to be read: every system with an env.php that has one, by row."""
    return tuple(
        (name, row)
        for row in rows
        for name, cell in zip(names, row.cells, strict=True)
        if cell is not None and project.environments[name].role is not Role.BUILD
    )


def move(
    project: Project,
    names: Sequence[str],
    rows: Sequence[ShownSetting],
    to: To,
    values: Mapping[tuple[str, str], Secret],
) -> Move:
    """Return what moves a setting. rows: all of its path; values: by system and name of the row.

    Raises Refused `kind-declared`, `values-differ`, `setting-unset`, `no-development`.
    """
    return _Moving(project, names, rows, values).to(to)


class _Moving:
    def __init__(
        self,
        project: Project,
        names: Sequence[str],
        rows: Sequence[ShownSetting],
        values: Mapping[tuple[str, str], Secret],
    ) -> None:
        self._project = project
        self._systems = [
            project.environments[name] for name in names if project.environments[name].role is not Role.BUILD
        ]
        self._names = tuple(names)
        self._rows = rows
        self._values = values
        self._path = rows[0].path
        self._placed: dict[tuple[str, ...], Leaf | Removal] = {}

    def to(self, kind: To) -> Move:
        row = self._rows[0]
        is_sensitive, is_shared = "sensitive" in row.kind, row.kind == "shared"
        known = {
            "shared": is_shared,
            "sensitive": is_sensitive,
            "system": "system" in row.kind and not is_sensitive,
        }
        overrules = kind == "shared" or is_sensitive
        if not known[kind] and overrules and row.evidence not in _TOLD:
            raise Refused(
                "kind-declared", f"{row.path} is {row.kind}: {row.why}.",
                remedy="What modules declare is not changed here; change it in the module's di.xml.",
            )  # fmt: skip
        if not known[kind] or (row.evidence == "guessed" and not is_shared):
            self._placed["project", "kinds", row.path] = kind
        if kind == "shared":
            return self._shared()
        return self._sensitive() if kind == "sensitive" else self._system()

    def _set(self) -> Iterator[tuple[Environment, ShownSetting]]:
        """Yield on which systems somebody sets it, at the scope of each row."""
        for row in self._rows:
            for system in self._systems:
                cell = self._cell(system, row)
                if cell is not None and cell.layer != "module default" and not cell.inherited:
                    yield system, row

    def _cell(self, system: Environment, row: ShownSetting) -> ShownCell | None:
        return row.cells[self._names.index(system.name)]

    def _found(self) -> list[tuple[Environment, ShownSetting]]:
        found = list(self._set())
        if not found:
            raise Refused("setting-unset", f"No system sets {self._path}.")
        return found

    def _sensitive(self) -> Move:
        keeps, named = [], {system.name: list(system.sensitive) for system in self._systems}
        for system, row in self._found():
            key = key_of(row)
            path = secret_path(key)
            keeps.append((SecretName(system.name, path), self._values[system.name, row.name]))
            if path not in named[system.name]:
                named[system.name].append(path)
            if key in desired(system).settings:
                self._placed |= declaring.no_setting(system, key)
        for system in self._systems:
            if named[system.name] != list(system.sensitive):
                self._placed["environments", system.name, "sensitive"] = named[system.name]
        return Move(placed=self._placed, keeps=tuple(keeps))

    def _system(self) -> Move:
        for system, row in self._found():
            value = self._values[system.name, row.name].reveal()
            self._placed |= declaring.setting(system.name, key_of(row), value)
        self._not_sensitive()
        return Move(placed=self._placed)

    def _not_sensitive(self) -> None:
        paths = {secret_path(key_of(row)) for row in self._rows}
        for system in self._systems:
            left = [path for path in system.sensitive if path not in paths]
            if left != list(system.sensitive):
                self._placed["environments", system.name, "sensitive"] = left

    def _shared(self) -> Move:
        development = next((one for one in self._systems if one.role is Role.DEVELOPMENT), None)
        if development is None:
            raise Refused("no-development", "There is no development system here: change config.php in git.")
        staged = []
        for row in self._rows:
            change = self._shared_row(row, development)
            if change is not None:
                staged.append(change)
            for system in self._systems:
                if key_of(row) in desired(system).settings:
                    self._placed |= declaring.no_setting(system, key_of(row))
        self._not_sensitive()
        return Move(placed=self._placed, staged=tuple(staged))

    def _shared_row(self, row: ShownSetting, development: Environment) -> Staged | None:
        """Return how config.php gets it; None where it has it already. Raises Refused `values-differ`."""
        found = {one.name: self._values.get((one.name, row.name)) for one in self._systems}
        in_env = [
            one.name for one in self._systems if (cell := self._cell(one, row)) and cell.layer == "env.php"
        ]
        cell = self._cell(development, row)
        in_config = cell is not None and cell.layer == "config.php" and not cell.inherited
        if in_config and not in_env:
            return None  # it stands where a shared setting stands: only the guess about its kind was wrong
        values = {None if value is None else value.reveal() for value in found.values()}
        if len(values) != 1 or None in values:
            without = [name for name, value in found.items() if value is None]
            told = f"{', '.join(without)} has none" if without else ", ".join(found)
            raise Refused(
                "values-differ", f"{row.name} is not the same on all systems ({told}): shared, some would change.",
                remedy="Give all systems the same value first, and apply it.",
            )  # fmt: skip
        value = next(iter(values)) or ""
        return (
            None if in_config else Staged(system=development.name, path=row.path, scope=row.scope, value=value)
        )
