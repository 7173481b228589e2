"""What a screen is told of a shop that was really deployed: gaps, plans, releases; and that looking has no effect."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec
import pytest

from core.console.looker import Looker
from core.console.snapshot import Gap, Snapshot
from core.environments.load import load
from core.errors import ConsoleError
from tests.chain.stage import PRODUCTION, Stage

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]
T = TypeVar("T")


def ask(stage: Stage, work: Callable[[Looker], Awaitable[T]]) -> T:
    """Do something with a looker of its own."""

    async def main() -> T:
        looker = Looker(load(stage.shop.toml))
        try:
            return await work(looker)
        finally:
            await looker.stop()

    return asyncio.run(main())


async def compared(looker: Looker) -> Snapshot:
    """Look at everything, and wait until what stands between all neighbours is known."""
    await looker.look()
    async with asyncio.timeout(60):
        while True:
            known = looker.known
            ends = [(known.environment(gap.source), known.environment(gap.target), gap) for gap in known.gaps]
            if len(ends) == 3 and all(one and other and gap.fits(one, other) for one, other, gap in ends):
                return known
            await anext(looker.pushes())


def between(known: Snapshot, source: str, target: str) -> Gap:
    """Return what stands between two."""
    gap = known.gap(source, target)
    assert gap is not None
    return gap


def test_neighbours_are_compared_by_what_they_run(stage: Stage) -> None:
    before = stage.snapshot()
    known = ask(stage, compared)
    assert stage.snapshot() == before
    new = between(known, "build", "staging")
    # All that was committed after what is live: see `commit_changes`.
    assert (new.in_step, new.why) == (False, "")
    assert new.commits == len(new.subjects) == len(stage.artifacts) - 1 and new.ahead == 0
    assert new.settings and new.database is True
    assert new.subjects[-1].subject == "Word it more kindly"
    same = between(known, "staging", "production")
    assert (same.in_step, same.commits, same.settings, same.database) == (True, 0, 0, False)
    mirrored = between(known, "development", "build")
    assert (mirrored.in_step, mirrored.commits, mirrored.settings) == (True, 0, 0)


def test_a_file_changed_by_hand_on_a_host_shows_between_equal_releases(stage: Stage) -> None:
    config = stage.shop.live("stg") / "app/etc/config.php"
    text = config.read_text()
    config.write_text(text.replace("'general' =>", "'special' => ['x' => 'y'], 'general' =>", 1))
    try:
        assert config.read_text() != text
        gap = between(ask(stage, compared), "staging", "production")
    finally:
        config.write_text(text)
    assert gap.in_step is True and gap.settings == 1


def test_a_plan_is_the_command_lines_plan(stage: Stage) -> None:
    artifact = stage.artifacts["setting"]
    planned = ask(stage, lambda looker: looker.plan_promotion("build", "production", artifact))
    told = stage.cli("--json", "plan", "build", "production", "--artifact", artifact)
    document: dict[str, Any] = msgspec.json.decode(told.out)
    assert planned.digest == document["digest"]
    assert msgspec.json.decode(msgspec.json.encode(planned.plan)) == document["plan"]
    assert planned.plan.forecast["durations"]


def test_releases_say_where_they_live_and_whether_they_fit(stage: Stage) -> None:
    promoted = stage.promote("setting")
    assert promoted.code == 0, promoted.said

    async def work(looker: Looker) -> None:
        found = await looker.releases("production")
        newest, *others = found.rows
        assert newest.name.endswith(stage.artifacts["setting"][:12])
        assert len(newest.live) == len(PRODUCTION) and newest.complete and newest.verified
        (previous,) = [row for row in others if row.previous]
        assert previous.name == stage.base["web1"] and not previous.live
        asked = await looker.ask_release("production", previous.name)
        assert asked.configuration.word == "import needed"
        planned = await looker.plan_rollback("production")
        assert planned.plan.kind == "rollback" and planned.plan.forecast["release"] == previous.name
        try:
            await looker.plan_rollback("production", newest.name)
            raise AssertionError
        except ConsoleError as error:
            assert error.code == "already-live"

    ask(stage, work)
