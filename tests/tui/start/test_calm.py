"""What is not sent again: a look that finds nothing new paints nothing, and one figure paints one row."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from textual.geometry import Region
from textual.widget import Widget

from core.console.figures import rough_size
from core.console.protocol import Push
from core.console.snapshot import Disk, HostSnapshot
from core.environments.load import load
from tests.tui.showing import shows, text
from tests.tui.snapshots.shown import StillConsole
from tests.tui.start import shop
from tui.messages import Looked
from tui.options import ScreenOptions
from tui.terminal import Terminal

Painted = list[tuple[str, tuple[Region, ...]]]
NEARLY = Disk(free=18_390_000_000, total=40_000_000_000, free_inodes=1, total_inodes=2)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StillConsole:
    """Return the console on four systems of which everything is known."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    file = shop.write(tmp_path / "shop")
    return StillConsole(
        load(file), Terminal(remote=True, colour=True, unicode=True), ScreenOptions(theme="mageconsole-dark")
    )


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> Painted:
    """Return which widgets were marked to be painted again, and which parts of them."""
    found: Painted = []
    refresh = Widget.refresh

    def noted(widget: Widget, *regions: Region, **more: Any) -> Widget:
        found.append((widget.id or type(widget).__name__, regions))
        return refresh(widget, *regions, **more)

    monkeypatch.setattr(Widget, "refresh", noted)
    return found


def _look(app: StillConsole, change: Callable[[HostSnapshot], HostSnapshot]) -> None:
    known = app.looker.known
    environments = tuple(
        replace(item, hosts=tuple(map(change, item.hosts))) if item.name == "staging" else item
        for item in known.environments
    )
    app.looker.known = replace(known, environments=environments)
    app.screen.post_message(Looked(Push(environment=environments[2])))


async def test_a_look_that_finds_nothing_new_paints_nothing(app: StillConsole, painted: Painted) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "4 production", "18 GB free")
        await pilot.pause()
        painted.clear()
        _look(app, lambda host: replace(host, seen=(host.seen or 0) + 15, tried=(host.tried or 0) + 15))
        _look(app, lambda host: replace(host, disk=NEARLY))
        await pilot.pause()
        assert painted == []


async def test_one_figure_paints_one_row(app: StillConsole, painted: Painted) -> None:
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "4 production", "18 GB free")
        await pilot.pause()
        painted.clear()
        disk = Disk(free=7_300_000_000, total=40_000_000_000, free_inodes=1, total_inodes=2)
        _look(app, lambda host: replace(host, disk=disk))
        await shows(pilot, "7.3 GB free")
        ((name, regions),) = painted
        assert name == "pane-3" and [region.height for region in regions] == [1]
        assert "18 GB free" in text(app)  # production's, which did not change


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0, "0 B"),
        (512, "510 B"),
        (99_400, "99 kB"),
        (99_600, "100 kB"),
        (23_849_000_000, "24 GB"),
        (9_940_000, "9.9 MB"),
    ],
)
def test_free_space_is_told_in_two_digits(count: float, told: str) -> None:
    assert rough_size(count) == told
