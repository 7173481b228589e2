"""What a web host answers, by what lies on its disk at that moment."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.demo.standin import phpfile
from core.demo.web import WebHost
from tests.support.shop import Shop, Visitors, ask, make_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Return a shop that is live on staging; each test leaves it as it was."""
    shop = make_shop(tmp_path_factory.mktemp("web") / "shop", scale=1)
    shop.lay_out("staging")
    return shop


@pytest.fixture
def web(shop: Shop) -> Iterator[WebHost]:
    """Return a web host that has seen nothing yet."""
    web = WebHost(shop.root, "stg")
    web.start()
    yield web
    web.close()


def test_a_page_names_its_release_and_its_static_content(shop: Shop, web: WebHost) -> None:
    status, body = ask(web.url, "/customer/account/login/")
    assert status == 200
    assert shop.live("stg").name in body
    assert "/static/version1795000000/frontend/Acme/shop/en_US/" in body
    assert web.counts[200] == 1


def test_static_content_is_found_whatever_the_version(web: WebHost) -> None:
    name = "frontend/Acme/shop/en_US/images/banner-01.svg"
    assert ask(web.url, f"/static/version7/{name}") == (200, "<svg><title>Banner 1</title></svg>\n")
    assert ask(web.url, f"/static/{name}")[0] == 200
    assert ask(web.url, "/static/version7/frontend/Acme/shop/en_US/none.svg")[0] == 404
    assert ask(web.url, "/static/../../app/etc/env.php")[0] == 404


def test_nothing_is_served_where_nothing_is_live(shop: Shop) -> None:
    web = WebHost(shop.root, "web1")
    web.start()
    try:
        assert ask(web.url)[0] == 404
    finally:
        web.close()


def test_the_flag_in_the_served_release_closes_but_for_allowed_addresses(shop: Shop, web: WebHost) -> None:
    flag, through = shop.live("stg") / "var/.maintenance.flag", shop.live("stg") / "var/.maintenance.ip"
    flag.touch()
    try:
        status, body = ask(web.url)
        assert status == 503
        assert "Service Temporarily Unavailable" in body
        assert ask(web.url, "/health_check.php")[0] == 200  # proves nothing
        assert ask(web.url, "/static/frontend/Acme/shop/en_US/images/banner-01.svg")[0] == 200
        through.write_text("127.0.0.1")
        assert ask(web.url)[0] == 503
        assert ask(web.url, source="127.0.0.1")[0] == 200
    finally:
        flag.unlink()
        through.unlink(missing_ok=True)
    assert ask(web.url)[0] == 200


def test_another_hash_in_the_database_is_an_error(shop: Shop, web: WebHost) -> None:
    path = shop.database("staging") / "state.json"
    before = path.read_text()
    system = shop.state("staging")["flag"]["config_hash"]["system"]
    path.write_text(before.replace(system, "0" * 40))
    try:
        status, body = ask(web.url)
        assert status == 500
        assert "There has been an error processing your request" in body
    finally:
        path.write_text(before)
    assert ask(web.url)[0] == 200


def test_an_edited_env_is_seen_after_a_reload_only(shop: Shop, web: WebHost) -> None:
    env = shop.path("stg") / "shared/app/etc/env.php"
    before = env.read_text()
    assert ask(web.url)[0] == 200
    env.write_text(before.replace("staging.example.com", "stage.example.com"))
    reload_php = str(shop.systems.host("stg") / "bin/reload-php")
    try:
        assert ask(web.url)[0] == 200  # opcache, validate_timestamps=0
        shop.run("stg", reload_php, cwd=shop.root)
        assert ask(web.url)[0] == 500  # what the edit behind Magento's back costs
    finally:
        env.write_text(before)
        (shop.systems.host("stg") / "php-fpm.reload").unlink(missing_ok=True)
    assert ask(web.url)[0] == 200


def test_blue_green_lets_two_configurations_be(shop: Shop, web: WebHost) -> None:
    env = shop.path("stg") / "shared/app/etc/env.php"
    before = env.read_text()
    parsed = phpfile.read(before.replace("staging.example.com", "other.example.com"))
    assert isinstance(parsed, dict)
    env.write_text(phpfile.write(parsed | {"deployment": {"blue_green": {"enabled": True}}}))
    try:
        assert ask(web.url)[0] == 200
    finally:
        env.write_text(before)


def test_a_database_that_is_down_is_an_error(shop: Shop, web: WebHost) -> None:
    down = shop.database("staging") / "down"
    down.touch()
    try:
        assert ask(web.url)[0] == 500
    finally:
        down.unlink()


def test_no_version_of_static_content_is_an_error(shop: Shop, web: WebHost) -> None:
    path = shop.live("stg") / "pub/static/deployed_version.txt"
    before = path.read_text()
    path.unlink()
    try:
        assert ask(web.url)[0] == 500
    finally:
        path.write_text(before)


def _switch(current: Path, target: str) -> None:
    new = current.with_name("current.new")
    new.symlink_to(target)
    new.rename(current)


def test_visitors_lose_nothing_over_a_switch_and_see_one_that_is_not_atomic(shop: Shop, web: WebHost) -> None:
    current = shop.path("stg") / "current"
    target = str(current.readlink())
    with Visitors([web.url], clients=4, rate=200) as visitors:
        while len(visitors.seen) < 100:
            _switch(current, target)
    assert visitors.failed == []
    with Visitors([web.url], clients=4, rate=200) as visitors:
        while not visitors.failed:
            current.unlink()
            current.symlink_to(target)
    assert {answer.status for answer in visitors.failed} == {404}
