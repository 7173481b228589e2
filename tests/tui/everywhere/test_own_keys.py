"""The operator's own keys on the screen: they work, the line of keys shows them, and a bad file is told of."""

from pathlib import Path

from core.environments.load import load
from tests.tui.showing import shows, text
from tests.tui.snapshots.shown import StillConsole
from tui.keys import keys_file
from tui.options import ScreenOptions
from tui.screens.jobs import JobsScreen
from tui.terminal import Terminal


def _app(file: Path, keys: str) -> StillConsole:
    keys_file().parent.mkdir(parents=True, exist_ok=True)
    keys_file().write_text(keys)
    return StillConsole(load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())


async def test_another_key_does_it_and_is_shown(file: Path) -> None:
    app = _app(file, 'jobs = "J"\n')
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "J jobs")
        await pilot.press("j")
        await pilot.pause()
        assert not isinstance(app.screen, JobsScreen)
        await pilot.press("J")
        await shows(pilot, "jobs   ")
        assert isinstance(app.screen, JobsScreen)


async def test_a_bad_file_is_told_of_once_and_all_keys_are_as_usual(file: Path) -> None:
    app = _app(file, "jobs = [unclosed\n")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await shows(pilot, "keys.toml", "as usual")
        await pilot.press("j")
        await pilot.pause()
        assert isinstance(app.screen, JobsScreen)


async def test_all_mistakes_are_told_in_one_place(file: Path) -> None:
    app = _app(file, 'nosuch = "q"\nbuild = 5\npromote = "b"\n')
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        told = await shows(pilot, "nosuch", "needs keys", "is also the key of")
        assert told.count("keys.toml") == 1
        assert "b build" in text(app) and "p promote" in text(app)
