"""Promotions as a person steps through them, on real SSH servers, by real job processes."""

import pytest

from core.jobs.state import Status
from tests.chain.stage import Stage
from tests.tui.promotion.conftest import opened
from tui import project_now
from tui.promotion.wanted import Wanted
from tui.screens.promotion import PromotionScreen

_ANOTHER = """
[environments.another]
role = "development"
hosts = ["dev@127.0.0.1:9"]
path = "/srv/another"
"""
pytestmark = [pytest.mark.xdist_group("promotion-screen"), pytest.mark.timeout(300)]


async def test_staging_is_promoted_through_its_gate_by_a_yes(stage: Stage) -> None:
    wanted = Wanted(kind="promote", source="build", target="staging", item=stage.artifacts["window"])
    async with opened(stage, wanted=wanted, size=(80, 24)) as seen:
        assert "nothing has been changed yet" in seen.top and stage.runs("stg") == {"live"}
        assert "acme_tags" not in seen.screen.shown_text and "Tag products" in seen.screen.shown_text
        await seen.press("S")
        await seen.at("gate")
        assert "waits for approval" in seen.top and "When you approve" in seen.screen.shown_text
        await seen.press("a")
        await seen.asked()
        await seen.press("enter")
        assert seen.app.screen is seen.screen and seen.screen.state.waiting_for == "gate"
        await seen.press("a")
        asked = await seen.asked()
        assert not asked.question.name and "stg" in str(asked.question.parts)
        await seen.press("right", "enter")
        await seen.over()
        assert "done in" in seen.top and stage.runs("stg") == {"window"}
        await seen.press("escape")
        assert seen.app.screen is not seen.screen


@pytest.mark.usefixtures("only_an_agent")
async def test_production_wants_its_name_and_can_be_stepped_through(
    stage: Stage, production: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(project_now, "FILE_S", 0.2)
    async with opened(stage, wanted=production) as seen:
        await seen.press("s")
        await seen.at("pause")
        before = seen.screen.state.seq
        await seen.press("s")
        await seen.until(
            lambda: seen.screen.state.seq > before and seen.screen.state.waiting_for == "pause", "a step"
        )
        done = [item.step.id for item in seen.screen.state.steps if item.status is Status.DONE]
        assert 1 <= len(done) <= 2, done
        # Another system is added meanwhile: the console knows it, and the job does not mind.
        before_it = stage.shop.toml.read_text()
        stage.shop.toml.write_text(before_it + _ANOTHER)
        await seen.until(lambda: "another" in seen.app.project.environments, "the changed file")
        assert not seen.screen.why_not("step")
        await seen.press("S")
        await seen.at("gate")
        await seen.press("a")
        await seen.asked()
        await seen.press(*"staging", "enter")
        assert seen.screen.state.waiting_for == "gate"
        await seen.press("escape")
        assert seen.app.screen is seen.screen and stage.runs() == {"live"}
        await seen.press("p", "a")
        asked = await seen.asked()
        assert "can't log in to web1, web2 again" in str(asked.question.parts)
        await seen.press(*"production", "enter")
        assert asked.is_active and seen.screen.state.waiting_for == "gate"
        await seen.press("space", "right", "right", "enter")
        await seen.at("pause")
        assert stage.runs() == {"live"} and stage.flags() == {"web1": [], "web2": []}
        await seen.press("S")
        await seen.over()
        assert "done in" in seen.top and stage.runs() == {"window"}
        stage.shop.toml.write_text(before_it)


async def test_a_failing_upgrade_says_how_the_shop_stands_and_is_retried(
    stage: Stage, production: Wanted
) -> None:
    stage.shop.behave(upgrade_fails="SQLSTATE[42S01]: Base table exists")
    async with opened(stage, wanted=production) as seen:
        await seen.press("S")
        await seen.at("gate")
        await seen.press("a")
        await seen.asked()
        await seen.press(*"production", "enter")
        await seen.at("choice")
        assert "failed: setup:upgrade" in seen.top
        for part in (
            "web1",
            "The shop is closed (maintenance flags on web1, web2) since",
            "had begun, and did not end well",
            "run the failed step again",
        ):
            assert part in seen.screen.shown_text, part
        assert stage.answers() == [503, 503]
        await seen.press("b")
        asked = await seen.asked()
        assert "Nothing is undone" in str(asked.question.parts)
        await seen.press("right", "enter")
        await seen.over()
        assert "stopped half way" in seen.top and stage.answers() == [503, 503]
        await seen.press("b")
        asked = await seen.asked()
        assert "Give up" in asked.question.title and "maintenance production off" in str(asked.question.parts)
        await seen.press("escape")
        stage.shop.behave(upgrade_fails=None)
        await seen.press("r")
        await seen.until(lambda: seen.screen.state.outcome == "done", "the end")
        assert "done in" in seen.top and stage.answers() == [200, 200] and stage.runs() == {"window"}


async def test_an_abort_leaves_what_its_preview_said(stage: Stage, production: Wanted) -> None:
    before = stage.snapshot()
    async with opened(stage, wanted=production) as seen:
        await seen.press("S")
        await seen.until(lambda: seen.screen.job, "the job")
        await seen.press("escape")
        assert any("The job goes on" in notice.message for notice in seen.app._notifications)
        seen.app.open_job(seen.job.id)
        await seen.until(
            lambda: seen.app.screen is not seen.screen and seen.app.screen.is_mounted, "its screen"
        )
        again = seen.app.screen
        assert isinstance(again, PromotionScreen)
        seen.screen = again
        await seen.at("gate")
        await seen.press("b")
        asked = await seen.asked()
        assert "the shop is as it was" in str(asked.question.parts)
        await seen.press("right", "enter")
        await seen.over()
        assert "cancelled" in seen.top and "as it was" in seen.screen.shown_text
        assert stage.snapshot() == before
        await seen.press("r")
        await seen.until(lambda: "nothing has been changed yet" in seen.top, "a new plan")


async def test_a_plan_whose_ground_has_moved_is_not_started(stage: Stage, production: Wanted) -> None:
    async with opened(stage, wanted=production) as seen:
        shared = stage.shop.path("web1") / "shared/app/etc/env.php"
        stage.edit(shared, "<?php", "<?php\n// edited by hand")
        await seen.press("S")
        await seen.until(lambda: "stale" in seen.top, "stale")
        assert "env.php on" in seen.top and "web1" in seen.top
        assert seen.screen.job is None and not any(job.alive for job in stage.store.list())
        assert seen.screen.why_not("approve") == "nothing runs yet; start the plan first"


async def test_a_second_operator_watches_live_and_takes_the_pen(
    stage: Stage, production: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(stage, wanted=production) as first:
        await first.press("s")
        await first.at("pause")
        await first.until(lambda: first.screen.pen == "you hold the pen", "the pen of who started it")
        monkeypatch.setenv("SUDO_USER", "bob")
        async with opened(stage, job=first.job) as second:
            await second.until(lambda: "holds the pen" in second.screen.pen, "the pen is told")
            assert second.screen.pen == "root holds the pen" and "take it first" in second.screen.why_not(
                "step"
            )
            await second.press("S")
            assert second.screen.state.waiting_for == "pause"
            await second.press("t")
            asked = await second.asked()
            assert "is at a screen" in str(asked.question.parts)
            await second.press("right", "enter")
            await second.until(lambda: second.screen.pen == "you hold the pen", "the pen")
            await second.press("S")
            await second.at("gate")
            monkeypatch.delenv("SUDO_USER")
            await first.until(lambda: first.screen.state.waiting_for == "gate", "watched live")
            await first.until(lambda: "bob as root holds the pen" in first.screen.pen, "who took it")
            assert "take it first" in first.screen.why_not("approve")
            monkeypatch.setenv("SUDO_USER", "bob")
            await second.press("d")
            await second.pilot.pause()
            await second.press(*"late", "enter")
            await second.over()
