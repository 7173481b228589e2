"""What somebody set by hand on production and clashes with an artifact is decided by a person, value by value."""

import json
import re
from collections.abc import Iterator

import pytest

from core.demo.standin import phpfile
from tests.chain.stage import PRODUCTION
from tests.new_settings.stage import NewStage

pytestmark = [pytest.mark.xdist_group("new-settings"), pytest.mark.timeout(300)]

NAME, MINIFY = "general/store_information/name", "dev/css/minify_files"
LOCALE, GRID = "general/locale/code", "catalog/frontend/grid_per_page"
DECIDED = ("--keep", NAME, "--take", "dev", "--take", LOCALE, "--keep", GRID)


@pytest.fixture
def changed(stage: NewStage) -> Iterator[NewStage]:
    """Return the shop after somebody changed config.php, env.php and a value in the Admin; bring config.php back."""
    files = {host: stage.shop.live(host) / "app/etc/config.php" for host in PRODUCTION}
    before = {host: path.read_bytes() for host, path in files.items()}
    for host in PRODUCTION:
        _plant(stage, host)
    database = stage.shop.database("production") / "state.json"
    state = json.loads(database.read_text())
    state["config"][f"default/{GRID}"] = "24"
    database.write_text(json.dumps(state))
    stage.shop.magento("web1", "app:config:import", "-n").check_returncode()
    yield stage
    for host, path in files.items():
        path.write_bytes(before[host])


def _plant(stage: NewStage, host: str) -> None:
    path = stage.shop.live(host) / "app/etc/config.php"
    config = phpfile.read(path.read_text())
    assert isinstance(config, dict)
    phpfile.plant(config, f"system/default/{NAME}", "By hand")
    phpfile.plant(config, f"system/default/{MINIFY}", "0")
    path.write_text(phpfile.write(config))
    env = stage.env(host)
    phpfile.plant(env, f"system/default/{LOCALE}", "de_AT")
    (stage.shop.path(host) / "shared/app/etc/env.php").write_text(phpfile.write(env))


def _env(stage: NewStage, path: str) -> list[phpfile.Value]:
    """Return what the env.php of each host says of a setting."""
    return [phpfile.dig(stage.env(host), f"system/default/{path}") for host in PRODUCTION]


def test_they_are_listed_with_what_either_choice_does_and_nothing_begins_without_one(changed: NewStage) -> None:
    before, jobs = changed.snapshot(), len(changed.store.list())
    told = changed.cli("plan", "build", "production", "--artifact", changed.artifacts["setting"])
    assert told.code == 0, told.said
    assert "4 values were set by hand and clash with the artifact, 4 to be decided: keep or take" in told.out
    assert "live By hand (config.php), artifact Acme & Sons, promoted before Acme Store" in told.out
    assert "live 0 (config.php), artifact 1, promoted before 1" in told.out
    assert "live de_AT (env.php), artifact en_GB, promoted before en_US" in told.out
    assert "live 24 (database), artifact 12, promoted before nothing" in told.out
    assert "keep: env.php goes on winning" in told.out
    for given in ((), ("--take", "dev", "--keep", "general/store_information")):
        ran = changed.promote("setting", *given)
        assert ran.code == 3, ran.said
        assert "conflict-undecided" in ran.err and f"{LOCALE} (env.php: de_AT, artifact: en_GB" in ran.err
    assert MINIFY not in ran.err.partition("conflict-undecided")[0].partition("clash with the artifact: ")[2]
    assert changed.snapshot() == before
    assert len(changed.store.list()) == jobs


def test_what_was_decided_is_done_and_recorded(changed: NewStage) -> None:
    words = ("plan", "build", "production", "--artifact", changed.artifacts["setting"])
    open_ = re.search(r"plan ([0-9a-f]{12}) ", changed.cli(*words).out)
    shown = re.search(r"plan ([0-9a-f]{12}) ", changed.cli(*words, *DECIDED).out)
    assert open_ and shown and open_[1] != shown[1]
    stale = changed.promote("setting", *DECIDED, "--plan", open_[1], given=())
    assert (stale.code, "plan-stale" in stale.err) == (3, True), stale.said
    ran = changed.promote("setting", *DECIDED, "--plan", shown[1], given=())
    assert ran.code == 0, ran.said
    assert changed.runs() == {"setting"}
    assert changed.answers() == [200, 200]
    assert _env(changed, NAME) == ["By hand"] * 2
    assert _env(changed, GRID) == ["24"] * 2
    assert _env(changed, LOCALE) == [None] * 2
    assert _env(changed, MINIFY) == [None] * 2
    states = [changed.shop.magento(host, "app:config:status").returncode for host in PRODUCTION]
    assert states == [0, 0]
    assert changed.shop.magento("web1", "config:show", LOCALE).stdout == "en_GB\n"
    lines = (changed.shop.path("web2") / ".mageconsole/history").read_text().splitlines()
    (promoted,) = [found for line in lines if (found := json.loads(line)).get("decided")]
    assert {name: (one["answer"], one["live"]) for name, one in promoted["decided"].items()} == {
        NAME: ("keep", "By hand"),
        MINIFY: ("take", "0"),
        LOCALE: ("take", "de_AT"),
        GRID: ("keep", "24"),
    }
    assert '"de_AT"' in changed.job(ran.job).journal.read_text()


def test_what_is_declared_or_hits_nothing_is_no_conflict(stage: NewStage) -> None:
    for host in PRODUCTION:
        env = stage.env(host)
        phpfile.plant(env, f"system/default/{LOCALE}", "de_AT")  # declared
        phpfile.plant(env, f"system/default/{MINIFY}", "0")  # the artifact does not change it
        (stage.shop.path(host) / "shared/app/etc/env.php").write_text(phpfile.write(env))
    stage.shop.magento("web1", "app:config:import", "-n").check_returncode()
    text = stage.shop.toml.read_text()
    stage.shop.toml.write_text(text + f'\n[environments.production.settings.default]\n"{LOCALE}" = "de_AT"\n')
    ran = stage.promote("setting", "--take", "payment")
    assert ran.code == 0, ran.said
    assert "clash" not in ran.said.replace("nothing that clashes with the artifact is called payment", "")
    assert _env(stage, LOCALE) == ["de_AT"] * 2
    assert _env(stage, MINIFY) == ["0"] * 2
