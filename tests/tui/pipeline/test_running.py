"""The line of a running job: its seconds go on while its step runs, and stand still when nothing runs any more."""

import re
import time
from pathlib import Path

import pytest
from textual.app import App, ComposeResult

from core.environments.load import load
from core.jobs import events
from core.jobs.fold import fold
from core.jobs.state import Standing
from core.jobs.store import Store
from tests.pipeline.test_plans import promoted
from tests.tui.showing import shows, until
from tests.tui.start import shop
from tui.job_now import JobNow
from tui.jobs import JobsNow
from tui.widgets.running_jobs import RunningJobs

_SECONDS = re.compile(r"\d+m ?\d+s")


class _OneLine(App[None]):
    """Nothing but the line."""

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return the colours that it uses."""
        return {"quiet": "grey", "busy": "blue"}

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield RunningJobs()


@pytest.fixture
def item(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> JobNow:
    """Return a job whose first step began 100 seconds ago."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = shop.write(tmp_path / "shop")
    found = JobNow(Store(load(file).state_dir).create(promoted(), file.read_bytes()))
    plan, at = promoted(), time.time() - 100
    for event in (
        events.JobStarted(seq=1, time=at, job_id=found.id, plan=plan, digest="d" * 64, who="anna", origin=""),
        events.StepStarted(seq=2, time=at, step=plan.steps[0].id, attempt=1),
    ):
        found.state = fold(found.state, event)
    return found


@pytest.mark.parametrize("width", [80, 120, 200])
async def test_a_job_takes_one_line_and_its_key_is_in_it(item: JobNow, width: int) -> None:
    async with _OneLine().run_test(size=(width, 5)) as pilot:
        jobs = JobsNow(lambda: Store(""), lambda: None)
        jobs._jobs = {item.id: item}
        pilot.app.query_one(RunningJobs).show(jobs)
        found = await shows(pilot, "Job", "o open")
        (line,) = [line for line in found.splitlines() if line.strip()]
        assert line.endswith("o open") and len(line) == width - 2
        assert "promote" in line


async def test_the_seconds_of_a_running_step_go_on(item: JobNow) -> None:
    async with _OneLine().run_test(size=(160, 5)) as pilot:
        jobs = JobsNow(lambda: Store(""), lambda: None)
        jobs._jobs = {item.id: item}
        pilot.app.query_one(RunningJobs).show(jobs)
        first = await until(pilot, _SECONDS.search, "seconds")
        await until(pilot, lambda found: _SECONDS.findall(found) != _SECONDS.findall(first), "other seconds")


async def test_an_interrupted_step_counts_no_seconds(item: JobNow) -> None:
    item.standing = Standing.INTERRUPTED
    async with _OneLine().run_test(size=(160, 5)) as pilot:
        jobs = JobsNow(lambda: Store(""), lambda: None)
        jobs._jobs = {item.id: item}
        pilot.app.query_one(RunningJobs).show(jobs)
        found = await shows(pilot, "interrupted")
        assert not _SECONDS.search(found)
