"""Which jobs stay: the newest, and every one that a person may still have to end."""

import os
from pathlib import Path

from core.jobs import alive, events
from core.jobs.journal import Journal
from core.jobs.store import Job, Store
from core.model.plan import Plan, digest

PLAN = Plan(kind="promote", title="a toy", target="production", steps=())


def _job(store: Store, outcome: str) -> Job:
    """Make a job that came to something; empty: its process was lost."""
    job = store.create(PLAN, b"")
    journal = Journal(job.journal)
    journal.open()
    journal.append(events.JobStarted(job_id=job.id, plan=PLAN, digest=digest(PLAN), who="anna"))
    if outcome:
        journal.append(events.JobEnded(outcome=outcome, exit_code=0))  # type: ignore[arg-type] # one of the outcomes
    return job


def test_old_jobs_go_but_none_that_runs_or_stopped_half_way(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "group"), keep=3)
    old = {name: _job(store, name) for name in ("done", "stopped", "", "failed", "abandoned")}
    running = _job(store, "done")
    held = alive.take(running.lock)
    newest = [_job(store, "done") for _ in range(4)]
    kept = (old["stopped"], old[""], running, *newest[1:])
    assert [job.id for job in store.list()] == [job.id for job in reversed(kept)]
    numbers = {path.name for path in (tmp_path / "group/jobs/.numbers").iterdir()}
    assert numbers == {str(job.number) for job in store.list()}
    os.close(held)
    assert {job.id for job in store.unfinished()} == {old["stopped"].id, old[""].id}
