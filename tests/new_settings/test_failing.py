"""When settings of a new module can't be set: before a database step all is undone, after one it stops, whole."""

import pytest

from tests.chain.stage import PRODUCTION
from tests.new_settings.stage import DECLARED, NewStage

pytestmark = [pytest.mark.xdist_group("new-settings"), pytest.mark.timeout(300)]

BROKEN = DECLARED.replace("https://tags.example.com/", "tags.example.com")
NOTHING = (None, None, None, None)


def test_what_magento_refuses_before_a_database_step_takes_all_back(stage: NewStage) -> None:
    stage.declare(BROKEN)
    before = stage.snapshot()
    ran = stage.promote("module")
    assert ran.code == 1, ran.said
    assert "Invalid Base URL" in ran.err
    assert stage.snapshot() == before
    assert stage.private() == []


def test_a_host_that_refuses_the_file_before_a_database_step_takes_all_back(stage: NewStage) -> None:
    stage.declare()
    before = stage.snapshot()
    stage.refuse_rename("web2")
    ran = stage.promote("module")
    assert ran.code == 1, ran.said
    assert "Read-only file system" in ran.err
    assert stage.snapshot() == before
    assert stage.private() == []


def test_after_the_upgrade_it_stops_closed_and_whole_and_goes_on(stage: NewStage) -> None:
    stage.declare()
    before = stage.files()
    stage.refuse_rename("web2")
    ran = stage.promote("table")
    assert ran.code == 5, ran.said
    assert stage.answers() == [503, 503]
    assert (stage.files(), stage.runs()) == (before, {"live"})
    root = stage.release("web1", "table")
    assert stage.shop.magento("web1", "app:config:status", root=root).returncode == 0
    assert "you can: retry" in ran.err and "--skip" in ran.err
    stage.allow_switch("web2")
    resumed = stage.cli("jobs", "resume", ran.job)
    assert resumed.code == 0, resumed.said
    assert stage.set_everywhere()
    assert stage.answers() == [200, 200]
    assert stage.shop.times("setup:upgrade") == 1


def test_after_the_upgrade_a_person_may_go_on_without_them(stage: NewStage) -> None:
    stage.declare(BROKEN)
    before = stage.files()
    ran = stage.promote("table")
    assert ran.code == 5, ran.said
    skipped = stage.cli("jobs", "resume", ran.job, "--skip", "the address is wrong")
    assert skipped.code == 0, skipped.said
    assert stage.runs() == {"table"}
    assert stage.answers() == [200, 200]
    assert stage.files() == before
    assert [stage.values(host) for host in PRODUCTION] == [NOTHING] * 2
    history = (stage.shop.path("web1") / ".mageconsole/history").read_text()
    assert '"what": "settings"' not in history
    told = stage.cli("settings", "diff", "production")
    assert "acme_tags/api/depth" in told.out


def test_bad_health_after_them_brings_env_php_back(stage: NewStage) -> None:
    stage.declare()
    before = stage.snapshot()
    with stage.down_once_switched("web2"):
        ran = stage.promote("module")
    assert ran.code == 1, ran.said
    assert stage.snapshot() == before
    assert stage.private() == []
