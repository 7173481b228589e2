"""Jobs that stop and are given up: what is told, put back, left; and the verification that is made up for."""

import os
import signal

import pytest

from tests.chain.stage import PRODUCTION, Stage, wait

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]

CRON = "# a line of somebody else\n* * * * * /usr/bin/php {current}/bin/magento cron:run\n"
GIVE_UP = ("--reason", "mended by hand", "--yes")


def _crontab(stage: Stage) -> None:
    for host in PRODUCTION:
        text = CRON.format(current=stage.shop.path(host) / "current")
        (stage.shop.systems.host(host) / "crontab").write_text(text)


def _paused(stage: Stage) -> list[bool]:
    return ["#mageconsole-paused" in stage.shop.crontab(host) for host in PRODUCTION]


def _verified(stage: Stage, name: str) -> list[bool]:
    return [
        (stage.shop.path(host) / ".mageconsole/releases" / stage.release(host, name).name / "verified").exists()
        for host in PRODUCTION
    ]


def test_a_job_given_up_after_an_upgrade_that_failed_leaves_the_shop_closed_and_says_so(
    stage: Stage,
) -> None:
    _crontab(stage)
    stage.shop.behave(upgrade_fails="Unable to apply patch: the disk is full of lamps")
    job = stage.promote("window").job
    for told in (stage.cli("lock", "production", "release"), stage.cli("check", "production")):
        assert f"jobs abandon {job}" in told.said
        assert "cron and consumers are paused" in told.said
        assert "the shop is closed" in told.said
    assert "[cron-left-paused]" in stage.cli("check", "production").out
    unconfirmed = stage.cli("jobs", "abandon", job, "--reason", "x")
    assert unconfirmed.code == 3, unconfirmed.said
    assert "a database step did not end well" in unconfirmed.err
    ran = stage.cli("jobs", "abandon", job, *GIVE_UP)
    assert ran.code == 0, ran.said
    state = stage.state(job)
    assert state.outcome == "abandoned"
    assert "mended by hand" in state.what
    assert "Left as it is: cron and consumers are paused" in state.what
    assert "mageconsole maintenance production off" in state.what
    assert stage.flags() == {host: ["live", "window"] for host in PRODUCTION}
    assert _paused(stage) == [True, False]  # web2 runs no cron
    assert stage.locked() == [False, False]
    assert stage.cli("jobs", "resume", job).code == 3


def test_a_job_given_up_where_the_release_fits_is_put_back_and_its_verification_made_up_for(
    stage: Stage,
) -> None:
    _crontab(stage)
    before = [stage.shop.crontab(host) for host in PRODUCTION]
    with stage.down_once_switched("web2"):
        job = stage.promote("window").job
        assert stage.answers("web1") == [503]
        held = stage.promote("window")
        assert held.code == 3, held.said
        assert f"jobs resume {job}" in held.err
        assert stage.cli("lock", "production", "release", "--yes").code == 0
        ran = stage.cli("jobs", "abandon", job, *GIVE_UP)
    assert ran.code == 0, ran.said
    assert "the live release was never verified on web1, web2" in stage.state(job).what
    assert stage.runs() == {"window"}
    assert stage.flags() == {host: [] for host in PRODUCTION}
    assert stage.answers() == [200, 200]
    assert [stage.shop.crontab(host) for host in PRODUCTION] == before
    assert stage.locked() == [False, False]
    assert "NOT VERIFIED" in stage.cli("status", "production").out
    assert "[live-unverified]" in stage.cli("check", "production").out
    assert _verified(stage, "window") == [False, False]
    promoted = stage.promote("window")
    assert promoted.code == 0, promoted.said
    assert "without a verified mark" in promoted.err
    assert _verified(stage, "window") == [True, True]
    again = stage.promote("window")
    assert (again.code, again.out.strip().endswith("already.")) == (0, True), again.said
    assert stage.shop.times("setup:upgrade") == 1


def test_a_job_that_died_while_it_asked_behind_the_closed_door_leaves_no_way_in(stage: Stage) -> None:
    exempt = stage.shop.path("web2") / "shared/var/.maintenance.ip"
    stage.edit(stage.shop.toml, "health = 2.0\n", "health = 60.0\n")
    with stage.down_once_switched("web2"):
        with stage.background(*stage.promotion("window")) as promotion:
            wait(exempt.exists)
            job = stage.store.list()[0]
            os.kill(stage.job_process(job.id), signal.SIGKILL)
            promotion.end()
    assert exempt.exists()
    ran = stage.cli("jobs", "abandon", job.id, *GIVE_UP)
    assert ran.code == 0, ran.said
    assert stage.answers() == [200, 200]
    assert not exempt.exists()
