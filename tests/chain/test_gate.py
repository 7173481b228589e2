"""The gate, cancelling, and going back."""

import json

import pytest

from tests.chain.stage import PRODUCTION, TARGETS, Stage, wait
from tests.support.openssh import Sshd
from tests.support.shop import OpenSshDemo

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]


def test_without_a_terminal_the_job_waits_for_an_approval_and_holds_no_lock(stage: Stage) -> None:
    before = stage.snapshot()
    with stage.background(*stage.promotion("window", given=())) as promotion:
        said = promotion.until("waits for approval")
        assert f"mageconsole jobs approve {promotion.job}" in said
        assert stage.locked() == [False, False]
        assert stage.snapshot() == before
        approved = stage.cli("jobs", "approve", promotion.job)
        assert approved.code == 0, approved.said
        assert promotion.end().code == 0
    assert stage.runs() == {"window"}
    assert stage.answers() == [200, 200]
    again = stage.cli("jobs", "approve", promotion.job)
    assert again.code == 3, again.said


def test_a_refusal_leaves_the_shop_as_it_was(stage: Stage) -> None:
    before = stage.snapshot()
    with stage.background(*stage.promotion("window", given=())) as promotion:
        promotion.until("waits for approval")
        refused = stage.cli("jobs", "approve", promotion.job, "--refuse", "not on a Friday")
        assert refused.code == 3, refused.said
        ended = promotion.end()
    assert ended.code == 3
    assert "not on a Friday" in ended.err
    assert stage.snapshot() == before


def test_what_moves_while_the_job_waits_makes_the_approval_worthless(stage: Stage) -> None:
    with stage.background(*stage.promotion("quiet", given=())) as promotion:
        promotion.until("waits for approval")
        with (stage.shop.path("web2") / "shared/app/etc/env.php").open("a") as env:
            env.write("// a hot-fix\n")
        before = stage.snapshot()
        ran = stage.cli("jobs", "approve", promotion.job)
    assert ran.code == 3, ran.said
    assert "env.php on web2 has changed" in ran.err
    assert stage.snapshot() == before


def test_a_job_that_is_cancelled_at_the_gate_leaves_the_shop_as_it_was(stage: Stage) -> None:
    before = stage.snapshot()
    with stage.background(*stage.promotion("window", given=())) as promotion:
        promotion.until("waits for approval")
        cancelled = stage.cli("jobs", "cancel", promotion.job)
        assert cancelled.code == 4, cancelled.said
        assert promotion.end().code == 4
    assert stage.snapshot() == before


def test_a_job_that_is_cancelled_while_it_prepares_leaves_the_shop_as_it_was(stage: Stage) -> None:
    before = stage.snapshot()
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.did(promotion.job, "lock"))
        cancelled = stage.cli("jobs", "cancel", promotion.job)
        assert cancelled.code == 4, cancelled.said
    assert stage.snapshot() == before
    assert stage.shop.times("setup:upgrade") == 0


def test_a_job_that_upgrades_is_only_stopped_by_force_and_stays_closed(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=600)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        cancelled = stage.cli("jobs", "cancel", promotion.job, "--force")
    assert cancelled.code == 5, cancelled.said
    assert "Nothing was undone" in cancelled.err
    assert stage.answers() == [503, 503]
    assert stage.runs() == {"live"}


def test_back_to_the_release_before_with_build_and_staging_out_of_reach(stage: Stage) -> None:
    assert isinstance(stage.demo, OpenSshDemo)
    assert stage.promote("quiet").code == 0
    gone: list[Sshd] = [stage.demo.sshd[name] for name in ("build", "stg")]
    for server in gone:
        server.stop()
    try:
        ran = stage.cli("rollback", "production", "--yes")
        assert ran.code == 0, ran.said
        assert stage.runs() == {"live"}
        named = stage.cli("rollback", "production", "--to", stage.release("web1", "quiet").name, "--yes")
        assert named.code == 0, named.said
    finally:
        for server in gone:
            server.start()
    assert stage.runs() == {"quiet"}
    assert stage.answers() == [200, 200]
    assert stage.locked() == [False, False]


def test_a_release_that_does_not_fit_the_database_is_not_gone_back_to(stage: Stage) -> None:
    assert stage.promote("window").code == 0
    state = stage.shop.state("production")
    del state["tables"]["acme_delivery_time"]  # as an upgrade leaves it whose code needs the table no more
    (stage.shop.database("production") / "state.json").write_text(json.dumps(state))
    before = stage.snapshot()
    ran = stage.cli("rollback", "production", "--yes")
    assert ran.code == 3, ran.said
    assert "[rollback-unfit]" in ran.err
    assert stage.snapshot() == before


def test_going_back_over_a_change_of_settings_imports_them(stage: Stage) -> None:
    assert stage.promote("window").code == 0
    ran = stage.cli("rollback", "production", "--yes")
    assert ran.code == 0, ran.said
    assert stage.runs() == {"live"}
    assert stage.shop.times("app:config:import") == 1
    assert stage.answers() == [200, 200]


def test_going_back_to_a_config_that_was_edited_by_hand_is_told_and_done(stage: Stage) -> None:
    assert stage.promote("quiet").code == 0
    assert stage.promote("window").code == 0
    for host in PRODUCTION:
        config = stage.release(host, "quiet") / "app/etc/config.php"
        edited = config.with_name("edited.php")
        edited.write_text(config.read_text().replace("<?php\n", "<?php\n// by hand\n"))
        edited.rename(config)
    ran = stage.cli("rollback", "production", "--yes")
    assert ran.code == 0, ran.said
    assert "was changed by hand on" in ran.said
    assert stage.shop.times("app:config:import") == 1
    assert stage.runs() == {"quiet"}
    assert stage.answers() == [200, 200]


def test_there_is_nothing_before_the_first_release(stage: Stage) -> None:
    before = {name: stage.snapshot(name) for name in ("staging", "production")}
    ran = stage.cli("rollback", "production", "--yes")
    assert ran.code == 3, ran.said
    assert "[no-previous]" in ran.err
    assert {name: stage.snapshot(name) for name in ("staging", "production")} == before
    assert stage.answers(*TARGETS) == [200] * (1 + len(PRODUCTION))


def test_hosts_that_share_the_path_are_noticed_and_refused_before_anything_is_sent(stage: Stage) -> None:
    stage.edit(stage.shop.toml, f'path = "{stage.shop.path("web2")}"', f'path = "{stage.shop.path("web1")}"')
    assert "web1 and web2 see the same directory. [path-shared]" in stage.cli("check", "production").out
    before = stage.snapshot()
    ran = stage.promote("quiet")
    assert ran.code == 3, ran.said
    assert "[path-shared]" in ran.err
    assert "transfer" not in {item.step.id for item in stage.state(ran.job).steps if item.attempt}
    assert stage.snapshot() == before
    assert not list(stage.shop.path("web1").glob(".mageconsole/shared-path.*"))
