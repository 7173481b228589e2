"""Tables of settings, made by hand."""

from core.console.settings_table import SettingsTable, ShownCell, ShownFinding, ShownSetting
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


def finding(name: str, environment: str = "production", *, blocks: bool = False) -> ShownFinding:
    """Return a finding about a setting."""
    return ShownFinding(
        code="wrong", environment=environment, name=name, what="is wrong", remedy="mend it", blocks=blocks
    )
