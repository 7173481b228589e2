"""SIGKILL of a promotion's process at every point of its life, then resume: as if nothing had happened.

A run is killed several times, far apart, each time in a step that was not disturbed before. What it leaves on
the hosts and in the database must equal what an undisturbed run leaves.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import dropwhile, takewhile
from typing import Any, Final

import pytest

from core.jobs import events
from tests.chain.kill_stage import PRODUCTION, Came, Course, KillStage, laid_out
from tests.support.kill_matrix import KillPoint, chains

pytestmark = pytest.mark.timeout(600)
LENGTH: Final = 12
"""Kills in one run."""
SHARDS: Final = 2
Laid = tuple[KillStage, dict[str, str]]
Points = Callable[[list[KillPoint]], list[KillPoint]]


@pytest.fixture(scope="session")
def ground() -> Iterator[Laid]:
    """Lay the shop out once for each process of pytest."""
    with laid_out() as found:
        yield found


def _shard(number: int) -> Any:
    return pytest.param(number, marks=pytest.mark.xdist_group(f"kill-{number}"))


shards = pytest.mark.parametrize("shard", [_shard(number) for number in range(SHARDS)])


def _statuses(came: Came) -> list[str]:
    steps = [f"{item.step.id}: {item.status}" for item in came.state.steps]
    return [*steps, f"{came.state.outcome} {came.state.exit_code}"]


def _verified_last(came: Came) -> bool:
    """Whether every verification was answered after the last resume, and never before it alone."""
    found = came.events
    resumed = max(at for at, event in enumerate(found) if isinstance(event, events.Resumed))
    verified = {item.step.id for item in came.state.steps if item.step.phase == "verify"}
    after = {event.step for event in found[resumed:] if isinstance(event, events.StepFinished)}
    return verified <= after


def _differences(expected: Came, came: Came) -> list[str]:
    """Return what differs from the undisturbed run."""
    if _statuses(came) != _statuses(expected):
        return [f"{_statuses(came)}, {came.state.what}"]
    told = [
        f"{name}: {expected.left.get(name)!r} became {came.left.get(name)!r}"
        for name in expected.left | came.left
        if expected.left.get(name) != came.left.get(name)
    ]
    for once in ("setup:upgrade", "app:config:import"):
        if came.ran[f"web1 {once}"] != expected.ran[f"web1 {once}"]:
            told.append(f"{once} ran {came.ran[f'web1 {once}']} times")
    if came.ran["web1 cache:flush"] < expected.ran["web1 cache:flush"]:
        told.append("the caches were not flushed")  # flushing again is harmless
    if came.logged("web1", "^Numbered line") != came.printed:
        told.append(f"the log of setup:upgrade is not whole: {came.logged('web1', '^Numbered line')}")
    for host in PRODUCTION:
        if came.logged(host, "^(warm|cold) ") != expected.logged(host, "^(warm|cold) "):
            told.append(f"the log of the shop's own step is not whole on {host}")
    if came.state.outcome == "done" and not _verified_last(came):
        told.append("a verification from before the last kill was believed")
    return told


async def _matrix(stage: KillStage, course: Course, choose: Points, shard: int, ended: str = "done 0") -> Came:
    """Try all points of this shard; fail with those that made a difference. Returns the undisturbed run."""
    expected = await stage.undisturbed(course)
    assert _statuses(expected)[-1] == ended, expected.state.what
    every = choose(stage.points(expected))
    mine = every[shard::SHARDS]
    tried, failed = 0, []
    for points in chains(mine, LENGTH):
        told = _differences(expected, await stage.killed(course, points))
        tried += len(points)
        print("killed at", *points, "and it made no difference" if not told else f": {told}", flush=True)
        if told:
            failed += await _which(stage, course, expected, points) or [(points, told)]
    print(f"{tried} tried of {len(mine)} (shard {shard + 1} of {SHARDS}; {len(every)} points in all)")
    assert tried == len(mine)
    assert failed == [], "\n".join(f"{' '.join(map(str, points))}: {told}" for points, told in failed)
    return expected


async def _which(
    stage: KillStage, course: Course, expected: Came, points: Sequence[KillPoint]
) -> list[tuple[Sequence[KillPoint], list[str]]]:
    """Return those of a run's kills that make a difference alone."""
    found: list[tuple[Sequence[KillPoint], list[str]]] = []
    for point in points:
        told = _differences(expected, await stage.killed(course, [point]))
        print("killed at", point, "alone:", told, flush=True)
        if told:
            found.append(([point], told))
    return found


@shards
async def test_killed_while_it_prepares(ground: Laid, shard: int) -> None:
    stage, artifacts = ground
    course = await stage.promotion(artifacts["quiet"], yes=True)

    def preparing(points: list[KillPoint]) -> list[KillPoint]:
        return list(takewhile(lambda point: point.step != "decide", points))

    await _matrix(stage, course, preparing, shard)


@shards
async def test_killed_from_the_decision_to_the_end(ground: Laid, shard: int) -> None:
    stage, artifacts = ground
    course = await stage.prepared(artifacts["window"])

    def cutting_over(points: list[KillPoint]) -> list[KillPoint]:
        return list(dropwhile(lambda point: point.step != "decide", points))

    came = await _matrix(stage, course, cutting_over, shard)
    assert len(came.printed) == 60
    first = f"1-{artifacts['first']}"
    for host in PRODUCTION:
        assert (stage.shop.root / "kept" / course.base / host / "releases" / first / "bin").is_dir()
        assert f"{host} {first}" not in came.left
    assert came.ran["web1 setup:upgrade"] == 1
    assert [came.left[f"custom-{host}"] for host in PRODUCTION] == ["run\n", "run\n"]


@shards
async def test_killed_while_it_undoes(ground: Laid, shard: int) -> None:
    stage, artifacts = ground
    failing = (
        ('maintenance = "auto"', 'maintenance = "always"'),
        ("health = 20.0", "health = 0.1"),
        ('host = "shop.example.com"', 'host = "shop.example.com"\nstatus = 404'),
    )
    course = await stage.prepared(artifacts["quiet"], *failing)

    def undoing(points: list[KillPoint]) -> list[KillPoint]:
        return list(dropwhile(lambda point: point.type != "StepFailed", points))

    came = await _matrix(stage, course, undoing, shard, "failed 1")
    undone = {event.step for event in came.events if isinstance(event, events.UndoFinished)}
    assert undone >= {"lock", "lock-again", "pause-cron", "close", "prepare-switch", "switch", "custom-warm-up"}
    assert [came.left[f"custom-{host}"] for host in PRODUCTION] == ["run\nundo\n"] * 2


@pytest.mark.xdist_group(f"kill-{SHARDS - 1}")
async def test_a_roll_back_killed_where_it_acts(ground: Laid) -> None:
    stage, artifacts = ground
    course = await stage.roll_back(artifacts["quiet"])
    expected = await stage.undisturbed(course)
    assert _statuses(expected)[-1] == "done 0", expected.state.what
    every = stage.points(expected)
    acting = ("lock", "pause-cron", "switch", "record")
    # Right before it acts, and when it has acted and nobody wrote it down.
    worst = (("Intent", "after"), ("StepFinished", "before"))
    points = [point for point in every if point.step in acting and (point.type, point.when) in worst]
    assert {(point.step, point.type) for point in points} == {
        (step, type) for step in acting for type, _ in worst
    }
    tried = 0
    for run in chains(points, LENGTH):
        came = await stage.killed(course, run)
        assert _differences(expected, came) == [], " ".join(map(str, run))
        tried += len(run)
    print(f"{tried} tried of {len(points)} chosen ({len(every)} points in all)")
    assert tried == len(points)


def _stored(came: Came, artifact: str) -> bool:
    return any(name.startswith(f"build {artifact}") for name in came.left)


@pytest.mark.xdist_group("kill-0")
async def test_a_build_killed_where_it_acts(ground: Laid) -> None:
    stage, laid = ground[0].unbuilt(), ground[1]
    course = await stage.build(laid["unbuilt"], ('role = "build"\n', 'role = "build"\nkeep_releases = 1\n'))
    expected = await stage.undisturbed(course)
    assert expected.state.exit_code == 0, expected.state.what
    there = {name for name in ("first", "live", "quiet", "window") if _stored(expected, laid[name])}
    assert there == {"first", "live"}  # production has these; the others went
    tasks = ("fetch", "checkout", "composer", "compile", "static")
    points = [
        point
        for point in stage.points(expected)
        if point.step in (*tasks, "package", "tidy")
        and (point.when in ("claimed", "exited") or point.delay or point.type == "StepFinished")
    ]
    assert {(point.step, point.when) for point in points} >= {
        *((step, when) for step in tasks for when in ("claimed", "exited", "before")),
        ("package", "after"),
        ("tidy", "after"),
        ("tidy", "before"),
    }
    tried = 0
    for run in chains(points, LENGTH):
        came = await stage.killed(course, run)
        told = " ".join(map(str, run))
        assert came.left == expected.left, told
        assert came.ran == expected.ran, told
        assert _statuses(came) == _statuses(expected), told
        tried += len(run)
    print(f"{tried} tried of {len(points)}")
    assert tried == len(points)
    stage.begin("unbuilt")  # with the artifacts that other tests promote
