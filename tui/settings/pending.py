"""Changes that are pending: declared, made here, or known to be needed, and not done on the system. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from core.console.settings_table import SettingsTable, ShownCell, ShownDifference, ShownSetting
from core.console.staged import Staged
from core.environments.model import Project, Role
from core.settings.desired import desired, secret_place
from core.text import one_line
from tui.promotion.wanted import Wanted

_MOVED: Final = ("secret-in-config", "system-specific-in-config")
CONFIG: Final = "config.php"
SYSTEM: Final = "env.php, system"
OUT: Final = "out of config.php"
GONE: Final = "taken away"
NEEDED: Final = "a value is needed"
Does = Literal["apply", "set", "take out", "remove"]


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One change."""

    system: str
    name: str
    """The setting with its scope, or the key of env.php."""
    before: str
    after: str
    does: Does = "apply"
    file: str = SYSTEM
    kind: str = ""
    hosts: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    """Hosts that have something else than `before`, with what."""
    effects: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    """What else can be done about it: the words of `core.settings.difference.Choice`."""
    waits: str = ""
    """Why it can't be applied yet; empty: it can."""
    change: Staged | None = None
    """What was staged here; None: it is declared, or follows from what is."""

    @property
    def key(self) -> str:
        """What names it among all."""
        return f"{self.system} {self.file} {self.name}"

    @property
    def group(self) -> tuple[str, bool]:
        """What is planned together: the changes of one system, of config.php or of env.php."""
        return self.system, self.file == CONFIG


def wanted(changes: Sequence[Pending]) -> Wanted:
    """Return what is planned for changes of one group."""
    first = changes[0]
    if first.file == CONFIG:
        shared = tuple(_shared(item) for item in changes)
        return Wanted(kind="shared", target=first.system, shared=shared)
    return Wanted(
        kind="settings",
        target=first.system,
        only=tuple(item.name for item in changes if item.does == "apply"),
        remove=tuple(item.name for item in changes if item.does == "remove"),
    )


def _shared(item: Pending) -> tuple[str, str, str | None]:
    if item.change is not None:
        return item.change.path, item.change.scope, item.change.value
    path, _, scope = item.name.partition(" (")
    return path, scope.rstrip(")") or "default", None


def pending(
    project: Project,
    read: SettingsTable,
    differences: Mapping[str, Sequence[ShownDifference]],
    staged: Sequence[Staged] = (),
) -> tuple[Pending, ...]:
    """Return the changes, in the order of the systems. differences: how each stands to what is declared for it."""
    made = _Making(project, read, differences, staged)
    return tuple(item for system in read.names for item in made.of(system))


class _Making:
    def __init__(
        self,
        project: Project,
        read: SettingsTable,
        differences: Mapping[str, Sequence[ShownDifference]],
        staged: Sequence[Staged],
    ) -> None:
        self._project = project
        self._read = read
        self._differences = differences
        self._staged = staged
        named = {item.name for item in staged} | {item.name for item in read.findings}
        self._rows = {row.name: row for row in read.rows if row.name in named or row.path in project.kinds}

    def of(self, system: str) -> Iterator[Pending]:
        """Yield what is pending for one system."""
        environment = self._project.environments.get(system)
        if environment is None or environment.role is Role.BUILD:
            return
        removed = set()
        for item in self._differences.get(system, ()):
            if not item.ignored_until and (item.applies or item.needs_value):
                yield _declared(item)
        for change in self._staged:
            if change.system == system:
                found = self._of_staged(change)
                if found is not None:
                    removed.add(found.name)
                    yield found
        for item in self._differences.get(system, ()):
            if item.standing == "not declared" and not item.ignored_until and item.name not in removed:
                yield from self._needless(item)
        if environment.role is Role.DEVELOPMENT:
            yield from self._misplaced(system)

    def _of_staged(self, change: Staged) -> Pending | None:
        """Return a staged change as it is pending; None when it is done already."""
        cell = _cell(self._read, self._rows.get(change.name), change.system)
        if change.file == CONFIG:
            now = cell.text if cell is not None and cell.layer == CONFIG and not cell.inherited else ""
            if change.value is None and not now:
                return None
            after = GONE if change.value is None else one_line(change.value, 400) or "''"
            return Pending(
                system=change.system, name=change.name, before=now, after=after, file=CONFIG, kind="shared",
                does="take out" if change.value is None else "set", change=change,
                effects=("committed and pushed", "travels with the next artifact"),
            ) if now != after else None  # fmt: skip
        found = self._undeclared(change.system, change.name)
        return None if found is None else _removal(found, change)

    def _undeclared(self, system: str, name: str) -> ShownDifference | None:
        items = self._differences.get(system, ())
        return next((one for one in items if one.name == name and one.standing == "not declared"), None)

    def _needless(self, item: ShownDifference) -> Iterator[Pending]:
        """Yield what env.php holds of a setting that was moved to the shared ones."""
        row = self._rows.get(item.name)
        if row is None or self._project.kinds.get(row.path) != "shared":
            return
        yield msgspec.structs.replace(_removal(item), waits=self._not_shared_yet(row, item))

    def _not_shared_yet(self, row: ShownSetting, item: ShownDifference) -> str:
        found = {(one.environment, one.name) for one in self._read.findings if one.code == "shared-in-env"}
        if (item.environment, row.name) in found:
            return ""
        return f"config.php on {item.environment} does not have it yet: it comes with the artifact"

    def _misplaced(self, system: str) -> Iterator[Pending]:
        """Yield what config.php has to lose: each system has, or gets, its own."""
        wants = desired(self._project.environments[system])
        named = {str(key) for key in wants.settings} | {str(secret_place(path)) for path in wants.secrets}
        open_here = {
            item.name for item in self._differences.get(system, ()) if item.applies or item.needs_value
        }
        told = set()
        for finding in self._read.findings:
            if finding.environment != system or finding.code not in _MOVED or finding.name in told:
                continue
            if finding.name in named and finding.name not in open_here:
                told.add(finding.name)
                row = self._rows.get(finding.name)
                yield Pending(
                    system=system, name=finding.name, before=f"in {CONFIG}", after=OUT, does="take out", file=CONFIG,
                    kind=row.kind if row else "", waits=self._relied_upon(row, system),
                    effects=("committed and pushed", "the other systems lose it with the next artifact"),
                )  # fmt: skip

    def _relied_upon(self, row: ShownSetting | None, system: str) -> str:
        """Return which systems would lose their value with it."""
        if row is None:
            return ""
        without = [
            name
            for name, cell in zip(self._read.names, row.cells, strict=True)
            if name != system and cell is not None and cell.layer == CONFIG and self._has_env(name)
        ]
        return f"{', '.join(without)} would lose the value: apply theirs first" if without else ""

    def _has_env(self, name: str) -> bool:
        environment = self._project.environments.get(name)
        return environment is not None and environment.role is not Role.BUILD


def _cell(read: SettingsTable, row: ShownSetting | None, system: str) -> ShownCell | None:
    return row.cells[read.names.index(system)] if row is not None and system in read.names else None


def _declared(item: ShownDifference) -> Pending:
    lacks = f"no value at hand: give it with enter on {item.name}" if item.needs_value else ""
    return Pending(
        system=item.environment, name=item.name, before=item.before, after=NEEDED if lacks else item.after,
        file=item.file, kind=item.kind, hosts=item.hosts, others=item.others, effects=item.effects,
        choices=item.choices, waits=lacks,
    )  # fmt: skip


def _removal(item: ShownDifference, change: Staged | None = None) -> Pending:
    return Pending(
        system=item.environment, name=item.name, before=item.before, after=GONE, does="remove", file=item.file,
        kind=item.kind, hosts=item.hosts, others=item.others, effects=item.effects, choices=item.choices,
        change=change,
    )  # fmt: skip
