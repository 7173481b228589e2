"""A switch under load, with real nginx and php-fpm: no request is lost, and a switch that is not atomic is seen."""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Iterator
from typing import Final

import pytest

from core.demo.load import Customers
from core.release import switch
from core.release.layout import Layout
from core.ssh.connect import connect
from core.ssh.host import Host
from core.ssh.options import ConnectOptions
from tests.web.server import WebServer
from tests.web.shop import CLIENTS, PAGE, RATE, WebShop, failures, told

pytestmark = [pytest.mark.xdist_group("web"), pytest.mark.timeout(300)]
"""The first test lays the shop out."""

_SWITCHES: Final = 20
_MOST_SWITCHES: Final = 200
"""By then a switch that leaves nothing at the path for a millisecond has been seen many times over."""
_SETTLED_S: Final = 1.0
_TEARING: Final = """#!/bin/sh
# `mv -T next current` as many scripts do it: the old link goes, then the new one comes.
if [ "$1" = -T ] && [ "${{3##*/}}" = current ]; then
    target=$(readlink "$2") && rm -f "$3" && ln -s "$target" "$3" && rm -f "$2"
    exit
fi
exec {mv} "$@"
"""


def _host(shop: WebShop) -> Awaitable[Host]:
    return connect("stg", options=ConnectOptions(ssh_config=(str(shop.shop.systems.ssh_config),), agent=""))


async def _switch_often(
    shop: WebShop, web: WebServer, times: int, *, enough: Callable[[Customers], bool]
) -> Customers:
    """Switch to and fro by the product's own two phases, under load, until it is enough."""
    layout = Layout(str(shop.path))
    host = await _host(shop)
    releases = [shop.release("one"), shop.release("two")]
    customers = Customers([web.url + PAGE], CLIENTS, RATE).start()
    try:
        for number in range(times):
            release = releases[number % 2]
            await switch.prepare(host, layout, release)
            await switch.take(host, layout, release)
            await asyncio.sleep(0.05)
            if enough(customers):
                break
    finally:
        await asyncio.to_thread(customers.stop)
        await host.close()
    return customers


@pytest.fixture
def both(shop: WebShop) -> WebShop:
    """Return the shop with both releases on staging."""
    if not list((shop.path / "releases").glob(f"*-{shop.artifacts['two']}")):
        ran = shop.promote("two")
        assert ran.code == 0, ran.said
    return shop


@pytest.fixture
def tearing(shop: WebShop) -> Iterator[None]:
    """Plant a `mv` on staging that replaces `current` in two steps."""
    planted = shop.shop.systems.host("stg") / "bin/mv"
    planted.write_text(_TEARING.format(mv=shutil.which("mv")))
    planted.chmod(0o755)
    yield
    planted.unlink()


async def test_a_promotion_loses_no_request(shop: WebShop, web: WebServer) -> None:
    old, text = shop.live, shop.other
    customers = Customers([web.url + PAGE], CLIENTS, RATE).start()
    try:
        await asyncio.sleep(_SETTLED_S)
        ran = await asyncio.to_thread(shop.promote, text)
        await asyncio.sleep(_SETTLED_S * 2)
    finally:
        counts = await asyncio.to_thread(customers.stop)
    assert ran.code == 0, ran.said
    new = shop.release(text)
    assert shop.live == new
    switched = os.lstat(shop.path / "current").st_mtime
    assert not failures(customers.seen, {old, new}), told(failures(customers.seen, {old, new}))
    assert set(counts) == {200}
    before = {answer.release for answer in customers.seen if answer.at < switched}
    after = {answer.release for answer in customers.seen if answer.at > switched + _SETTLED_S}
    assert (before, after) == ({old}, {new})
    assert sum(answer.at > switched + _SETTLED_S for answer in customers.seen) > RATE / 2
    assert not web.errors
    health = shop.state(ran).step("health")
    assert health and health.facts["answers"]["stg"]["status"] == 200


async def test_many_switches_lose_no_request(both: WebShop, web: WebServer) -> None:
    customers = await _switch_often(both, web, _SWITCHES, enough=lambda _: False)
    releases = {both.release("one"), both.release("two")}
    assert {answer.release for answer in customers.seen} == releases
    assert not failures(customers.seen, releases), told(failures(customers.seen, releases))


async def test_the_same_measuring_sees_a_switch_that_is_not_atomic(
    both: WebShop, web: WebServer, tearing: None
) -> None:
    releases = {both.release("one"), both.release("two")}
    customers = await _switch_often(
        both, web, _MOST_SWITCHES, enough=lambda customers: bool(failures(customers.seen, releases))
    )
    assert failures(customers.seen, releases)
    assert {answer.status for answer in failures(customers.seen, releases)} <= {404, 500}
