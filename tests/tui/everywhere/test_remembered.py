"""What the operator chose is there at the next start: how logs are shown, which system, the theme."""

import time
from pathlib import Path

import pytest

from core.environments.load import load
from core.jobs.store import Store
from tests.pipeline.test_plans import promoted
from tests.tui.past import past_job
from tests.tui.showing import shows
from tests.tui.snapshots.shown import StillConsole
from tui.memory import Memory
from tui.options import ScreenOptions
from tui.remembering import remember, remembered
from tui.terminal import Terminal


def _app(file: Path) -> StillConsole:
    return StillConsole(load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())


async def test_a_log_is_shown_as_the_last_one_was(file: Path) -> None:
    past_job(Store(load(file).state_dir), promoted(), file, at=time.time() - 3600)
    async with _app(file).run_test(size=(120, 36)) as pilot:
        await pilot.press("j", "l")
        await shows(pilot, "wrap off", "time off", "follow on", " 56 lines")
        await pilot.press("w", "t", "f")
        await shows(pilot, "wrap on", "time relative", "follow off")
        await pilot.press("m")
        await shows(pilot, "─ deploy@admin.example.com ─")
    async with _app(file).run_test(size=(120, 36)) as pilot:
        await pilot.press("j", "l")
        await shows(pilot, "─ deploy@admin.example.com ─", "+0s", "follow off")
        await pilot.press("m")
        await shows(pilot, "wrap on", "time relative", "follow off", " 56 lines")


async def test_the_pane_and_the_theme_are_as_they_were_left(file: Path) -> None:
    async with _app(file).run_test(size=(120, 36)) as pilot:
        await pilot.press("2", "ctrl+p", *"nord", "enter")
        await pilot.pause()
    app = _app(file)
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "▶ 2 build")
        assert app.theme == "nord"


async def test_what_was_written_by_another_version_is_not_taken(app: StillConsole) -> None:
    async with app.run_test():
        remember(app, "log.wrap", "yes")
        assert remembered(app, "log.wrap", False) is False
        remember(app, "log.wrap", True)
        assert remembered(app, "log.wrap", False) is True
    assert Memory(app.project.name).now.layout["log.wrap"] is True


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_two_jobs_are_compared_in_columns(file: Path, size: tuple[int, int]) -> None:
    store = Store(load(file).state_dir)
    for hour in range(2):
        past_job(store, promoted(), file, at=time.time() - 7200 + 3600 * hour)
    async with _app(file).run_test(size=size) as pilot:
        await pilot.press("j")
        await shows(pilot, "2  ✓ done")
        await pilot.press("space", "space", "c")
        found = (await shows(pilot, "How long each step took", "difference")).splitlines()
        title = next(line for line in found if "difference" in line)
        rows = [line for line in found if "+0.0s" in line]
        assert len(rows) > 2
        for row in rows:
            assert row.index("+0.0s") + 5 == title.index("difference") + len("difference")
