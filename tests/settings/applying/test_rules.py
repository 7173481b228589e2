"""What is refused, and why; and how a shared setting is changed on development."""

import subprocess

import pytest

from core.demo.history import git
from tests.settings.applying.stage import PRODUCTION, YES, Stage

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(180)]

_URL = '\n[environments.production.settings.default]\n"web/unsecure/base_url" = "https://shop.example.com/"\n'


def _declare_url(stage: Stage) -> None:
    stage.shop.toml.write_text(stage.shop.toml.read_text() + _URL)


def test_a_shared_setting_is_refused_on_production_and_has_a_recorded_way_out(stage: Stage) -> None:
    words = ("set", "production", "catalog/frontend/grid_per_page", "24")
    before = stage.shop.toml.read_text()
    ran = stage.settings(*words)
    assert ran.code == 3, ran.said
    assert "[shared-on-target]" in ran.err
    assert "--anyway REASON" in ran.err
    assert stage.shop.toml.read_text() == before
    assert stage.settings(*words, "--anyway", "a sale until Monday").code == 0
    ran = stage.settings("apply", "production", *YES)
    assert ran.code == 0, ran.said
    for host in PRODUCTION:
        (line,) = stage.history(host)
        assert line["exceptions"] == {"catalog/frontend/grid_per_page": "a sale until Monday"}
    assert stage.settings("unset", "production", "catalog/frontend/grid_per_page").code == 0
    assert (
        stage.shop.toml.read_text()
        .replace("\n\n", "\n")
        .startswith(before.replace("\n\n", "\n").rstrip()[:400])
    )
    ran = stage.settings("apply", "production", "--remove", "catalog/frontend/grid_per_page", *YES)
    assert ran.code == 0, ran.said
    assert "grid_per_page" not in stage.env_path("web1").read_text()
    assert stage.answers() == [200, 200]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("set", "production", "payment/acme/private_key", "s3cret-4711"), "secret-in-environments"),
        (("set", "development", "payment/acme/private_key", "s3cret-4711"), "secret-in-environments"),
        (("set", "production", "crypt/key", "abcdef", "--env"), "crypt-key"),
        (
            ("set", "production", "db/connection/default/password", "s3cret-4711", "--env"),
            "secret-in-environments",
        ),
    ],
)
def test_secrets_and_keys_are_not_set(stage: Stage, words: tuple[str, ...], code: str) -> None:
    before = stage.shop.toml.read_text()
    ran = stage.settings(*words)
    assert (ran.code, f"[{code}]" in ran.err) == (3, True), ran.said
    assert "s3cret-4711" not in ran.said
    assert stage.shop.toml.read_text() == before


def test_an_encryption_key_that_is_declared_is_never_applied(stage: Stage) -> None:
    stage.toml('role = "production"\n', 'role = "production"\nsensitive = ["crypt/key"]\n')
    assert stage.settings("secret", "set", "production", "crypt/key", given="another-key").code == 0
    before = stage.snapshot()
    ran = stage.settings("apply", "production", *YES)
    assert (ran.code, "[crypt-key]" in ran.err) == (3, True), ran.said
    assert stage.snapshot() == before


def test_a_plan_whose_ground_has_moved_and_a_pending_import_are_refused(stage: Stage) -> None:
    _declare_url(stage)
    shown = stage.settings("apply", "production", "--dry-run", "--json").json
    stage.edit_env("web2", "MAGE_MODE", "developer")
    ran = stage.settings("apply", "production", "--plan", shown["digest"], "--confirm", "production")
    assert (ran.code, "[plan-stale]" in ran.err) == (3, True), ran.said
    assert "env.php on web2 has changed" in ran.err
    for host in PRODUCTION:
        stage.edit_env(host, "system/default/general/store_information/phone", "1")
    before = stage.snapshot()
    ran = stage.settings("apply", "production", *YES)
    assert (ran.code, "[import-pending]" in ran.err) == (3, True), ran.said
    assert stage.snapshot() == before


def _git(stage: Stage, *words: str) -> str:
    return git(stage.shop.path("dev1"), *words)


def test_a_shared_setting_is_changed_committed_and_pushed_on_development(stage: Stage) -> None:
    tree = stage.shop.path("dev1")
    words = (
        "set",
        "development",
        "general/store_information/name",
        "Größe & 'Co'",
        "--yes",
        "--message",
        "Rename it",
    )
    (tree / "notes.txt").write_text("not mine\n")
    git(tree, "add", "notes.txt")
    ran = stage.settings(*words)
    assert (ran.code, "changes wait in the index: notes.txt" in ran.err) == (3, True), ran.said
    git(tree, "rm", "--quiet", "--cached", "notes.txt")
    before = (tree / "app/etc/config.php").read_text()
    ran = stage.settings(*words)
    assert ran.code == 0, ran.said
    after = (tree / "app/etc/config.php").read_text()
    assert after == before.replace("'Acme Store'", "'Größe & \\'Co\\''")
    assert _git(stage, "log", "-1", "--format=%s").endswith("Rename it")
    assert _git(stage, "show", "--name-only", "--format=", "HEAD") == "app/etc/config.php"
    assert _git(stage, "rev-parse", "HEAD") == _git(stage, "ls-remote", "origin", "refs/heads/main").split()[0]
    assert (tree / "notes.txt").exists()
    status = stage.shop.magento("dev1", "app:config:status", root=tree)
    assert status.returncode == 0, status.stdout


def test_when_the_push_is_refused_nothing_of_it_stays(stage: Stage) -> None:
    tree = stage.shop.path("dev1")
    hook = stage.shop.systems.repository / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'this branch is protected' >&2\nexit 1\n")
    hook.chmod(0o755)
    before = (
        (tree / "app/etc/config.php").read_bytes(),
        _git(stage, "rev-parse", "HEAD"),
        stage.shop.state("development"),
    )
    try:
        ran = stage.settings("set", "development", "general/store_information/name", "Other", "--yes")
    finally:
        hook.unlink()
    assert ran.code == 1, ran.said
    assert "this branch is protected" in ran.err
    now = (
        (tree / "app/etc/config.php").read_bytes(),
        _git(stage, "rev-parse", "HEAD"),
        stage.shop.state("development"),
    )
    assert now[:2] == before[:2]
    assert now[2]["flag"]["config_hash"] == before[2]["flag"]["config_hash"]
    assert (
        subprocess.run(["git", "status", "--porcelain"], cwd=tree, capture_output=True, check=True).stdout
        == b""
    )
