"""The console on four systems of which everything is known; nothing in it moves, and no host is asked."""

from pathlib import Path

import pytest

from core.environments.load import load
from tests.tui.snapshots.shown import StillConsole
from tests.tui.start import shop
from tui.options import ScreenOptions
from tui.terminal import Terminal


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the environments.toml; what is remembered stays in the test's own directory."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return shop.write(tmp_path / "shop")


@pytest.fixture
def app(file: Path) -> StillConsole:
    """Return the console, not yet run."""
    return StillConsole(load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
