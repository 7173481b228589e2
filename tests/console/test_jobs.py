"""Jobs as a screen sees them: cheap lists, live states in batches, one pen."""

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import run
from core.console.jobs import Jobs
from core.environments.model import Project
from core.jobs import events
from core.jobs.commands import Cancel, TakePen
from core.jobs.digests import Digests
from core.jobs.journal import Journal
from core.jobs.launch import start
from core.jobs.state import Standing
from core.jobs.store import Job, Store, summary
from core.jobs.watching import Moment, ended, watch
from tests.jobs.conftest import toy_worker
from tests.support.toy import plan_of

pytestmark = pytest.mark.xdist_group("console")


def ended_job(store: Store, world: Path, *more: events.Event) -> Job:
    """Return a job that has ended, after some more events."""
    plan = plan_of(world, {"id": "close", "kind": "ensure"})
    job = store.create(plan, b"")
    journal = Journal(job.journal)
    journal.open()
    started = events.JobStarted(job_id=job.id, plan=plan, digest="d", who="ada", origin="10.0.0.7")
    for event in (started, *more, events.JobEnded(outcome="failed", exit_code=1, what="It broke.")):
        journal.append(event)
    journal.close()
    return job


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "state"))


def test_a_list_says_the_same_as_reading_whole_journals(store: Store, tmp_path: Path) -> None:
    plain = ended_job(store, tmp_path)
    told = [events.Said(step="close", text="x" * 100) for _ in range(900)]
    long = ended_job(store, tmp_path, *told)
    huge = ended_job(store, tmp_path, events.Said(step="close", text="y" * 100_000))
    torn = ended_job(store, tmp_path)
    with torn.journal.open("ab") as file:
        file.write(b'{"type":"Resu')
    damaged = ended_job(store, tmp_path)
    damaged.journal.write_bytes(b"nonsense\nnonsense\n")
    empty = store.create(plan_of(tmp_path), b"")
    digests = Digests(store)
    for _ in range(2):
        assert {row.id: row for row in digests.rows()} == {
            job.id: summary(job) for job in (plain, long, huge, torn, damaged, empty)
        }


def test_a_list_notices_what_changes(store: Store, tmp_path: Path) -> None:
    job = ended_job(store, tmp_path)
    digests = Digests(store)
    assert [(row.standing, row.origin) for row in digests.rows()] == [(Standing.FAILED, "10.0.0.7")]
    journal = Journal(job.journal)
    journal.open()
    journal.append(events.Resumed(who="bob"))
    journal.close()
    assert [row.standing for row in digests.rows()] == [Standing.INTERRUPTED]


def test_the_downtime_is_in_the_list(store: Store, tmp_path: Path) -> None:
    plan = plan_of(tmp_path, {"id": "measure", "kind": "probe"})
    facts: dict[str, Any] = {"closed_s": 3.25, "measured": True, "unanswered_s": 1.5}
    job = store.create(plan, b"")
    journal = Journal(job.journal)
    journal.open()
    for event in (
        events.JobStarted(job_id=job.id, plan=plan, digest="d", who="ada"),
        events.StepStarted(step="measure", attempt=1),
        events.StepFinished(step="measure", facts=facts),
        events.JobEnded(outcome="done", exit_code=0),
    ):
        journal.append(event)
    (row,) = Digests(store).rows()
    assert (row.closed_s, row.unanswered_s) == (3.25, 1.5) and row == summary(job)


def test_hundreds_of_jobs_are_listed_at_their_ends(store: Store, tmp_path: Path) -> None:
    """Compared within one run: a second list costs a small part of reading all journals."""
    told = [events.Said(step="close", text="x" * 200) for _ in range(300)]
    for _ in range(60):
        ended_job(store, tmp_path, *told)

    def took(work: Any) -> float:
        began = time.process_time()
        work()
        return time.process_time() - began

    digests = Digests(store)
    whole = took(lambda: [summary(job) for job in store.list()])
    assert took(digests.rows) < whole / 3
    assert took(digests.rows) < whole / 10


async def test_a_live_job_is_watched_in_batches(store: Store, tmp_path: Path) -> None:
    job = store.create(
        plan_of(tmp_path, {"id": "upgrade", "kind": "task"}, {"id": "gate", "kind": "gate"}), b""
    )
    await start(job, worker=toy_worker())
    moments: list[Moment] = []
    times: list[float] = []
    async with asyncio.timeout(60):
        async for moment in watch(job):
            moments.append(moment)
            times.append(time.monotonic())
            if moment.standing is Standing.WAITING and not moment.state.cancelled_by:
                await Jobs.control(Jobs.__new__(Jobs), job, Cancel())
            if ended(moment):
                break
    seen = [event for moment in moments for event in moment.events]
    assert [event.seq for event in seen] == list(range(1, len(seen) + 1))
    assert moments[-1].state == job.state() and moments[-1].standing is Standing.CANCELLED
    assert all(after - before > 0.09 for before, after in itertools.pairwise(times))


@pytest.fixture
def running(project: Project, tmp_path: Path) -> Iterator[Job]:
    """A job of the shop that waits at a gate."""
    jobs = Jobs(project)
    job = jobs.store.create(plan_of(tmp_path, {"id": "gate", "kind": "gate"}), b"")
    asyncio.run(start(job, worker=toy_worker()))
    yield job
    if job.alive:
        asyncio.run(jobs.control(job, Cancel()))


def test_the_command_line_tells_of_the_pen_and_takes_it(
    running: Job, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    def pen(*words: str) -> str:
        assert run(["-c", project.file, "jobs", "pen", running.id, *words]) == 0
        return capsys.readouterr().out

    async def at_a_screen() -> None:
        line = Jobs(project).line(running, "one")
        await line.send(TakePen())
        assert "at a screen" in await asyncio.to_thread(pen)
        line.close()

    assert pen() == "nobody holds the pen\n"
    asyncio.run(at_a_screen())
    assert "holds the pen" in pen("--take")
    assert pen("--to", "") == "nobody holds the pen\n"
    assert run(["-c", project.file, "--json", "jobs", "list"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["id"]
