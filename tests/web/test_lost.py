"""What lives in the live release alone blocks a promotion until it is shared, shipped or dropped (decision 17)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.actions.promotion.lost import Losses, covers, losses, summed
from core.magento.same_config import same_config
from core.release.drift import Drift
from core.release.lost import lost
from core.release.manifest import Manifest, file
from tests.support.shop import tree_digest
from tests.web.server import WebServer
from tests.web.shop import WebShop

pytestmark = [pytest.mark.xdist_group("web"), pytest.mark.timeout(300)]
"""The first test lays the shop out."""

_VENDOR = "vendor/magento/module-catalog/registration.php"
_CONFIG = "app/etc/config.php"
_ADDED = (
    "pub/sitemap.xml",
    "pub/.well-known/acme/one",
    "pub/.well-known/acme/two",
    "var/export-own/feed a.csv",
)


class Live:
    """The live release as somebody works in it by hand; all of it is taken back afterwards."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._before: dict[Path, bytes | None] = {}

    def write(self, name: str, text: str) -> None:
        """Write a file as an editor does: a new one takes the old one's place."""
        path = self.root / name
        self._before.setdefault(path, path.read_bytes() if path.exists() else None)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._replace(path, text.encode())

    def take_back(self) -> None:
        """Make the release what it was."""
        for path, content in self._before.items():
            if content is not None:
                self._replace(path, content)
                continue
            path.unlink(missing_ok=True)
            while path.parent != self.root and path.parent.is_dir() and not any(path.parent.iterdir()):
                path = path.parent
                path.rmdir()

    def _replace(self, path: Path, content: bytes) -> None:
        new = path.with_name(f"{path.name}.new")
        new.write_bytes(content)
        new.replace(path)


@pytest.fixture
def live(shop: WebShop) -> Iterator[Live]:
    """Return the live release of staging."""
    made = Live(shop.shop.live("stg"))
    yield made
    made.take_back()


def _rewritten(config: str) -> str:
    """Return config.php as another writer writes it: the same values, other blanks."""
    assert "=>" in config
    return config.replace(" => ", "=>") + "\n"


def test_what_a_person_left_there_blocks_and_is_named(shop: WebShop, live: Live, web: WebServer) -> None:
    for name in _ADDED:
        live.write(name, "by hand")
    live.write(_VENDOR, "<?php // a hot-fix\n")
    live.write(_CONFIG, (live.root / _CONFIG).read_text().replace("Acme Store", "Acme Shop"))
    before, current = tree_digest(live.root), shop.live
    undecided = shop.promote(shop.other)
    assert (undecided.code, "[conflict-undecided]" in undecided.said) == (3, True), undecided.said
    assert "general/store_information/name" in undecided.said and "Acme Shop" in undecided.said
    # What is decided is told with the plan, and is no file that would be lost.
    ran = shop.promote(shop.other, "--take", "general/store_information/name")
    assert ran.code == 3, ran.said
    assert "would-be-lost" in ran.said
    for told in (
        "pub/sitemap.xml", "pub/.well-known/,", "var/export-own/", f"{_VENDOR} (changed by hand)",
        "shared_files", "shared_dirs", "git", "--drop PATH",
    ):  # fmt: skip
        assert told in ran.said, told
    assert (tree_digest(live.root), shop.live) == (before, current)
    assert not (shop.path / ".mageconsole/lock").exists()


def test_it_passes_when_everything_is_dropped_by_name(shop: WebShop, live: Live, web: WebServer) -> None:
    for name in _ADDED:
        live.write(name, "by hand")
    live.write(_VENDOR, "<?php // a hot-fix\n")
    words = [
        word
        for path in ("pub/sitemap.xml", "pub/.well-known/", "./var/export-own")
        for word in ("--drop", path)
    ]
    assert shop.promote(shop.other, *words).code == 3, "the hot-fix was not dropped"
    text = shop.other
    ran = shop.promote(text, *words, "--drop", _VENDOR, "--drop", "pub/typo.xml")
    assert ran.code == 0, ran.said
    assert shop.live == shop.release(text)
    found = shop.state(ran).step("lost")
    assert found is not None
    assert sorted(found.facts["stg"]["dropped"]) == [
        "pub/.well-known/",
        "pub/sitemap.xml",
        "var/export-own/",
        _VENDOR,
    ]
    assert "--drop pub/typo.xml names nothing" in ran.said


def test_what_magento_makes_itself_does_not_block(shop: WebShop, live: Live, web: WebServer) -> None:
    for name in (
        "var/cache/mage--0/x", "var/page_cache/x", "var/view_preprocessed/pub/a.less", "var/resource_config.json",
        "generated/code/Acme/Late/Proxy.php", "pub/static/_cache/merged/a.js", "pub/static/frontend/late.css",
    ):  # fmt: skip
        live.write(name, "by Magento")
    live.write(_CONFIG, _rewritten((live.root / _CONFIG).read_text()))
    text = shop.other
    ran = shop.promote(text)
    assert ran.code == 0, ran.said
    assert shop.live == shop.release(text)


def test_a_file_that_became_shared_is_lost_until_it_lies_there(
    shop: WebShop, live: Live, web: WebServer
) -> None:
    live.write("pub/feeds/all.xml", "<feed/>")
    hosts = "[[environments.staging.hosts]]"
    shared = 'shared_files = ["app/etc/env.php", "var/.maintenance.ip", "pub/feeds/all.xml"]'
    shop.shop.toml.write_text(shop.shop.toml.read_text().replace(hosts, f"{shared}\n\n{hosts}"))
    text = shop.other
    try:
        first = shop.promote(text)
        (shop.path / "shared/pub/feeds/all.xml").write_text("<feed/>")
        ran = shop.promote(text)
        served = (shop.path / "current/pub/feeds/all.xml").read_text()
    finally:
        (shop.path / "releases" / shop.release(text) / "pub/feeds/all.xml").unlink()
        shutil.rmtree(shop.path / "shared/pub/feeds")
    assert first.code == 3 and "pub/feeds/" in first.said, first.said
    assert (ran.code, served) == (0, "<feed/>"), ran.said


def test_a_changed_file_that_the_new_artifact_holds_just_so_is_not_lost() -> None:
    new = Manifest.of([file("a.php", 1, "1" * 64), file("b.php", 1, "2" * 64), file("c.php", 1, "3" * 64)])
    drift = Drift(
        changed=("a.php", "b.php", "c.php", "gone.php"),
        extra=("b.php", "x"),
        digests={"a.php": "1" * 64, "b.php": "f" * 64},
    )  # fmt: skip
    found = lost(drift, new)
    assert found.changed == ("b.php", "c.php", "gone.php")
    assert found.added == ("x",)


def test_a_directory_that_is_lost_whole_is_named_once() -> None:
    known = frozenset({"pub", "vendor", "vendor/acme"})
    paths = ("pub/a.xml", "pub/feeds/1.xml", "pub/feeds/deep/2.xml", "vendor/acme/x.php", "own/x")
    assert summed(paths, known) == ("pub/a.xml", "pub/feeds/", "vendor/acme/x.php", "own/")


@pytest.mark.parametrize(
    ("drop", "path", "covered"),
    [
        ("pub/a.xml", "pub/a.xml", True),
        ("/pub/a.xml", "pub/a.xml", True),
        ("./pub", "pub/a.xml", True),
        ("pub/", "pub/a/b", True),
        ("pub/a", "pub/a.xml", False),
        ("a.xml", "pub/a.xml", False),
        ("", "pub/a.xml", False),
        ("/", "pub/a.xml", False),
    ],
)  # fmt: skip
def test_what_a_drop_covers(drop: str, path: str, covered: bool) -> None:
    assert covers(drop, path) is covered


def test_dropped_and_unused() -> None:
    found = losses(["pub/a", "pub/b"], ["bin/magento"], ["pub/a", "bin", "nothing"], frozenset({"pub"}))
    assert found == Losses(added=("pub/b",), dropped=("pub/a", "bin/"), unused=("nothing",))
    assert found.blocks == ("pub/b",)


def test_config_php_is_compared_by_what_it_says() -> None:
    now = b"<?php\nreturn ['modules' => ['A' => 1, 'B' => 0]];\n"
    assert same_config(now, [b"", b"<?php return array('modules' => array('A' => 1, 'B' => 0,),);"])
    assert not same_config(now, [b"<?php return ['modules' => ['B' => 0, 'A' => 1]];"]), "their order counts"
    assert not same_config(b"<?php return [", [b"<?php return ["])
    assert not same_config(now, [b""])
