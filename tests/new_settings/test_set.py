"""Settings of a module that is new in an artifact are set by the promotion (decision 31)."""

import json

import pytest

from core.demo.standin import phpfile
from tests.chain.stage import PRODUCTION
from tests.new_settings.stage import DECLARED, KEY, SECRET, NewStage
from tests.support.shop import Visitors

pytestmark = [pytest.mark.xdist_group("new-settings"), pytest.mark.timeout(300)]


def _steps(stage: NewStage) -> list[str]:
    """Return the commands that changed something on the first host, each with its release, in their order."""
    return [
        f"{line['command']} in {line['root'].rpartition('-')[2]}"
        for line in stage.shop.ran(host="web1")
        if line["event"] == "start" and line["command"] in ("setup:upgrade", "config:set")
    ]


def test_they_are_set_from_the_new_release_after_the_upgrade(stage: NewStage) -> None:
    stage.declare()
    told = stage.cli("plan", "build", "production", "--artifact", stage.artifacts["table"])
    assert told.code == 0, told.said
    assert "4 settings are new in this artifact, and set by the promotion before the shop opens" in told.out
    assert "config:set --lock-env acme_tags/api/private_key ••••" in told.out
    ran = stage.promote("table")
    assert ran.code == 0, ran.said
    assert stage.runs() == {"table"}
    assert stage.answers() == [200, 200]
    assert stage.set_everywhere()
    new = stage.artifacts["table"]
    assert _steps(stage) == [f"setup:upgrade in {new}", *[f"config:set in {new}"] * 4]
    systems = [json.dumps(stage.env(host)["system"]) for host in PRODUCTION]
    assert systems[0] == systems[1]
    assert stage.private() == []
    for host in PRODUCTION:
        lines = (stage.shop.path(host) / ".mageconsole/history").read_text().splitlines()
        promoted, settings = (json.loads(line) for line in lines[-2:])
        assert (promoted["what"], settings["what"]) == ("promote", "settings")
        assert KEY in settings["settings"] and promoted["job"] == settings["job"]
    assert stage.leaks(SECRET) == []


def test_where_nothing_else_is_pending_they_alone_close_the_shop_and_only_once(stage: NewStage) -> None:
    stage.declare(DECLARED + '[environments.production.settings.stores.de]\n"acme_tags/api/hidden" = "x"\n')
    stage.shop.behave(command_s=0.3)
    with Visitors([stage.demo.web[host] for host in PRODUCTION]) as visitors:
        ran = stage.promote("module")
    assert ran.code == 0, ran.said
    assert visitors.statuses[503] > 0 and visitors.statuses[500] == 0, visitors.statuses
    assert "till all hosts have them pages answer 500" in ran.said
    hidden = "system/stores/de/acme_tags/api/hidden"  # of config.xml alone: Magento's command would refuse it
    assert [phpfile.dig(stage.env(host), hidden) for host in PRODUCTION] == ["x", "x"]
    assert stage.set_everywhere()
    stage.shop.behave(command_s=None)
    assert stage.cli("rollback", "production", "--yes").code == 0
    files = stage.files()
    again = stage.promote("module")
    assert again.code == 0, again.said
    assert "new in this artifact" not in again.said
    assert "no maintenance window is needed" in again.said
    assert stage.files() == files
    assert stage.shop.times("config:set", "web1") == 4


def test_never_closed_means_not_promoted(stage: NewStage) -> None:
    stage.declare()
    stage.edit(stage.shop.toml, 'role = "production"\n', 'role = "production"\nmaintenance = "never"\n')
    before = stage.snapshot()
    ran = stage.promote("module")
    assert ran.code == 3, ran.said
    assert "window-needed" in ran.err
    assert stage.snapshot() == before


def test_without_its_value_it_is_refused_before_anything_is_done(stage: NewStage) -> None:
    stage.declare(secret="")
    before, jobs = stage.snapshot(), len(stage.store.list())
    told = stage.cli("plan", "build", "production", "--artifact", stage.artifacts["table"])
    assert told.code == 0, told.said
    assert f"secret-missing: {KEY} is set by this promotion, and no value is at hand" in told.out
    ran = stage.promote("table")
    assert ran.code == 3, ran.said
    assert f"There is no value at hand for production:{KEY}" in ran.err
    assert "mageconsole settings secret set" in ran.err
    assert stage.snapshot() == before
    assert len(stage.store.list()) == jobs


def test_a_secret_in_the_way_of_its_setting_is_not_shown(stage: NewStage) -> None:
    stage.declare()
    for host in PRODUCTION:
        env = stage.env(host)
        phpfile.plant(env, f"system/default/{KEY}", "plain-till-now-4711")
        (stage.shop.path(host) / "shared/app/etc/env.php").write_text(phpfile.write(env))
    stage.shop.magento("web1", "app:config:import", "-n").check_returncode()
    told = stage.cli("plan", "build", "production", "--artifact", stage.artifacts["module"])
    assert told.code == 0, told.said
    assert f"{KEY}  (env.php, system" in told.out
    assert "plain-till-now" not in told.said
