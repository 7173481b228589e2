"""Before production a release is hashed whole: a hot-fix written in place has come through a hard link (decision 19)."""

from pathlib import Path
from typing import Final

import pytest

from core.release.drift import deep_verify
from core.release.shared import Shared, link_shared
from core.release.transfer import transfer
from tests.release.shop import build_side, make_tree, target_side, write
from tests.web.server import WebServer
from tests.web.shop import Ran, WebShop

pytestmark = [pytest.mark.xdist_group("web"), pytest.mark.timeout(300)]
"""The first test lays the shop out."""

_FILE: Final = "vendor/magento/module-catalog/registration.php"
_OWN: Final = "pub/own.html"


def _to_production(shop: WebShop, *more: str) -> Ran:
    return shop.cli("promote", "staging", "production", "--yes", *more)


def _hot_fix(path: Path) -> bytes:
    """Write into a file in place; return what was in it."""
    before = path.read_bytes()
    with path.open("ab") as file:
        file.write(b"// a hot-fix\n")
    return before


def test_a_hot_fix_in_place_does_not_reach_production_by_its_link(shop: WebShop, web: WebServer) -> None:
    first = _to_production(shop)
    assert first.code == 0, first.said
    live = shop.shop.live("web1")
    text = shop.other
    assert shop.promote(text).code == 0
    (live / _OWN).write_text("own")
    prepared = _to_production(shop)
    assert prepared.code == 3 and "would-be-lost" in prepared.said, prepared.said
    assert shop.shop.live("web2").name == live.name
    place = shop.shop.path("web1")
    (release,) = place.glob(f"releases/*-{shop.artifacts[text]}")
    assert (release / _FILE).samefile(live / _FILE)
    shipped = _hot_fix(live / _FILE)
    drops = ("--drop", _OWN, "--drop", "vendor/magento")

    refused = _to_production(shop, *drops)
    assert refused.code == 3 and "release-changed" in refused.said and _FILE in refused.said, refused.said
    assert shop.shop.live("web1") == live

    (place / ".mageconsole/releases" / release.name / "complete").unlink()
    mended = _to_production(shop, *drops)
    assert mended.code == 0, mended.said
    assert shop.shop.live("web1") == release
    assert (release / _FILE).read_bytes() == shipped
    assert (live / _FILE).read_bytes() == shipped + b"// a hot-fix\n"


async def test_what_an_artifact_ships_at_a_shared_path_is_not_missing(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    make_tree(tree, files=5)
    write(tree, "pub/feeds/sample.xml", b"<feed/>")
    source, target = build_side(tree), target_side(tmp_path / "web1")
    name = f"1-{source.manifest.id[:12]}"
    await transfer(source, {"web1": target}, name)
    shared = Shared(files=("app/etc/env.php",), dirs=("pub/feeds",))
    await link_shared(target.host, target.layout, name, shared)
    assert (await deep_verify(target.host, target.layout, name, source.manifest, shared)).nothing
