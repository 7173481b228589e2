"""Whole builds over SSH, on the demo's server and on OpenSSH."""

import asyncio
import os
import time
from pathlib import Path

import msgspec
import pytest

from core.demo.history import git
from core.jobs.commands import Cancel
from core.jobs.control import send
from core.jobs.state import JobState
from core.release.artifact import Info, tree
from core.release.manifest import decode
from tests.build.rig import Rig, Shop, kill, wait_for
from tests.support.processes import lives

NEVER_IN_AN_ARTIFACT = (
    "app/etc/env.php", "auth.json", ".git", "pub/media", "var/log", "var/cache", "var/.regenerate",
    "var/.maintenance.flag", "vendor/phpunit",
)  # fmt: skip


def failed_at(state: JobState, step_id: str) -> str:
    """Return the code of the failure, which must be that step's."""
    failures = {item.step.id: item.failure for item in state.steps if item.failure is not None}
    assert list(failures) == [step_id], (failures, state.what)
    found = failures[step_id]
    assert found is not None
    return found.code


def told(state: JobState, step_id: str) -> str:
    step = state.step(step_id)
    assert step is not None
    assert step.failure is not None
    return f"{step.failure.what}\n{step.failure.remedy}"


def test_a_build_and_the_same_again(both: Rig) -> None:
    both.shop.write("Slip", {"auth.json": "{}", "app/etc/env.php": "<?php return [];\n", "dev/x.md": "x\n"})
    both.more = 'artifact_exclude = ["dev", "*.sample"]'
    # Nothing runs with the env.php of a commit: Magento would ask its database.
    both.steps = (
        '[[steps]]\nname = "Look"\non = "build"\nafter = "checkout"\nrun = "[ ! -e app/etc/env.php ]"\n'
    )
    job, state = both.run()
    assert (state.outcome, state.exit_code) == ("done", 0), (state.what, both.said())
    info = both.artifact(state)
    files = both.files(info)

    assert not files & set(NEVER_IN_AN_ARTIFACT)
    assert not [path for path in files if path.endswith((".sample", ".git")) or path.startswith("dev")]
    top = Path(tree(both.layout, info.id))
    assert (top / "generated/metadata/global.php").is_file()
    for package in ("frontend/Acme/shop", "frontend/Magento/luma", "adminhtml/Magento/backend"):
        for locale in ("en_US", "de_DE"):
            assert any((top / "pub/static" / package / locale).iterdir())
    assert (top / "pub/static/deployed_version.txt").read_text() == info.content_version
    assert info.content_version.isdigit()
    assert "Acme\\Delivery\\Model\\Interceptor" in (top / "vendor/composer/autoload_classmap.php").read_text()
    assert (top / "bin/magento").stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in (top / "var").glob("*")) in ([], ["view_preprocessed"])

    assert info.commit == both.shop.head
    assert (info.subject, info.magento, info.php) == ("Slip", "2.4.7-p3", "8.2.28")
    assert info.files > 1000
    assert both.left() == {"work": [], "artifacts": sorted([info.id, "by-input"]), "lock": []}

    manifest = decode((top.parent / "manifest").read_bytes(), info.id)
    assert {entry.path for entry in manifest.entries} | manifest.directories == files

    log = both.log(job)
    for printed in (
        "Installing symfony/console (2.4.7-p3): Extracting archive",
        "Generated code and dependency injection configuration successfully.",
        "frontend/Acme/shop/de_DE",
        "app/etc/env.php is in the commit; it is left out",
    ):
        assert printed in log

    before = {name: both.started(name) for name in ("composer install", "setup:di:compile")}
    began = time.monotonic()
    _, again = both.run()
    assert again.outcome == "done", again.what
    assert both.artifact(again).id == info.id
    assert [item.step.id for item in again.steps] == ["check", "lock", "known", "tidy", "unlock"]
    assert {name: both.started(name) for name in before} == before == dict.fromkeys(before, 1)
    assert time.monotonic() - began < 10


def test_the_same_inputs_elsewhere_give_the_same_artifact(rig: Rig, tmp_path: Path, history: Shop) -> None:
    other = Rig(tmp_path / "elsewhere", rig.server, history)
    one, two = (each.artifact(each.run(history.head)[1]) for each in (rig, other))
    assert rig.path != other.path
    assert one.content_version == two.content_version
    assert one.id == two.id


def test_a_login_that_is_not_root(plain: Rig) -> None:
    plain.more = 'umask = "0027"'
    _, state = plain.run()
    assert state.outcome == "done", (state.what, plain.said())
    top = Path(tree(plain.layout, plain.artifact(state).id))
    assert top.owner() == plain.server.user
    for name in ("app/bootstrap.php", "generated/metadata/global.php", "pub/static/deployed_version.txt"):
        assert (top / name).stat().st_mode & 0o777 == 0o640


def test_compiling_fails(rig: Rig) -> None:
    rig.behave(compile_fails=True)
    _, state = rig.run()
    assert failed_at(state, "compile") == "compile-failed"
    step = state.step("compile")
    assert step is not None and step.failure is not None
    first = step.failure.what.partition("\n")[0]
    assert "Impossible to process constructor argument" in first and "[--" not in first
    assert (state.outcome, state.exit_code) == ("failed", 1)
    assert "Impossible to process constructor argument" in "".join(told(state, "compile").split("\n"))
    assert rig.left() == {"work": [], "artifacts": [], "lock": []}


def test_static_content_that_stops_half_way_and_exits_0(rig: Rig) -> None:
    rig.behave(static_fails="short")
    _, state = rig.run()
    assert failed_at(state, "static") == "static-failed"
    assert {line["exit"] for line in rig.booked("setup:static-content:deploy") if line["event"] == "end"} == {0}
    assert rig.left()["artifacts"] == []


def test_a_theme_that_is_not_there_exits_0(rig: Rig) -> None:
    rig.more = 'static = [{ area = "frontend", themes = ["No/Such"], locales = ["en_US"] }]'
    _, state = rig.run()
    assert failed_at(state, "static") == "static-failed"
    assert "nothing was deployed" in told(state, "static")


def test_config_php_without_scopes_is_told_before_the_long_work(rig: Rig) -> None:
    config = (rig.shop.tree / "app/etc/config.php").read_text()
    rig.shop.write("Oops", {"app/etc/config.php": config.replace("'scopes'", "'scopez'")})
    _, state = rig.run()
    assert failed_at(state, "config") == "config-scopes-missing"
    assert "app:config:dump scopes themes" in told(state, "config")
    assert rig.started("composer install") == 0


def test_a_ghost_module(rig: Rig) -> None:
    config = (rig.shop.tree / "app/etc/config.php").read_text()
    rig.shop.write(
        "Ghost",
        {
            "app/etc/config.php": config.replace(
                "'modules' => [", "'modules' => [\n        'Acme_Ghost' => 1,", 1
            )
        },
    )
    _, state = rig.run()
    assert failed_at(state, "modules") == "modules-outdated"
    assert rig.started("setup:di:compile") == 0


def test_the_process_is_killed_while_it_compiles(both: Rig) -> None:
    both.behave(compile_s=3)
    job = both.create()
    process = both.start(job)
    wait_for(lambda: both.started("setup:di:compile"))
    kill(process)
    state = both.finish(job, both.start(job))
    assert (state.outcome, state.exit_code) == ("done", 0), (state.what, both.said())
    assert both.started("setup:di:compile") == 1
    assert both.started("composer install") == 1
    log = both.log(job)
    assert log.count("Compilation was started.") == 1
    assert log.count("9/9 [") == 1
    assert log.count("Generated code and dependency injection configuration successfully.") == 1


def test_the_connection_is_cut_while_it_compiles(both: Rig) -> None:
    both.behave(compile_s=2)
    job = both.create()
    process = both.start(job)
    wait_for(lambda: both.started("setup:di:compile"))
    both.server.drop_connections()
    state = both.finish(job, process)
    assert (state.outcome, state.exit_code) == ("done", 0), (state.what, both.said())
    assert both.started("setup:di:compile") == 1
    assert both.log(job).count("9/9 [") == 1


def test_static_content_goes_on_when_the_process_is_killed(rig: Rig) -> None:
    rig.behave(static_s=0.5)
    job = rig.create()
    process = rig.start(job)
    wait_for(lambda: rig.started("setup:static-content:deploy") >= 2)
    kill(process)
    state = rig.finish(job, rig.start(job))
    assert (state.outcome, state.exit_code) == ("done", 0), (state.what, rig.said())
    assert rig.started("setup:static-content:deploy") == 4


def test_a_step_of_the_shops_own(rig: Rig) -> None:
    rig.steps = """
[[steps]]
name = "Build the theme"
on = "build"
after = "composer"
run = 'echo "built in $(pwd -P) by $MAGECONSOLE_ENVIRONMENT" && echo theme > pub/theme.css'

[[steps]]
name = "Lint"
on = "build"
before = "compile"
run = 'echo too long >&2; exit 7'
on_failure = "warn"
"""
    job, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    assert "pub/theme.css" in rig.files(rig.artifact(state))
    assert f"built in {rig.path}/.mageconsole/work/{rig.shop.head[:12]} by build" in rig.log(job)
    lint = state.step("custom-lint")
    assert lint is not None
    assert lint.failure is not None
    assert lint.failure.code == "custom-step-failed"


def test_a_failing_step_of_the_shops_own_stops_and_is_undone(rig: Rig, tmp_path: Path) -> None:
    rig.steps = f"""
[[steps]]
name = "Warm"
on = "build"
after = "checkout"
run = 'touch {tmp_path}/warm'
undo = 'rm {tmp_path}/warm'

[[steps]]
name = "Test"
on = "build"
after = "config"
run = 'test -e {tmp_path}/warm && echo "3 of 9 failed" && exit 3'
"""
    _, state = rig.run()
    assert failed_at(state, "custom-test") == "custom-step-failed"
    assert "3 of 9 failed" in told(state, "custom-test")
    assert not (tmp_path / "warm").exists()
    assert rig.left() == {"work": [], "artifacts": [], "lock": []}


def test_a_held_lock_is_told_and_cancelling_stops_what_runs_on_the_host(rig: Rig) -> None:
    rig.behave(compile_s=60)
    first = rig.create()
    process = rig.start(first)
    wait_for(lambda: rig.started("setup:di:compile"))
    pid = rig.booked("setup:di:compile")[0]["pid"]

    _, second = rig.run()
    assert failed_at(second, "lock") == "locked"
    assert second.exit_code == 3
    for part in ("tester", first.id, f"build {rig.shop.head[:12]}", "mageconsole lock build release"):
        assert part in told(second, "lock")
    assert rig.left()["lock"] == ["lock"]

    asyncio.run(send(first, Cancel()))
    state = rig.finish(first, process)
    assert (state.outcome, state.exit_code) == ("cancelled", 4), state.what
    assert not lives(int(pid))
    assert rig.left() == {"work": [], "artifacts": [], "lock": []}


def test_vendor_in_git(rig: Rig) -> None:
    vendor = rig.shop.tree / "vendor"
    names = [str(path.relative_to(rig.shop.tree)) for path in vendor.rglob("*.*") if path.is_file()]
    files = {name: (rig.shop.tree / name).read_text() for name in names}
    rig.shop.write("Vendor is in git", files)
    rig.more = "composer = false"
    _, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    assert rig.started("composer install") == 0
    assert "vendor/magento/framework/registration.php" in rig.files(rig.artifact(state))


def test_no_composer_lock(rig: Rig) -> None:
    git(rig.shop.tree, "rm", "-q", "composer.lock")
    rig.shop.write("No lock", {"readme.txt": "x\n"})
    _, state = rig.run()
    assert failed_at(state, "composer") == "no-composer-lock"
    assert rig.started("composer install") == 0


def test_what_a_dead_job_left_in_the_tree_is_not_built(rig: Rig) -> None:
    dirty = rig.path / ".mageconsole/work" / rig.shop.head[:12]
    dirty.mkdir(parents=True)
    (dirty / "leftover.php").write_text("<?php\n")
    half = rig.path / ".mageconsole/artifacts" / ("a" * 64)
    (half / "tree").mkdir(parents=True)
    _, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    assert "leftover.php" not in rig.files(rig.artifact(state))


def test_a_commit_that_is_not_there(rig: Rig) -> None:
    _, state = rig.run("f" * 40)
    assert failed_at(state, "fetch") == "commit-not-found"
    assert rig.left()["lock"] == []


def test_a_repository_that_is_not_there(rig: Rig) -> None:
    plan = rig.plan()
    rig.shop.repository.rename(rig.shop.repository.with_suffix(".gone"))
    job = rig.create(plan)
    state = rig.finish(job, rig.start(job))
    assert failed_at(state, "fetch") == "fetch-failed"
    assert "does not appear to be a git repository" in told(state, "fetch")


@pytest.mark.parametrize("emptied", ["objects/**/*", "HEAD"])
def test_a_damaged_mirror_is_made_anew(rig: Rig, emptied: str) -> None:
    """As a full disk, or one that lost its power, leaves it; a repository around it is not touched."""
    rig.path.mkdir()
    git(rig.path, "init", "--quiet")
    before = (rig.path / ".git/config").read_text()
    assert rig.run()[1].outcome == "done", rig.said()
    for path in (rig.path / ".mageconsole/mirror.git").glob(emptied):
        if path.is_file():
            path.chmod(0o644)
            path.write_bytes(b"")
    rig.shop.write("After the disk was full", {"readme.txt": "x\n"})
    job, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    assert ("the mirror clone is damaged" in rig.log(job)) == (emptied == "HEAD")  # of packs git helps itself
    assert (rig.path / ".git/config").read_text() == before


def test_git_lfs_is_asked_for(rig: Rig) -> None:
    rig.shop.write("Media", {".gitattributes": "*.psd filter=lfs diff=lfs merge=lfs -text\n"})
    _, state = rig.run()
    assert failed_at(state, "checkout") == "lfs-missing"


def test_a_missing_tool_is_told(rig: Rig) -> None:
    (rig.world / "hosts/build/bin/php").unlink()
    _, state = rig.run()
    assert failed_at(state, "check") == "tools-missing"
    assert state.exit_code == 3
    assert "php" in told(state, "check")
    assert not rig.path.exists()


def test_old_artifacts_go_but_never_one_that_is_named(rig: Rig) -> None:
    store = rig.path / ".mageconsole/artifacts"
    ids = [letter * 64 for letter in "abc"]
    for age, name in enumerate(ids):
        (store / name / "tree").mkdir(parents=True)
        info = Info(id=name, commit=name[:40], built_at=1e9 - age)
        (store / name / "info.json").write_bytes(msgspec.json.encode(info))
        (store / name / "manifest").write_bytes(b"x")
        (store / name / "complete").touch()
    (store / "by-input").mkdir()
    (store / "by-input" / "key").write_text(ids[1])
    rig.more = "keep_releases = 2"

    rig.options = {"keep_artifacts": [ids[2]]}
    _, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    # The new one and the newest before it are kept, and the oldest, for an environment has it.
    assert rig.left()["artifacts"] == sorted([rig.artifact(state).id, ids[0], ids[2], "by-input"])
    assert {path.read_text() for path in (store / "by-input").iterdir()} == {rig.artifact(state).id}


def test_what_was_sent_lately_and_what_cannot_be_judged_stays(rig: Rig) -> None:
    store = rig.path / ".mageconsole/artifacts"
    sent, half, broken = (letter * 64 for letter in "abc")
    for name in (sent, half, broken):
        (store / name / "tree").mkdir(parents=True)
        (store / name / "info.json").write_bytes(msgspec.json.encode(Info(id=name, commit="c" * 40)))
        (store / name / "manifest").write_bytes(b"x")
    (store / sent / "complete").touch()
    (store / sent / "sent").touch()
    os.utime(store / broken, (1e9, 1e9))
    rig.more = "keep_releases = 1"
    rig.options = {"keep_artifacts": []}
    _, state = rig.run()
    assert state.outcome == "done", (state.what, rig.said())
    made = rig.artifact(state).id
    # The half-made one is of today: its job may go on.
    assert rig.left()["artifacts"] == sorted([made, sent, half, "by-input"])
    os.utime(store / sent / "sent", (1e9, 1e9))

    rig.options = {"artifacts_unknown": "web1: refused"}
    _, state = rig.run()
    assert [text for step, text in state.warnings if step == "tidy"] == [
        "no artifact was removed: which are needed is unknown, web1: refused"
    ]
    assert rig.left()["artifacts"] == sorted([made, sent, half, "by-input"])
    rig.options = {"keep_artifacts": []}
    assert rig.run()[1].outcome == "done"
    assert rig.left()["artifacts"] == sorted([made, half, "by-input"])
