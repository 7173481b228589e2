"""Cron and consumers as real shops have them: consumers that never end, crontabs that can't be read."""

import subprocess
from pathlib import Path

import pytest

from tests.chain.stage import Stage, wait

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]


def _waiting_consumer(root: Path, name: str) -> "subprocess.Popen[bytes]":
    """Start what looks like a consumer that waits for a message: asleep, as between two questions."""
    words = f"php {root}/bin/magento queue:consumers:start {name}"
    found = subprocess.Popen(["/bin/bash", "-c", f'exec -a "{words}" sleep 300'], cwd="/")
    wait(lambda: b"queue:consumers:start" in Path(f"/proc/{found.pid}/cmdline").read_bytes()[: 40 + len(words)])
    return found


def test_a_consumer_that_waits_for_messages_is_ended_and_another_shops_is_not(stage: Stage) -> None:
    ours = _waiting_consumer(stage.shop.path("web1") / "current", "product_action_attribute.update")
    other = _waiting_consumer(stage.shop.root / "other/current", "product_action_attribute.update")
    try:
        ran = stage.promote("quiet")
        assert ran.code == 0, ran.said
        assert "waited for messages" in ran.err
        assert ours.wait(10) == -15
        assert other.poll() is None
    finally:
        for process in (ours, other):
            process.kill()
            process.wait()


def test_a_crontab_that_cant_be_read_is_no_empty_one(stage: Stage) -> None:
    tool = stage.shop.systems.host("web1") / "bin/crontab"
    kept = tool.read_text()
    before = stage.snapshot()
    tool.write_text(
        "#!/bin/sh\necho 'You are not allowed to access to (crontab) because of pam.' >&2\nexit 1\n"
    )
    try:
        ran = stage.promote("quiet")
    finally:
        tool.write_text(kept)
    assert ran.code != 0, ran.said
    assert "because of pam" in ran.err
    assert stage.runs() == {"live"}
    # That cron was not touched can't be seen either: the lock stays until somebody looked.
    assert ran.code == 5
    resumed = stage.cli("jobs", "resume", ran.job)
    assert resumed.code == 1, resumed.said
    assert stage.snapshot() == before


def test_nothing_to_pause_where_cron_should_run_is_told(stage: Stage) -> None:
    ran = stage.promote("quiet")
    assert ran.code == 0, ran.said
    assert "/etc/cron.d" in ran.err
