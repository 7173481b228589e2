"""What is pending: declared, staged here, or following from a move; and what each waits for."""

from pathlib import Path
from typing import Any

import pytest

from core.console.settings_table import SettingsTable, ShownCell, ShownDifference, ShownSetting
from core.console.staged import Staged, StagedChanges
from core.environments.load import load
from core.environments.model import Project
from tests.tui.settings.made import NAMES, difference, finding, setting
from tests.tui.start import shop
from tui.settings.pending import GONE, NEEDED, OUT, pending, wanted

PATH = "catalog/frontend/grid_per_page"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load(shop.write(tmp_path / "shop"))


def _row(*layers: tuple[str, str] | None) -> ShownSetting:
    cells = tuple(None if one is None else ShownCell(one[0], one[1]) for one in layers)
    return ShownSetting(PATH, "default", "shared", "confirmed", "", 0, cells)


def _read(*rows: ShownSetting, **given: Any) -> SettingsTable:
    return SettingsTable(names=NAMES, rows=rows, **{"findings": (), **given})


def _kinds(project: Project, **kinds: str) -> Project:
    import msgspec

    return msgspec.structs.replace(project, kinds={PATH: kinds["kind"]})


def test_what_applies_is_pending_and_what_is_let_be_is_not(project: Project) -> None:
    applies = difference("a/b/c", "production", before="1", after="2", effects=("locked",))
    let_be = difference("a/b/d", "production", ignored_until="2030-01-31")
    told = pending(project, _read(), {"production": (applies, let_be)})
    assert [(one.name, one.before, one.after, one.effects) for one in told] == [
        ("a/b/c", "1", "2", ("locked",))
    ]


def test_a_secret_without_a_value_waits_for_one(project: Project) -> None:
    lacks = difference("a/b/key", "production", applies=False, needs_value=True)
    (told,) = pending(project, _read(), {"production": (lacks,)})
    assert told.after == NEEDED and "no value at hand" in told.waits


@pytest.mark.parametrize(("value", "after"), [("24", "24"), (None, GONE)])
def test_a_staged_change_is_pending_until_config_php_says_so(
    project: Project, value: str | None, after: str
) -> None:
    change = Staged(system="development", path=PATH, value=value)
    read = _read(_row(("12", "config.php"), None, None, None))
    (told,) = pending(project, read, {}, (change,))
    assert (told.before, told.after, told.file) == ("12", after, "config.php")
    assert wanted([told]).shared == ((PATH, "default", value),)
    done = _read(_row(("24", "config.php") if value else ("24", "database"), None, None, None))
    assert pending(project, done, {}, (change,)) == ()


def test_what_was_chosen_is_planned_by_its_whole_name(project: Project) -> None:
    first = difference("a/b/c", "production")
    scoped = difference("a/b/c (stores/de)", "production", standing="not declared", applies=False)
    change = Staged(system="production", path="a/b/c", scope="stores/de", file="env.php, system")
    told = pending(project, _read(), {"production": (first, scoped)}, (change,))
    planned = wanted(told)
    assert (planned.kind, planned.only, planned.remove) == ("settings", ("a/b/c",), ("a/b/c (stores/de)",))


def test_env_php_keeps_what_was_moved_to_the_shared_until_config_php_is_there(project: Project) -> None:
    moved = _kinds(project, kind="shared")
    left: ShownDifference = difference(PATH, "staging", standing="not declared", applies=False, before="12")
    read = _read(_row(("12", "config.php"), None, ("12", "env.php"), None))
    (waiting,) = pending(moved, read, {"staging": (left,)})
    assert waiting.does == "remove" and "comes with the artifact" in waiting.waits
    over = finding(PATH, "staging")
    over = type(over)(
        code="shared-in-env", environment="staging", name=PATH, what="w", remedy="r", blocks=False
    )
    (ready,) = pending(moved, _read(*read.rows, findings=(over,)), {"staging": (left,)})
    assert not ready.waits


def test_config_php_keeps_what_another_system_relies_on(project: Project) -> None:
    code = "system-specific-in-config"
    found = type(finding("x"))(
        code=code, environment="development", name="web/unsecure/base_url", what="w", remedy="r", blocks=False
    )
    row = setting("web/unsecure/base_url", "x", None, "x", None, kind="system-specific")
    relies = ShownSetting(
        row.path, row.scope, row.kind, row.evidence, "", 0,
        (ShownCell("x", "env.php"), None, ShownCell("x", "config.php"), None),
    )  # fmt: skip
    named = {"default": {"web/unsecure/base_url": "x"}}
    import msgspec

    environment = msgspec.structs.replace(project.environments["development"], settings=named)
    known = msgspec.structs.replace(project, environments={**project.environments, "development": environment})
    (waits,) = pending(known, _read(relies, findings=(found,)), {})
    assert waits.after == OUT and waits.waits == "staging would lose the value: apply theirs first"
    (free,) = pending(known, _read(row, findings=(found,)), {})
    assert not free.waits


def test_staged_changes_outlive_the_screen(project: Project, tmp_path: Path) -> None:
    kept = StagedChanges(project, tmp_path)
    first = Staged(system="development", path=PATH, value="24")
    kept.put(first)
    kept.put(Staged(system="development", path=PATH, value="36"))
    kept.put(Staged(system="development", path="a/b/c"))
    again = StagedChanges(project, tmp_path)
    assert [(one.path, one.value) for one in again.all] == [(PATH, "36"), ("a/b/c", None)]
    again.drop([first.place])
    assert [one.path for one in StagedChanges(project, tmp_path).all] == ["a/b/c"]
