"""Tables of settings, made by hand."""

from typing import Any

from core.console.settings_table import (
    SettingsTable,
    ShownCell,
    ShownDifference,
    ShownFinding,
    ShownSetting,
)
from core.settings.row import State

NAMES = ("development", "build", "staging", "production")


def setting(
    path: str, *texts: str | None, state: State = State.EQUAL | State.SHARED, **given: str
) -> ShownSetting:
    """Return a row; None: no value on that system."""
    found = tuple(None if text is None else ShownCell(text, "env.php") for text in texts)
    kind, evidence = given.get("kind", "shared"), given.get("evidence", "declared")
    return ShownSetting(path, given.get("scope", "default"), kind, evidence, "", int(state), found)


def table(*rows: ShownSetting, findings: tuple[ShownFinding, ...] = ()) -> SettingsTable:
    """Return what was read."""
    return SettingsTable(names=NAMES, rows=rows, findings=findings)


def difference(name: str, environment: str = "development", **given: Any) -> ShownDifference:
    """Return how a setting stands to what is declared: it would be applied, unless told otherwise."""
    told = {"file": "env.php, system", "kind": "system-specific", "standing": "differs", "applies": True}
    return ShownDifference(environment=environment, name=name, **{**told, **given})


def finding(name: str, environment: str = "production", *, blocks: bool = False) -> ShownFinding:
    """Return a finding about a setting."""
    return ShownFinding(
        code="wrong", environment=environment, name=name, what="is wrong", remedy="mend it", blocks=blocks
    )
