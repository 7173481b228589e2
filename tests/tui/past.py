"""Jobs that are over, with journals and logs as real ones leave them: for screens that only look at them."""

from pathlib import Path

from core.jobs import events
from core.jobs.events import Event
from core.jobs.journal import Journal
from core.jobs.logs import Logs
from core.jobs.store import Job, Store
from core.model.plan import Plan

BEGAN = 1_764_000_000.0
"""24 November 2025, 16:00 UTC."""


def past_job(store: Store, plan: Plan, environments: Path, *, at: float = BEGAN, outcome: str = "done") -> Job:
    """Write a job that ran each step for a second, and ended."""
    job = store.create(plan, environments.read_bytes())
    clock = iter(at + number for number in range(100_000))
    journal = Journal(job.journal, clock=lambda: next(clock))
    journal.open()
    for event in _told(job, plan, outcome):
        journal.append(event)
    journal.close()
    logs = Logs(job.logs)
    for number, host in enumerate(dict.fromkeys(host for step in plan.steps for host in step.hosts)):
        text = "".join(f"{step.title}\nline {number}\n" for step in plan.steps if host in step.hosts)
        logs.write(host, text.encode(), step=plan.steps[0].id)
    logs.close()
    return job


def _told(job: Job, plan: Plan, outcome: str) -> list[Event]:
    told: list[Event] = [
        events.JobStarted(job_id=job.id, plan=plan, digest="d" * 64, who="anna", origin="10.0.0.9")
    ]
    for step in plan.steps:
        told += [
            events.StepStarted(step=step.id, attempt=1),
            events.StepFinished(step=step.id, note="as expected"),
        ]
    code = {"done": 0, "cancelled": 4}[outcome]
    told.append(events.JobEnded(outcome=outcome, exit_code=code, what="Done." if code == 0 else "Cancelled."))  # type: ignore[arg-type] # one of the outcomes
    return told
