"""Which file is meant when none is named."""

from pathlib import Path

import pytest

from core.environments.find import find
from core.environments.mistake import EnvironmentsError


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("here", "config/mageconsole", "other"):
        (tmp_path / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("MAGECONSOLE_ENVIRONMENTS", raising=False)


def test_the_order_of_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EnvironmentsError) as caught:
        find(None)
    assert caught.value.code == "environments-missing"
    personal = tmp_path / "config/mageconsole/environments.toml"
    assert str(personal) in str(caught.value)

    personal.touch()
    assert find(None) == personal

    named = tmp_path / "other/acme.toml"
    monkeypatch.setenv("MAGECONSOLE_ENVIRONMENTS", str(named))
    assert find(None) == named, "named, so it is meant, although it is not there"

    here = tmp_path / "here/environments.toml"
    here.touch()
    assert find(None) == here

    assert find("../other/x.toml") == tmp_path / "here/../other/x.toml"
    assert find(Path("/etc/x.toml")) == Path("/etc/x.toml")


def test_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find("~/x.toml") == tmp_path / "x.toml"
