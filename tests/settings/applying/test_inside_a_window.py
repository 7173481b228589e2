"""Applying while the shop is closed: no page answers 500, and only what the job closed is opened."""

import os
import re
import signal
import threading
import time

import pytest

from core.actions.promotion.maintenance import FLAG
from tests.chain.commands import wait
from tests.settings.applying.stage import PRODUCTION, YES, Stage
from tests.support.shop import ask

pytestmark = [pytest.mark.xdist_group("applying"), pytest.mark.timeout(180)]
_URL = '\n[environments.production.settings.default]\n"web/unsecure/base_url" = "https://shop.example.com/"\n'


def _flags(stage: Stage) -> list[bool]:
    return [(stage.shop.path(host) / "current" / FLAG).exists() for host in PRODUCTION]


class _Customer(threading.Thread):
    """Asks both hosts without pause."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(daemon=True)
        self._stage = stage
        self.ends = threading.Event()
        self.seen: set[int] = set()

    def run(self) -> None:
        while not self.ends.is_set():
            for host in PRODUCTION:
                self.seen.add(ask(self._stage.demo.web[host], "/customer/account/login/")[0])
            time.sleep(0.02)


def test_no_customer_is_answered_500_and_the_shop_is_open_afterwards(stage: Stage) -> None:
    stage.shop.toml.write_text(stage.shop.toml.read_text() + _URL)
    customer = _Customer(stage)
    customer.start()
    ran = stage.settings("apply", "production", "--maintenance", *YES)
    customer.ends.set()
    customer.join()
    assert ran.code == 0, ran.said
    assert customer.seen == {200, 503}
    assert _flags(stage) == [False, False]
    assert stage.answers() == [200, 200]


def test_when_it_fails_the_shop_is_open_and_as_it_was(stage: Stage) -> None:
    stage.shop.toml.write_text(stage.shop.toml.read_text() + _URL)
    (stage.shop.path("web2") / ".mageconsole").mkdir()
    before = stage.snapshot()
    stage.refuse_rename("web2")
    ran = stage.settings("apply", "production", "--maintenance", *YES)
    assert ran.code == 1, ran.said
    assert stage.snapshot() == before
    assert _flags(stage) == [False, False]
    assert stage.answers() == [200, 200]


def test_a_shop_that_a_person_closed_stays_closed(stage: Stage) -> None:
    stage.shop.toml.write_text(stage.shop.toml.read_text() + _URL)
    for host in PRODUCTION:
        (stage.shop.path(host) / "current" / FLAG).touch()
    try:
        ran = stage.settings("apply", "production", "--maintenance", *YES)
        assert ran.code == 0, ran.said
        assert _flags(stage) == [True, True]
        assert "web1, web2 had been closed before and will stay so" in ran.said
    finally:
        for host in PRODUCTION:
            (stage.shop.path(host) / "current" / FLAG).unlink(missing_ok=True)


def test_a_job_that_died_while_it_asked_behind_the_closed_door_leaves_no_way_in(stage: Stage) -> None:
    text = stage.shop.toml.read_text().replace("health = 3.0", "health = 60.0")
    stage.shop.toml.write_text(text + _URL)
    # What the shop never answers: the job goes on asking.
    stage.toml("[environments.production.health]\n", "[environments.production.health]\nstatus = 299\n")
    exempt = stage.shop.path("web1") / "current" / "var/.maintenance.ip"
    with stage.background("settings", "apply", "production", "--maintenance", *YES) as applying:
        wait(exempt.exists)
        job = stage.newest_job()
        os.kill(int(re.findall(r'"pid":(\d+)', job.journal.read_text())[-1]), signal.SIGKILL)
        applying.wait(30)
    assert exempt.exists()
    # All is set and every host agreed: the shop may be opened.
    ran = stage.cli("jobs", "abandon", job.id, "--reason", "mended by hand", "--yes")
    assert ran.code == 0, ran.said
    assert "the shop is opened on web1, web2" in ran.said
    assert not exempt.exists()
    assert _flags(stage) == [False, False]
    assert [stage.status(host) for host in PRODUCTION] == [0, 0]
