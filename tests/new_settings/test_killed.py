"""SIGKILL of the job's process while it sets the settings of a new module, then resume: as if nothing had happened."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import pytest

from core.console.console import Console
from core.console.secrets import Secrets
from core.environments.load import load
from core.jobs.launch import resume, start
from core.jobs.state import JobState, Status
from core.jobs.store import Job
from core.secret import Secret
from core.settings.secrets.name import SecretName
from tests.chain.stage import PRODUCTION
from tests.new_settings.stage import KEY, SECRET, NewStage
from tests.support.forking import Forking
from tests.support.kill_matrix import KillPoint, to_the_end

pytestmark = [pytest.mark.xdist_group("new-settings"), pytest.mark.timeout(300)]

STEP: Final = "new-settings"
GIVEN: Final = {str(SecretName("production", KEY)): Secret(SECRET)}


@pytest.fixture(scope="module")
def forking() -> Iterator[Forking]:
    """Return what workers that die are forked from."""
    with Forking("tests.support.kill_worker") as found:
        yield found


def _point(kind: str, nth: int, when: str) -> KillPoint:
    return KillPoint(kind, STEP, nth, when)


async def _killed(stage: NewStage, forking: Forking, artifact: str, points: Sequence[KillPoint]) -> JobState:
    """Promote an artifact; kill its job at a point, resume it, kill it at the next one, and so on to the end."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in stage.own.items():
            patch.setenv(name, value)
        job = await _job(stage, artifact)
    first, *others = points
    await start(job, GIVEN, worker=_worker(stage, forking, str(first)))
    for after, point in zip([*others, None], points, strict=True):
        cut = await to_the_end(job)
        assert not cut.outcome, f"not killed at {point}: {cut.outcome}, {cut.what}"
        await resume(job, GIVEN, worker=_worker(stage, forking, str(after) if after else ""))
    return await to_the_end(job)


async def _job(stage: NewStage, artifact: str) -> Job:
    door = Console(load(stage.shop.toml))
    async with door.planner("production") as planner:
        planner.secrets = Secrets(door.project, place=stage.shop.root / "home-state")
        for name, secret in GIVEN.items():
            planner.secrets.resolver.remember(SecretName.parse(name), secret)
        plan = await planner.promotion(
            "build", "production", artifact=stage.artifacts[artifact], options=door.options({"yes": True})
        )
    return stage.store.create(plan, stage.shop.toml.read_bytes())


def _worker(stage: NewStage, forking: Forking, kill_at: str) -> tuple[str, ...]:
    tasks = ":".join(str(stage.shop.path(host) / ".mageconsole/tasks") for host in PRODUCTION)
    return ("env", f"KILL_AT={kill_at}", f"KILL_TASKS={tasks}", *forking.worker)


@pytest.mark.parametrize(
    "points",
    [
        # Noted, and nothing done; computed, and the files about to be written; written, and nobody wrote it down.
        (_point("Intent", 1, "after"), _point("FactsNoted", 2, "after"), _point("StepFinished", 1, "before")),
        (_point("Intent", 1, "claimed"), _point("FactsNoted", 2, "before")),
    ],
    ids=lambda points: str(points[0]),
)
async def test_they_are_set_once(stage: NewStage, forking: Forking, points: Sequence[KillPoint]) -> None:
    stage.declare(secret="")
    state = await _killed(stage, forking, "table", points)
    assert (state.outcome, state.exit_code) == ("done", 0), state.what
    assert stage.set_everywhere()
    assert stage.answers() == [200, 200]
    assert stage.private() == []
    ran = Counter(line["command"] for line in stage.shop.ran(host="web1") if line["event"] == "start")
    assert (ran["config:set"], ran["setup:upgrade"]) == (4, 1)


async def test_what_could_not_be_written_is_taken_back_once_and_for_all(
    stage: NewStage, forking: Forking
) -> None:
    stage.declare(secret="")
    before = stage.snapshot()
    stage.refuse_rename("web2")
    # Failed, and nothing taken back; taken back, and nobody wrote it down; the same for the undo that follows.
    points = (
        _point("FactsNoted", 3, "after"),
        _point("StepFailed", 1, "before"),
        _point("UndoStarted", 1, "after"),
        _point("UndoFinished", 1, "before"),
    )
    state = await _killed(stage, forking, "module", points)
    assert (state.outcome, state.exit_code) == ("failed", 1), state.what
    found = state.step(STEP)
    assert found is not None and found.status is Status.UNDONE
    assert found.failure is not None and "Read-only file system" in found.failure.what
    assert stage.snapshot() == before
    assert stage.private() == []
