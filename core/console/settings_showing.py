"""Making what the screen shows of settings out of what was read. Pure; runs in the looking process."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from core.console import settings_comparing
from core.console.settings_comparing import Side
from core.console.settings_table import (
    SettingsTable,
    ShownCell,
    ShownDifference,
    ShownFinding,
    ShownLadder,
    ShownRung,
    ShownSetting,
)
from core.console.system_settings import SystemSettings
from core.environments.model import Role
from core.jobs.events import Failure
from core.magento.scope import DEFAULT, Scope, store, website
from core.magento.setting_key import SettingKey
from core.magento.source_models import source_options
from core.settings.column import ABSENT, Cell
from core.settings.finding import Finding
from core.settings.layers import Layer
from core.settings.matrix import Matrix, compared
from core.settings.provenance import provenance
from core.settings.row import Row, State
from core.settings.value import Sensitive, SettingValue, shown
from core.text import one_line

_LONGEST = 400
_UNLIKE = State.DIFFERING | State.MISSING | State.UNKNOWN
_COMPARED = _UNLIKE | State.EQUAL


def text_of(value: SettingValue) -> str:
    """Return a value for a person; of a secret only what tells whether two are the same."""
    if isinstance(value, Sensitive):
        return f"{shown(value)} {value.fingerprint[:4]}".strip()
    return one_line(shown(value), _LONGEST)


def table(
    systems: Mapping[str, SystemSettings],
    failures: Mapping[str, Failure],
    differences: Mapping[str, tuple[ShownDifference, ...]],
    outside: tuple[ShownSetting, ...] = (),
) -> SettingsTable:
    """Return the systems side by side; kinds are those that the first one's modules declare.

    outside: rows of keys of env.php outside `system`.
    """
    findings = [finding for system in systems.values() for finding in system.findings()]
    rows: tuple[ShownSetting, ...] = ()
    if systems:
        first = next(iter(systems.values()))
        layers = {name: system.source.layers for name, system in systems.items()}
        matrix = Matrix(layers, first.classifier, [item.key for item in findings if item.key])
        own = [at for at, system in enumerate(systems.values()) if system.environment.role is not Role.BUILD]
        whole = tuple(matrix.columns[at].is_whole for at in own)
        rows = tuple(shown_row(among(matrix.row(position), own, whole)) for position in range(len(matrix)))
    return SettingsTable(
        names=tuple(systems),
        rows=(*outside, *rows),
        findings=tuple(map(_finding, findings)),
        scopes=_scopes(systems.values()),
        failures=dict(failures),
        differences=dict(differences),
    )


def _finding(item: Finding) -> ShownFinding:
    return ShownFinding(
        code=item.code, environment=item.environment, name=str(item.key or item.env), what=item.what,
        remedy=item.remedy, blocks=item.blocks,
    )  # fmt: skip


def beside(first: Side, second: Side, systems: Mapping[str, SystemSettings]) -> SettingsTable:
    """Return two sides beside each other. systems: those that were read."""
    matrix = settings_comparing.beside(first, second)
    named = [systems[side.name] for side in (first, second) if side.name in systems]
    return SettingsTable(
        names=(first.name, second.name),
        rows=tuple(shown_row(matrix.row(position)) for position in range(len(matrix))),
        findings=tuple(_finding(finding) for system in named for finding in system.findings()),
        scopes=_scopes(named),
    )


def _scopes(systems: Iterable[SystemSettings]) -> tuple[str, ...]:
    """Return the scopes of all systems: default, websites, stores."""
    trees = [system.source.layers.scopes for system in systems]
    found = [DEFAULT, *(website(code) for tree in trees for code in tree.websites)]
    found += [store(code) for tree in trees for code in tree.stores]
    return tuple(dict.fromkeys(map(str, found)))


def among(row: Row, own: Sequence[int], whole: tuple[bool, ...]) -> Row:
    """Return a row as the systems that have values of their own compare where no config.php says anything.

    own: their columns; whole: whether all of each was read.
    """
    cells = [row.cells[at] for at in own]
    if len(own) == len(row.cells) or not own or not row.state & _UNLIKE:
        return row
    if any(cell is not None and cell.layer is Layer.CONFIG for cell in cells):
        return row
    state = compared(tuple(ABSENT if cell is None else cell.value for cell in cells), whole)
    return msgspec.structs.replace(row, state=row.state & ~_COMPARED | State(state))


def shown_row(row: Row) -> ShownSetting:
    """Return a row as it crosses to the screen."""
    kind = row.classification
    return ShownSetting(
        row.key.path,
        str(row.key.scope),
        str(kind.kind),
        str(kind.evidence),
        kind.why,
        int(row.state),
        tuple(_cell(cell, row.key.scope) for cell in row.cells),
    )


def _cell(cell: Cell | None, scope: Scope) -> ShownCell | None:
    if cell is None:
        return None
    return ShownCell(text_of(cell.value), str(cell.layer), cell.scope != scope, cell.is_null_locked)


def ladder(name: str, system: SystemSettings, key: SettingKey) -> ShownLadder:
    """Return every layer of a setting on one system."""
    known = provenance(system.source.layers, key)
    field = system.fields.get(key.path)
    return ShownLadder(
        environment=name,
        label=" / ".join(part for part in field.labels if part) if field else "",
        type=field.type if field else "",
        rungs=tuple(
            ShownRung(
                layer=str(found.layer),
                scope=str(found.scope),
                text=text_of(found.value),
                wins=found is known.winner,
            )
            for found in known.found
        ),
        locked_by=str(known.locked_by.layer) if known.locked_by else "",
        unread=tuple(map(str, known.unread)),
        comment=one_line(field.comment, _LONGEST) if field else "",
        yes_no=field is not None and field.is_yes_no,
        options=(field.options or source_options(field.source_model)) if field else (),
        validate=field.validate if field else "",
    )
