"""A journal that lost its end, or has a line that can't be read: nothing is opened, and what was left is told."""

import os
import signal

import pytest

from core.jobs import events
from core.jobs.store import Job
from tests.chain.stage import Stage, wait

pytestmark = [pytest.mark.xdist_group("chain"), pytest.mark.timeout(600)]


def _killed_in_the_upgrade(stage: Stage) -> Job:
    """Promote, kill the job while the upgrade runs, and wait until that has ended."""
    stage.shop.behave(upgrade_s=2)
    with stage.background(*stage.promotion("window")) as promotion:
        wait(lambda: stage.shop.times("setup:upgrade") == 1)
        job = stage.store.list()[0]
        os.kill(stage.job_process(job.id), signal.SIGKILL)
        promotion.end()
    wait(lambda: any(stage.shop.path("web1").glob(f".mageconsole/tasks/{job.id}-database*/exit")))
    return job


def _forget_the_database_step(job: Job) -> None:
    """Cut the journal before it says that the step begins, as a disk does that lost what it had acknowledged."""
    kept = b""
    for line in job.journal.read_bytes().splitlines(keepends=True):
        event = events.decode(line)
        if isinstance(event, events.StepStarted) and event.step.startswith("database"):
            break
        kept += line
    job.journal.write_bytes(kept)


def test_a_shop_stays_closed_whose_database_step_the_journal_forgot(stage: Stage) -> None:
    job = _killed_in_the_upgrade(stage)
    _forget_the_database_step(job)
    resumed = stage.cli("jobs", "resume", job.id)
    assert resumed.code == 5, resumed.said
    assert f"task {job.id}-database" in resumed.err
    assert stage.flags() == {"web1": ["live", "window"], "web2": ["live", "window"]}
    assert stage.answers() == [503, 503]
    assert stage.locked() == [True, True]
    released = stage.cli("lock", "production", "release", "--yes")
    assert released.code == 0, released.said
    again = stage.promote("window")
    assert again.code == 0, again.said
    assert stage.shop.times("setup:upgrade") == 1


def test_a_damaged_journal_is_told_by_check_and_in_the_list(stage: Stage) -> None:
    job = _killed_in_the_upgrade(stage)
    lines = job.journal.read_bytes().splitlines(keepends=True)
    lines[len(lines) // 2] = b"{" + lines[len(lines) // 2]
    job.journal.write_bytes(b"".join(lines))
    told = stage.cli("check", "production").said
    assert f"Job {job.id}" in told
    assert "its journal is damaged" in told
    (row,) = (line for line in stage.cli("jobs", "list").out.splitlines() if job.id in line)
    assert "can't be read" in row
    assert "1970" not in row and "Jan" not in row
