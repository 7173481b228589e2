"""One shop with two sets of pages, both built, the first of them live on staging."""

from collections.abc import Iterator

import pytest

from tests.support.openssh import public_directory
from tests.support.shop import make_shop, openssh
from tests.web.server import WebServer
from tests.web.shop import WebShop


@pytest.fixture(scope="session")
def shop() -> Iterator[WebShop]:
    """Lay the shop out and make `one` live on staging; the demo's own web server checks that."""
    with public_directory() as root:
        made = make_shop(root / "shop", scale=1)
        with openssh(made) as demo:
            shop = WebShop(made)
            port = int(demo.web["stg"].rstrip("/").rpartition(":")[2])
            shop.configure(port=port)
            for text in ("one", "two"):
                shop.build(text)
            ran = shop.promote("one")
            assert ran.code == 0, ran.said
            shop.use_real_php()
            yield shop


@pytest.fixture
def web(shop: WebShop) -> Iterator[WebServer]:
    """Return nginx with `$realpath_root` before php-fpm; a promotion's health check asks it."""
    with WebServer(shop.shop.root, shop.path / "current") as server:
        shop.configure(port=server.port)
        yield server
