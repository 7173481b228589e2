"""When a job ends, what it made of its environment is looked at at once."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.console.answers import Watching
from core.console.snapshot import EnvironmentSnapshot
from core.environments.load import load
from core.jobs.store import Store
from tests.pipeline.test_plans import promoted
from tests.tui.past import past_job
from tests.tui.showing import shows, until
from tests.tui.snapshots.shown import Still, StillConsole
from tui.options import ScreenOptions
from tui.terminal import Terminal


class Noting(Still):
    """Notes which environments are looked at."""

    def __init__(self, project: object) -> None:
        super().__init__(project)
        self.looked: list[tuple[str, ...]] = []
        self.watching = Watching(names=("production",))

    async def look(self, names: Sequence[str] = ()) -> tuple[EnvironmentSnapshot, ...]:
        """Note it."""
        self.looked.append(tuple(names))
        return ()


@pytest.mark.parametrize("watched", [True, False])
async def test_its_environment_is_looked_at_again_while_hosts_are_watched(file: Path, watched: bool) -> None:
    app = StillConsole(load(file), Terminal(remote=False, colour=True, unicode=True), ScreenOptions())
    looker = Noting(app.project)
    if not watched:
        looker.watching = Watching()
    app.looker = looker
    store = Store(load(file).state_dir)
    past_job(store, promoted(), file)
    async with app.run_test(size=(120, 36)) as pilot:
        await shows(pilot, "4 production")
        app.jobs._look()  # what was over before is no news
        assert app.jobs.take_ended() == []
        past_job(store, promoted(), file)
        app.jobs._look()
        app._tell_of_jobs()
        await until(pilot, lambda _: looker.looked or not watched, "a look")
        await pilot.pause()
        assert looker.looked == ([("production",)] if watched else [])
