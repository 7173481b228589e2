"""Old code in opcache: where nginx passes the link's path, only a reload of php-fpm makes the switch real."""

from collections.abc import Iterator
from typing import Final
from urllib.request import urlopen

import pytest

from tests.web.server import Root, WebServer
from tests.web.shop import PAGE, WebShop

pytestmark = [pytest.mark.xdist_group("web"), pytest.mark.timeout(300)]
"""The first test lays the shop out."""

_WARM: Final = 20
"""Requests by which every worker of php-fpm has resolved the link."""


@pytest.fixture
def by_link(shop: WebShop) -> Iterator[WebServer]:
    """Return nginx with `$document_root` before php-fpm, which holds the live release's code."""
    with WebServer(shop.shop.root, shop.path / "current", "$document_root") as server:
        for _ in range(_WARM):
            assert shop.live in _page(server)
        yield server


def _page(server: WebServer) -> str:
    with urlopen(server.url + PAGE, timeout=10) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("root", ["$document_root", "$realpath_root"])
def test_check_sees_by_the_configuration_of_nginx_which_path_php_fpm_is_handed(
    shop: WebShop, root: Root
) -> None:
    with WebServer(shop.shop.root, shop.path / "current", root) as server:
        shop.configure(port=server.port)
        told = shop.cli("check", "staging").said
    assert ("[opcache-by-link]" in told) == (root == "$document_root"), told
    assert "No `reload` is set" not in told


def test_without_a_reload_old_code_fails_the_health_check(shop: WebShop, by_link: WebServer) -> None:
    shop.configure(port=by_link.port, health_s=2)
    before = shop.live
    ran = shop.promote(shop.other)
    assert ran.code != 0
    assert "path through `current`" in ran.said  # told before anything is done
    assert "health-failed" in ran.said and "answers from another release" in ran.said, ran.said
    assert shop.live == before
    assert before in _page(by_link)


def test_with_a_reload_it_passes(shop: WebShop, by_link: WebServer) -> None:
    shop.configure(port=by_link.port, reload=by_link.reload)
    text = shop.other
    ran = shop.promote(text)
    assert ran.code == 0, ran.said
    assert shop.live == shop.release(text)
    assert shop.release(text) in _page(by_link) and f"<i>{text}</i>" in _page(by_link)
