"""Moving a setting from one kind to another: what is written, kept and staged, in each direction."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from core.console.moving import To, move, wanted_values
from core.console.settings_table import ShownCell, ShownSetting
from core.environments.load import load
from core.environments.model import Project
from core.errors import Refused
from core.secret import Secret
from core.settings.secrets.name import SecretName
from tests.tui.start import shop

NAMES = ("development", "build", "staging", "production")
PATH = "payment/acme/key"
Cells = tuple[tuple[str, str] | None, ...]
SHARED: Cells = (("v", "config.php"), ("v", "config.php"), ("v", "config.php"), None)
OWN: Cells = (("d", "env.php"), None, ("s", "env.php"), ("p", "env.php"))
ALIKE: Cells = (("v", "env.php"), None, ("v", "env.php"), ("v", "env.php"))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return load(shop.write(tmp_path / "shop"))


def _row(
    cells: Cells, *, kind: str = "shared", evidence: str = "guessed", scope: str = "default"
) -> ShownSetting:
    shown = tuple(None if one is None else ShownCell(*one) for one in cells)
    return ShownSetting(PATH, scope, kind, evidence, "why", 0, shown)


def _values(project: Project, *rows: ShownSetting) -> dict[tuple[str, str], Secret]:
    return {
        (name, row.name): Secret(row.cells[NAMES.index(name)].text)  # type: ignore[union-attr] # it has one
        for name, row in wanted_values(project, NAMES, rows)
    }


def _move(project: Project, to: To, *rows: ShownSetting) -> Any:
    return move(project, NAMES, rows, to, _values(project, *rows))


def _with(project: Project, name: str, **changes: Any) -> Project:
    changed = msgspec.structs.replace(project.environments[name], **changes)
    return msgspec.structs.replace(project, environments={**project.environments, name: changed})


def _reveal(found: Any) -> dict[tuple[str, str], str]:
    return {(name.environment, name.path): secret.reveal() for name, secret in found.keeps}


def test_shared_to_sensitive(project: Project) -> None:
    found = _move(project, "sensitive", _row(SHARED))
    assert _reveal(found) == {("development", PATH): "v", ("staging", PATH): "v"}
    assert found.placed["environments", "staging", "sensitive"] == [PATH]
    assert found.placed["project", "kinds", PATH] == "sensitive"
    assert ("environments", "production", "sensitive") not in found.placed


def test_shared_to_system_specific(project: Project) -> None:
    found = _move(project, "system", _row(SHARED))
    assert found.placed["environments", "development", "settings", "default", PATH] == "v"
    assert found.placed["environments", "staging", "settings", "default", PATH] == "v"
    assert not found.keeps and not found.staged


def test_system_specific_to_sensitive_leaves_no_value_in_the_file(project: Project) -> None:
    declared = _with(project, "staging", settings={"default": {PATH: "s"}})
    found = _move(declared, "sensitive", _row(OWN, kind="system-specific"))
    assert "REMOVE" in str(found.placed["environments", "staging", "settings", "default", PATH])
    assert _reveal(found)["production", PATH] == "p"
    assert found.placed["environments", "production", "sensitive"] == [PATH]


def test_sensitive_to_system_specific(project: Project) -> None:
    named = _with(project, "staging", sensitive=("a/b/c", PATH))
    found = _move(named, "system", _row(OWN, kind="sensitive"))
    assert found.placed["environments", "staging", "sensitive"] == ["a/b/c"]
    assert found.placed["environments", "production", "settings", "default", PATH] == "p"


@pytest.mark.parametrize("kind", ["system-specific", "sensitive"])
def test_to_shared_where_all_are_alike(project: Project, kind: str) -> None:
    declared = _with(project, "production", settings={"default": {PATH: "v"}}, sensitive=(PATH,))
    found = _move(declared, "shared", _row(ALIKE, kind=kind))
    (change,) = found.staged
    assert (change.system, change.path, change.value, change.file) == ("development", PATH, "v", "config.php")
    assert "REMOVE" in str(found.placed["environments", "production", "settings", "default", PATH])
    assert found.placed["environments", "production", "sensitive"] == []
    assert found.placed["project", "kinds", PATH] == "shared"


@pytest.mark.parametrize("cells", [OWN, (("v", "env.php"), None, ("v", "env.php"), None)])
def test_to_shared_is_refused_where_a_system_would_change(project: Project, cells: Cells) -> None:
    with pytest.raises(Refused) as told:
        _move(project, "shared", _row(cells, kind="system-specific"))
    assert told.value.code == "values-differ"


def test_a_wrong_guess_about_a_shared_one_is_only_written_down(project: Project) -> None:
    found = _move(project, "shared", _row(SHARED, kind="sensitive"))
    assert dict(found.placed) == {("project", "kinds", PATH): "shared"}
    assert not found.staged and not found.keeps


@pytest.mark.parametrize("to", ["shared", "system"])
def test_what_modules_declare_sensitive_is_not_overruled(project: Project, to: To) -> None:
    with pytest.raises(Refused) as told:
        _move(project, to, _row(ALIKE, kind="sensitive", evidence="declared"))
    assert told.value.code == "kind-declared"


def test_every_scope_moves_at_once(project: Project) -> None:
    scoped = _row((("w", "config.php"), None, None, None), scope="stores/de")
    found = _move(project, "sensitive", _row(SHARED), scoped)
    assert _reveal(found)["development", f"stores/de/{PATH}"] == "w"
    assert found.placed["environments", "development", "sensitive"] == [PATH, f"stores/de/{PATH}"]
    assert SecretName("development", f"stores/de/{PATH}") in [name for name, _ in found.keeps]


def test_what_is_set_nowhere_is_told(project: Project) -> None:
    with pytest.raises(Refused) as told:
        _move(project, "sensitive", _row((("x", "module default"), None, None, None)))
    assert told.value.code == "setting-unset"
