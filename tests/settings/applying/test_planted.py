"""The demo's planted mistakes, found and resolved by the command line alone."""

from collections.abc import Iterator

import pytest

from core.demo import systems
from core.demo.planted import KEY
from core.demo.standin import phpfile
from tests.settings.applying.stage import PRODUCTION, YES, Ran, Stage
from tests.support.openssh import public_directory
from tests.support.shop import Shop, openssh

pytestmark = [pytest.mark.xdist_group("planted"), pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def planted() -> Iterator[Stage]:
    with public_directory() as root:
        shop = Shop(systems.create(root / "shop", scale=1, behaviour={}, plant=True))
        with openssh(shop) as demo:
            shop.lay_out("production")
            stage = Stage(shop, demo)
            stage.keep()
            stage.begin()
            yield stage


def _done(ran: Ran) -> Ran:
    assert ran.code == 0, ran.said
    return ran


def test_the_planted_mistakes_are_found_and_resolved(planted: Stage) -> None:
    stage, secret = planted, "payment/acme/private_key"
    # They are found.
    found = _done(stage.settings("show", "development", "--json")).json["findings"]
    assert [(one["code"], one["path"], one["blocks"]) for one in found[:2]] == [
        ("secret-in-config", secret, True), ("system-specific-in-config", "web/secure/base_url", False),
    ]  # fmt: skip
    told = _done(stage.settings("diff", "production", "--json")).json
    assert [(one["code"], one["path"], one["hosts"]) for one in told["findings"]] == [
        ("host-drift", "downloadable_domains/0", ["web2"])
    ]
    checked = stage.cli("check", "development", "production")
    assert "[secret-in-config]" in checked.out
    assert "downloadable_domains/0: env.php on web2 says something else than on web1" in checked.out, (
        checked.out
    )
    # The secret keeps the artifact that carries it from being promoted; it is shown nowhere.
    _done(stage.cli("build"))
    carried = _done(stage.settings("diff", "production", "build", "--json")).json["differences"]
    assert {one["path"] for one in carried} >= {secret, "web/secure/base_url"}
    assert not {one["path"] for one in carried} & {"web/unsecure/base_url", "system/smtp/port"}
    refused = stage.cli("promote", "build", "staging", "--yes")
    assert (refused.code, "[secret-in-config]" in refused.err) == (3, True), refused.said
    assert "(declared: di.xml of Acme_Payment says so)" in refused.err
    assert "reclassify payment/acme/private_key sensitive" in refused.err
    # It moves into the keyring; what development does stays the same.
    moved = _done(stage.settings("reclassify", secret, "sensitive", "--yes"))
    assert KEY not in (stage.shop.path("dev1") / "app/etc/config.php").read_text()
    pushed = stage.shop.run(
        "dev1", "git", "show", "origin/main:app/etc/config.php", cwd=stage.shop.path("dev1")
    )
    assert "'modules'" in pushed.stdout and KEY not in pushed.stdout
    assert stage.shop.run("dev1", "git", "status", "--porcelain", cwd=stage.shop.path("dev1")).stdout == ""
    listed = _done(stage.settings("secret", "list", "development", "--json")).json["secrets"]
    assert [(one["path"], one["origin"]) for one in listed] == [(secret, "keyring")]
    ladder = _done(stage.settings("show", "development", secret, "--json")).json["layers"]
    assert (ladder[0]["layer"], ladder[0]["encrypted"], ladder[0]["fingerprint"]) == (
        "env.php", True, listed[0]["fingerprint"],
    )  # fmt: skip
    _done(stage.settings("reclassify", "web/secure/base_url", "system", "--yes"))
    assert _done(stage.settings("show", "development", "--json")).json["findings"] == []
    # Production gets another base URL, and both hosts the same.
    _done(stage.settings("set", "production", "web/unsecure/base_url", "https://www.example.com/"))
    reviewed = _done(stage.settings("apply", "production", "--dry-run"))
    for text in (
        "http://shop.example.com/ -> https://www.example.com/",
        "config:set --lock-env",
        "downloadable_domains/0",
    ):
        assert text in reviewed.out
    digest = reviewed.out.rsplit("--plan ", 1)[1].strip()
    _done(stage.settings("apply", "production", "--plan", digest, "--confirm", "production"))
    assert [stage.status(host) for host in PRODUCTION] == [0, 0]
    assert stage.answers() == [200, 200]
    after = _done(stage.settings("diff", "production", "--json")).json
    assert after["findings"] == []
    for host in PRODUCTION:
        assert (
            phpfile.dig(stage.env(host), "system/default/web/unsecure/base_url") == "https://www.example.com/"
        )
    # What is built now goes through.
    _done(stage.cli("build"))
    _done(stage.cli("plan", "build", "staging"))
    for ran in (moved, refused, checked):
        assert KEY not in ran.said
    assert YES


def test_the_story_that_runs_by_itself_has_none_of_them(planted: Stage) -> None:
    commits = planted.shop.systems.commits
    tree = planted.shop.path("dev1")
    for commit in (commits.first, commits.window, commits.quiet):
        shown = planted.shop.run("dev1", "git", "show", f"{commit}:app/etc/config.php", cwd=tree).stdout
        assert "'modules'" in shown
        assert KEY not in shown
