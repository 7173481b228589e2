"""Promotions before and after a database step: what is undone, what stays closed, what is told."""

import pytest

from tests.chain.stage import FLAG, PRODUCTION, Stage, wait

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]

CLOSED = {host: ["live", "window"] for host in PRODUCTION}
OPEN: dict[str, list[str]] = {host: [] for host in PRODUCTION}
OUTLET = ("--allow-delete", "outlet", "--allow-delete", "outlet_store", "--allow-delete", "outlet_en")


def test_the_shop_is_closed_for_the_upgrade_and_opened_again(served: Stage) -> None:
    ran = served.promote("window")
    assert ran.code == 0, ran.said
    assert served.runs() == {"window"}
    assert served.flags() == OPEN
    assert served.answers() == [200, 200]
    assert served.locked() == [False, False]
    assert served.shop.times("setup:upgrade") == 1
    assert served.shop.times("app:config:import") == 0  # the upgrade imports at its end
    assert "acme_tags" in str(served.shop.state("production")["tables"])


def test_a_host_that_refuses_the_switch_before_a_database_step_takes_all_back(served: Stage) -> None:
    before = served.snapshot()
    served.refuse_switch("web2")
    ran = served.promote("quiet")
    assert ran.code == 1, ran.said
    assert "Read-only file system" in ran.err
    assert served.snapshot() == before


def test_a_host_that_refuses_the_switch_after_the_upgrade_stops_the_job_closed(served: Stage) -> None:
    served.refuse_switch("web2")
    ran = served.promote("window")
    assert ran.code == 5, ran.said
    assert "web1: new; web2: old" in ran.err
    assert "you can: retry" in ran.err
    assert (served.runs("web1"), served.runs("web2")) == ({"window"}, {"live"})
    assert served.flags() == CLOSED
    assert served.answers() == [503, 503]
    served.allow_switch("web2")
    resumed = served.cli("jobs", "resume", ran.job)
    assert resumed.code == 0, resumed.said
    assert served.runs() == {"window"}
    assert served.flags() == OPEN
    assert served.shop.times("setup:upgrade") == 1
    assert served.locked() == [False, False]


def test_bad_health_before_a_database_step_takes_all_back(stage: Stage) -> None:
    before = stage.snapshot()
    with stage.down_once_switched("web2"):
        ran = stage.promote("quiet")
    assert ran.code == 1, ran.said
    assert "web2 no answer" in ran.err
    assert stage.snapshot() == before


def test_a_wrong_health_check_is_mended_by_environments_toml_and_a_resume(stage: Stage) -> None:
    stage.edit(stage.shop.toml, 'host = "shop.example.com"', 'host = "shop.example.com"\nstatus = 404')
    ran = stage.promote("window")
    assert ran.code == 5, ran.said
    assert "answers 200 instead of 404" in ran.err
    assert "mend `health` in environments.toml" in ran.err
    assert stage.answers() == [503, 503]
    stage.edit(stage.shop.toml, "\nstatus = 404", "")
    resumed = stage.cli("jobs", "resume", ran.job)
    assert resumed.code == 0, resumed.said
    assert "taken over" in resumed.err
    assert stage.answers() == [200, 200]


def test_a_web_server_that_nobody_answers_at_is_refused_before_the_gate(stage: Stage) -> None:
    before = stage.snapshot()
    stage.web_down("web2")
    try:
        ran = stage.promote("window")
    finally:
        stage.web_up("web2")
    assert ran.code == 3, ran.said
    assert "no answer" in ran.err
    assert stage.snapshot() == before


def test_bad_health_after_a_database_step_stops_the_job_closed(stage: Stage) -> None:
    with stage.down_once_switched("web2"):
        ran = stage.promote("window")
    assert ran.code == 5, ran.said
    assert "web2 no answer" in ran.err
    assert stage.runs() == {"window"}
    assert stage.flags() == CLOSED
    assert stage.answers() == [503, 503]
    assert stage.locked() == [True, True]
    resumed = stage.cli("jobs", "resume", ran.job)
    assert resumed.code == 0, resumed.said
    assert stage.answers() == [200, 200]


def test_an_upgrade_that_fails_stops_the_job_closed_and_is_run_again_on_request(stage: Stage) -> None:
    stage.shop.behave(upgrade_fails="Unable to apply patch: the disk is full of lamps")
    ran = stage.promote("window")
    assert ran.code == 5, ran.said
    assert "the disk is full of lamps" in ran.err
    assert "The shop stays closed" in ran.err
    assert stage.runs() == {"live"}
    assert stage.flags() == CLOSED
    assert stage.answers() == [503, 503]
    stage.shop.behave(upgrade_fails=None)
    resumed = stage.cli("jobs", "resume", ran.job)
    assert resumed.code == 0, resumed.said
    assert stage.runs() == {"window"}
    assert stage.flags() == OPEN
    assert stage.shop.times("setup:upgrade") == 2
    assert stage.locked() == [False, False]


@pytest.mark.parametrize("allowed", [(), ("--allow-delete", "outlet"), OUTLET], ids=["none", "one", "all"])
def test_an_import_deletes_only_what_is_allowed_by_its_code(stage: Stage, allowed: tuple[str, ...]) -> None:
    before = stage.snapshot()
    ran = stage.promote("delete", *allowed)
    if allowed == OUTLET:
        assert ran.code == 0, ran.said
        assert "outlet_en" not in stage.shop.state("production")["stores"]
        assert stage.shop.times("app:config:import") == 1
        assert stage.answers() == [200, 200]
        return
    assert ran.code == 3, ran.said
    assert "Outlet English (outlet_en)" in ran.err
    assert ("Outlet Website (outlet)" in ran.err) == (not allowed)
    assert stage.snapshot() == before
    assert stage.shop.times("app:config:import") == 0


def test_hosts_whose_system_settings_differ_are_refused(stage: Stage) -> None:
    env = stage.shop.path("web2") / "shared/app/etc/env.php"
    stage.edit(env, "http://shop.example.com/", "http://other.example.com/")
    before = stage.snapshot()
    ran = stage.promote("quiet")
    assert ran.code == 3, ran.said
    assert "`system` section of env.php is not the same on web1, web2" in ran.err
    assert stage.snapshot() == before


def test_a_config_php_that_differs_on_one_host_stops_the_job_after_the_upgrade(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=4)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        config = stage.release("web2", "window") / "app/etc/config.php"
        text = config.read_text()
        config.write_text(text + "// mended on the host by hand\n")
        ran = promotion.end()
    assert ran.code == 5, ran.said
    assert "config.php" in ran.err
    assert stage.flags() == CLOSED
    assert stage.runs() == {"live"}
    config.write_text(text)
    stage.shop.behave(upgrade_s=None)
    resumed = stage.cli("jobs", "resume", ran.job)
    assert resumed.code == 0, resumed.said
    assert stage.shop.times("setup:upgrade") == 1
    assert stage.answers() == [200, 200]


@pytest.mark.parametrize("name", ["window", "quiet"])
def test_a_shop_that_a_person_closed_stays_closed(stage: Stage, name: str) -> None:
    for host in PRODUCTION:
        (stage.shop.live(host) / FLAG).touch()
    ran = stage.promote(name)
    assert ran.code == 0, ran.said
    assert "had been closed before and will stay so" in ran.err
    assert stage.runs() == {name}
    assert stage.flags() == {host: ["live", name] for host in PRODUCTION}
    assert stage.answers() == [503, 503]


def test_a_pending_database_step_is_refused_where_the_shop_is_never_closed(stage: Stage) -> None:
    stage.edit(stage.shop.toml, 'role = "production"\n', 'role = "production"\nmaintenance = "never"\n')
    before = stage.snapshot()
    ran = stage.promote("window")
    assert ran.code == 3, ran.said
    assert "[window-needed]" in ran.err
    assert stage.snapshot() == before


@pytest.mark.parametrize("name", ["quiet", "window"])
def test_a_status_that_says_2_for_ever_is_accepted_and_told(stage: Stage, name: str) -> None:
    stage.shop.behave(false_schema=True)
    ran = stage.promote(name)
    assert ran.code == 0, ran.said
    assert "setup:db:status" in ran.err
    assert stage.runs() == {name}
    assert stage.shop.times("setup:upgrade") == (1 if name == "window" else 0)


def test_an_upgrade_that_takes_longer_than_expected_is_told_of_and_never_stopped(stage: Stage) -> None:
    text = stage.shop.toml.read_text()
    stage.shop.toml.write_text(text.replace("health = 2.0\n", "health = 2.0\nupgrade = 1.0\n"))
    stage.shop.behave(upgrade_s=5)
    ran = stage.promote("window")
    assert ran.code == 0, ran.said
    assert ran.err.count("setup:upgrade takes longer than expected") == 1
    assert stage.shop.times("setup:upgrade") == 1
    assert stage.answers() == [200, 200]


def test_an_upgrade_that_would_not_find_its_search_engine_is_refused_before_the_window(stage: Stage) -> None:
    before = stage.snapshot()
    stage.shop.behave(search_down=True)
    ran = stage.promote("window")
    assert ran.code == 3, ran.said
    assert "No alive nodes found in your cluster" in ran.err
    assert stage.snapshot() == before
    assert stage.shop.times("setup:upgrade") == 0
    assert stage.promote("quiet").code == 0  # nothing but an upgrade needs it
    assert all(stage.shop.times("cache:flush", host) == 1 for host in PRODUCTION)
