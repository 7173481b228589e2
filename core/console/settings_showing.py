"""Making what the screen shows of settings out of what was read. Pure; runs in the looking process."""

from collections.abc import Iterable, Mapping

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
from core.jobs.events import Failure
from core.magento.scope import DEFAULT, Scope, store, website
from core.magento.setting_key import SettingKey
from core.settings.column import Cell
from core.settings.matrix import Matrix
from core.settings.provenance import provenance
from core.settings.row import Row
from core.settings.value import Sensitive, SettingValue, shown
from core.text import one_line

_LONGEST = 400


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
        rows = tuple(shown_row(matrix.row(position)) for position in range(len(matrix)))
    return SettingsTable(
        names=tuple(systems),
        rows=(*outside, *rows),
        findings=tuple(
            ShownFinding(
                code=item.code,
                environment=item.environment,
                name=str(item.key or item.env),
                what=item.what,
                remedy=item.remedy,
                blocks=item.blocks,
            )
            for item in findings
        ),
        scopes=_scopes(systems.values()),
        failures=dict(failures),
        differences=dict(differences),
    )


def _scopes(systems: Iterable[SystemSettings]) -> tuple[str, ...]:
    """Return the scopes of all systems: default, websites, stores."""
    trees = [system.source.layers.scopes for system in systems]
    found = [DEFAULT, *(website(code) for tree in trees for code in tree.websites)]
    found += [store(code) for tree in trees for code in tree.stores]
    return tuple(dict.fromkeys(map(str, found)))


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
        options=field.options if field else (),
        validate=field.validate if field else "",
    )
