"""A database step is not begun again beside its own earlier try."""

import os
import signal
from pathlib import Path

import pytest

from tests.chain.stage import Stage, wait
from tests.support.processes import lives

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]


def test_an_upgrade_that_lost_its_wrapper_is_waited_for(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=25)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        (claim,) = stage.shop.path("web1").glob(".mageconsole/tasks/*setup-upgrade/claim/id")
        os.kill(int(claim.read_text().split()[0]), signal.SIGKILL)
        ran = promotion.end()
    assert ran.code == 5, ran.said
    resumed = stage.cli("jobs", "resume", ran.job)
    assert resumed.code == 5, resumed.said
    assert "earlier try" in resumed.err
    assert stage.shop.times("setup:upgrade") == 1
    child = Path(claim.parents[1], "child").read_text().split()[0]
    wait(lambda: not lives(int(child)))
    stage.shop.behave(upgrade_s=0)
    again = stage.cli("jobs", "resume", ran.job)
    assert again.code == 0, again.said
    assert stage.answers() == [200, 200]
