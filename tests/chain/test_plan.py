"""First deployments, plans that change nothing, digests, and artifacts that nobody has verified."""

import asyncio
import json
import re
from typing import Any

import pytest

from core.console.console import Console
from core.environments.load import load
from core.model.plan import Plan
from tests.chain.stage import TARGETS, Stage
from tests.support.shop import tree_digest

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]


def test_the_first_deployment_onto_an_empty_path(stage: Stage) -> None:
    for name in ("staging", "production"):
        ran = stage.laid[name]
        assert ran.code == 0, ran.said
        assert "setup:upgrade on " in ran.err  # the database is of the commit before
        assert "a shop at another path that uses this database stays open" in ran.err
    assert stage.runs("stg") == stage.runs() == {"live"}
    for host in TARGETS:
        history = [json.loads(line) for line in (stage.shop.path(host) / ".mageconsole/history").open()]
        assert [(line["release"], set(line["before"].values())) for line in history] == [
            (stage.base[host], {""})
        ]
    assert stage.answers(*TARGETS) == [200, 200, 200]


def test_a_second_artifact_goes_through_staging_to_both_hosts_of_production(stage: Stage) -> None:
    staging = stage.promote("window", to="staging")
    assert staging.code == 0, staging.said
    assert (stage.runs("stg"), stage.runs()) == ({"window"}, {"live"})
    production = stage.cli("promote", "staging", "production", "--yes")
    assert production.code == 0, production.said
    assert stage.runs() == {"window"}
    assert stage.answers(*TARGETS) == [200, 200, 200]
    again = stage.cli("promote", "staging", "production", "--yes")
    assert again.code == 0, again.said
    assert "runs artifact" in again.out
    assert stage.shop.times("setup:upgrade") == 2  # once for each database


def test_an_artifact_that_staging_has_not_verified_is_refused(stage: Stage) -> None:
    stage.edit(stage.shop.toml, 'role = "production"\n', 'role = "production"\nrequires = "staging"\n')
    before = stage.snapshot()
    ran = stage.promote("quiet")
    assert ran.code == 3, ran.said
    assert f"staging has not verified artifact {stage.artifacts['quiet']}" in ran.err
    assert f"it runs {stage.base['stg']}" in ran.err
    assert stage.snapshot() == before
    hotfix = stage.promote("quiet", "--hotfix", "the cart is broken")
    assert hotfix.code == 0, hotfix.said
    history = (stage.shop.path("web1") / ".mageconsole/history").read_text()
    assert "the cart is broken" in history


def test_a_release_that_lies_on_staging_but_failed_there_is_refused(stage: Stage) -> None:
    stage.refuse_switch("stg")
    assert stage.promote("quiet", to="staging").code == 1
    stage.edit(stage.shop.toml, 'role = "production"\n', 'role = "production"\nrequires = "staging"\n')
    ran = stage.promote("quiet")
    assert ran.code == 3, ran.said
    assert "did not pass its verification" in ran.err


@pytest.mark.parametrize("name", ["setting", "delete", "themes"])
def test_asking_what_an_import_would_do_changes_nothing(stage: Stage, name: str) -> None:
    trees = {host: tree_digest(stage.shop.path(host)) for host in ("build", *TARGETS)}
    before = stage.snapshot()
    ran = stage.cli("plan", "build", "production", "--artifact", stage.artifacts[name])
    assert ran.code == 0, ran.said
    assert "an import is needed" in ran.out
    assert {host: tree_digest(stage.shop.path(host)) for host in ("build", *TARGETS)} == trees
    assert stage.snapshot() == before
    # The same asked of Magento itself, in the new release: up to the gate.
    allowed = ("--allow-delete", "outlet", "--allow-delete", "outlet_store", "--allow-delete", "outlet_en")
    words = stage.promotion(name, *(allowed if name == "delete" else ()), given=())
    with stage.background(*words) as promotion:
        promotion.until("waits for approval")
        decided = stage.state(promotion.job).step("decide")
        assert decided is not None
        assert "the configuration has to be imported" in decided.note
        assert stage.snapshot() == before
        assert stage.cli("jobs", "approve", promotion.job, "--refuse", "only asked").code == 3
    assert stage.snapshot() == before
    assert stage.shop.times("app:config:import") == stage.shop.times("setup:upgrade") == 0


def _plan(stage: Stage, name: str = "quiet") -> str:
    ran = stage.cli("--json", "plan", "build", "production", "--artifact", stage.artifacts[name])
    assert ran.code == 0, ran.said
    digest: str = json.loads(ran.out)["digest"]
    return digest


def test_the_plan_that_was_shown_is_run(stage: Stage) -> None:
    ran = stage.promote("quiet", given=("--plan", _plan(stage)[:12]))
    assert ran.code == 0, ran.said
    assert stage.runs() == {"quiet"}


def test_another_plan_than_the_one_shown_is_refused(stage: Stage) -> None:
    before = stage.snapshot()
    ran = stage.promote("window", given=("--plan", _plan(stage)[:12]))
    assert ran.code == 3, ran.said
    assert "[plan-stale]" in ran.err
    assert stage.snapshot() == before


@pytest.mark.parametrize("moved", ["config.php", "env.php"])
def test_a_plan_whose_ground_has_moved_is_refused(stage: Stage, moved: str) -> None:
    digest = _plan(stage)
    config = stage.shop.live("web2") / "app/etc/config.php"
    path = config if moved == "config.php" else stage.shop.path("web2") / "shared/app/etc/env.php"
    kept = path.read_text()
    path.write_text(kept + "// a hot-fix\n")
    before = stage.snapshot()
    ran = stage.promote("quiet", given=("--plan", digest[:12]))
    assert stage.snapshot() == before
    path.write_text(kept)
    assert ran.code == 3, ran.said
    assert "[plan-stale]" in ran.err
    assert f"{moved} on web2 has changed" in ran.err


def test_a_plan_is_refused_when_another_release_went_live_meanwhile(stage: Stage) -> None:
    assert stage.promote("quiet").code == 0
    digest = _plan(stage, "setting")
    current = stage.shop.path("web2") / "current"
    current.unlink()
    current.symlink_to(f"releases/{stage.base['web2']}")
    before = stage.snapshot()
    ran = stage.promote("setting", given=("--plan", digest[:12]))
    assert ran.code == 3, ran.said
    assert "[plan-stale]" in ran.err
    assert "current on web2 has changed" in ran.err
    assert stage.snapshot() == before


def test_hosts_that_do_not_run_the_same_are_each_compared_and_brought_together(stage: Stage) -> None:
    assert stage.promote("quiet").code == 0
    current = stage.shop.path("web2") / "current"
    current.unlink()
    current.symlink_to(f"releases/{stage.base['web2']}")
    plan = stage.cli("plan", "build", "production", "--artifact", stage.artifacts["quiet"])
    assert plan.code == 0, plan.said
    assert f"web2 runs {stage.base['web2']}" in plan.out
    # The first host runs the artifact already: what changes is what the second one meets.
    assert re.search(r"files +\d+ added, [1-9]\d* changed", plan.out), plan.out
    ran = stage.promote("quiet")
    assert ran.code == 0, ran.said
    assert "the hosts do not run the same now" in ran.err
    assert stage.runs() == {"quiet"}
    assert stage.answers() == [200, 200]


def test_a_build_asks_which_artifacts_are_still_needed(stage: Stage) -> None:
    def options() -> dict[str, Any]:
        async def made() -> Plan:
            door = Console(load(stage.shop.toml))
            async with door.planner() as planner:
                return await planner.build("", door.options({}))

        return {key: value for key, value in asyncio.run(made()).options.items() if "artifacts" in key}

    assert options() == {}  # the store has room
    stage.edit(stage.shop.toml, 'role = "build"\n', 'role = "build"\nkeep_releases = 1\n')
    needed = {
        path.name.partition("-")[2] for host in TARGETS for path in stage.shop.path(host).glob("releases/*")
    }
    assert stage.artifacts["live"] in needed
    assert {one[:12] for one in options()["keep_artifacts"]} == needed
    stage.edit(stage.shop.toml, 'address = "web2"', 'address = "web2.invalid"')
    told = options()
    assert list(told) == ["artifacts_unknown"] and "web2.invalid" in told["artifacts_unknown"], told
