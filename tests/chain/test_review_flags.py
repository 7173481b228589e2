"""A maintenance flag that an earlier job left behind closes nothing; one that a person set is told."""

import pytest

from tests.chain.stage import FLAG, PRODUCTION, Stage

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]


def _leave(stage: Stage, name: str) -> None:
    """Prepare an artifact's release on both hosts and leave the flag of a job that stopped in it."""
    stage.shop.behave(upgrade_fails=True)
    ran = stage.promote("window")
    assert ran.code == 5, ran.said
    assert stage.cli("maintenance", "production", "off", "--anyway").code == 0
    assert stage.cli("lock", "production", "release", "--yes").code == 0
    stage.shop.behave(upgrade_fails=None)
    assert stage.flags() == {host: ["window"] for host in PRODUCTION}


def test_a_flag_left_by_a_stopped_job_does_not_keep_the_shop_closed(stage: Stage) -> None:
    _leave(stage, "window")
    ran = stage.promote("window")
    assert ran.code == 0, ran.said
    assert stage.flags() == {host: [] for host in PRODUCTION}
    assert stage.answers() == [200, 200]


def test_a_flag_left_in_a_release_does_not_close_the_shop_by_a_switch_without_a_window(stage: Stage) -> None:
    prepared = stage.promote("quiet")
    assert prepared.code == 0, prepared.said
    assert stage.cli("rollback", "production", "--yes").code == 0
    for host in PRODUCTION:
        (stage.release(host, "quiet") / FLAG).touch()
    ran = stage.promote("quiet")
    assert ran.code == 0, ran.said
    assert stage.answers() == [200, 200]


def test_a_shop_that_a_person_closed_stays_closed_and_that_is_told(stage: Stage) -> None:
    assert stage.cli("maintenance", "production", "on").code == 0
    ran = stage.promote("quiet")
    assert ran.code == 0, ran.said
    assert stage.answers() == [503, 503]
    assert "stays closed for customers" in ran.err
    assert "mageconsole maintenance production off" in ran.err
