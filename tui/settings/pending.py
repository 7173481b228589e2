"""Changes that are pending: declared, or known to be needed, and not done on the system. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from core.console.settings_table import SettingsTable
from core.environments.model import Project, Role
from core.secret import MASK
from core.settings.desired import desired, secret_place
from core.text import one_line

_MOVED: Final = ("secret-in-config", "system-specific-in-config")
OUT: Final = "out of config.php"


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    system: str
    name: str
    """The setting with its scope, or the key of env.php."""
    before: str
    after: str
    does: Literal["apply", "take out"] = "apply"


def pending(
    project: Project, read: SettingsTable, declared: Mapping[str, Sequence[str]]
) -> tuple[Pending, ...]:
    """Return the changes, in the order of the systems. declared: what applying would change, by system."""
    return tuple(_all(project, read, declared))


def _all(project: Project, read: SettingsTable, declared: Mapping[str, Sequence[str]]) -> Iterator[Pending]:
    now = _texts(read, {name for names in declared.values() for name in names})
    for system in read.names:
        environment = project.environments.get(system)
        if environment is None:
            continue
        wanted = desired(environment)
        values = {str(key): value for key, value in wanted.settings.items()} | dict(wanted.env)
        for name in declared.get(system, ()):
            after = one_line(str(values[name]), 200) if name in values else MASK
            yield Pending(system=system, name=name, before=now.get((name, system), ""), after=after)
        if environment.role is not Role.DEVELOPMENT:
            continue
        named = {str(key) for key in wanted.settings} | {str(secret_place(path)) for path in wanted.secrets}
        for finding in read.findings:
            todo = finding.name in named and finding.name not in declared.get(system, ())
            if finding.environment == system and finding.code in _MOVED and todo:
                yield Pending(system=system, name=finding.name, before="config.php", after=OUT, does="take out")


def _texts(read: SettingsTable, names: set[str]) -> dict[tuple[str, str], str]:
    """Return what settings are now, by name and system."""
    rows = [row for row in read.rows if row.name in names]
    return {
        (row.name, system): cell.text
        for row in rows
        for system, cell in zip(read.names, row.cells, strict=True)
        if cell is not None
    }
