"""SIGKILL of a job's process at every point of its life, then resume: as if nothing had happened."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.jobs import events
from core.jobs.journal import Journal
from core.jobs.launch import start
from core.jobs.store import Job, Store
from tests.support.forking import Forking
from tests.support.kill_matrix import KillPoint, kill_points, killed_and_resumed, run_matrix, to_the_end
from tests.support.toy import HOST, counts, plan_of

THROUGH = (
    {"id": "look", "kind": "probe"},
    {"id": "close", "kind": "ensure"},
    {"id": "send", "kind": "stream"},
    {"id": "gate", "kind": "gate"},
    {"id": "upgrade", "kind": "task", "point_of_no_return": True},
    {"id": "verify", "kind": "probe", "phase": "verify"},
)
BACK = (
    {"id": "close", "kind": "ensure"},
    {"id": "compile", "kind": "task"},
    {"id": "break", "kind": "task", "exit": 3, "lines": 5},
)


@pytest.fixture
def forking() -> Iterator[Forking]:
    with Forking("tests.support.toy_worker") as made:
        yield made


def _fruit(world: Path, job: Job) -> dict[str, str]:
    """Return all that a run leaves behind and that must not depend on where it was cut."""
    found = {path.name: path.read_text() for path in sorted((world / "made").iterdir())}
    state = job.state()
    statuses = " ".join(f"{item.step.id}:{item.status}" for item in state.steps)
    return {**found, "statuses": statuses, "outcome": f"{state.outcome} {state.exit_code}"}


def _whole_log(world: Path, job: Job) -> None:
    """Every line that the tasks said is in our log, once, in its task's order."""
    text = (job.logs / f"{HOST.replace('/', '%2F')}.log").read_text()
    for said in (world / "said").iterdir():
        ours = [line for line in text.splitlines() if re.match(rf"line \d+ of {said.name} ", line)]
        assert ours == said.read_text().splitlines()


@pytest.mark.parametrize("steps", [THROUGH, BACK], ids=["to the end", "failing and undone"])
async def test_resumed_after_a_kill_anywhere(
    steps: tuple[dict[str, object], ...], store: Store, tmp_path: Path, forking: Forking
) -> None:
    def worker(kill_at: str = "") -> tuple[str, ...]:
        return ("env", f"TOY_KILL_AT={kill_at}", *forking.worker)

    calm = tmp_path / "calm"
    job = store.create(plan_of(calm, *steps), b"")
    await start(job, worker=worker())
    await to_the_end(job)
    expected = _fruit(calm, job)
    undisturbed = list(events_of(job))
    points = kill_points(undisturbed)
    assert {point.type for point in points} >= {"Intent", "StepFinished"}

    async def trial(point: KillPoint) -> dict[str, str]:
        world = tmp_path / re.sub(r"\W", "-", str(point))
        job = store.create(plan_of(world, *steps), b"")
        await killed_and_resumed(job, worker(str(point)), worker())
        ran = counts(world)
        assert all(ran.get(str(step["id"])) == 1 for step in steps if step["kind"] == "task")
        if "verify" in ran:
            assert ran["verify"] >= 1
        _whole_log(world, job)
        return _fruit(world, job)

    matrix = await run_matrix(points, trial)
    assert len(matrix.results) == matrix.of == len(points)
    assert [(point, came) for point, came in matrix.results if came != expected] == []


def events_of(job: Job) -> list[events.Event]:
    """Return all events of a job."""

    return list(Journal(job.journal).read())
