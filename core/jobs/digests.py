"""Lists of hundreds of jobs at little cost: journals are read at their ends, and only when they have changed."""

from pathlib import Path
from typing import Final

import msgspec

from core.jobs import events
from core.jobs.fold import fold_all
from core.jobs.state import Standing
from core.jobs.store import MEASURE, Job, Store, Summary, summary, summary_of

_TAIL: Final = 1 << 15
"""Bytes in which the last events are looked for; a last event that is longer makes the journal be read whole."""


class Digests:
    """Summaries of the jobs of a store, kept from one list to the next."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, tuple[tuple[int, int], Summary]] = {}

    def rows(self) -> list[Summary]:
        """Return all jobs, the newest first."""
        jobs = self._store.list()
        rows = [self._row(job) for job in jobs]
        for gone in self._kept.keys() - {job.id for job in jobs}:
            del self._kept[gone]
        # Ids of one minute are in no order.
        return sorted(rows, key=lambda row: row.started or float("inf"), reverse=True)

    def _row(self, job: Job) -> Summary:
        mark = _mark(job.journal)
        kept = self._kept.get(job.id)
        if kept is not None and kept[0] == mark and kept[1].standing is _standing(kept[1], job):
            return kept[1]
        found = _quick(job, mark[0]) or summary(job)
        self._kept[job.id] = (mark, found)
        return found


def _standing(row: Summary, job: Job) -> Standing:
    """Return how a job stands whose journal has not changed: only its process may have come or gone."""
    if row.standing not in (Standing.RUNNING, Standing.WAITING, Standing.INTERRUPTED):
        return row.standing
    if not job.alive:
        return Standing.INTERRUPTED
    return Standing.WAITING if row.waiting_for else Standing.RUNNING


def _mark(journal: Path) -> tuple[int, int]:
    try:
        found = journal.stat()
    except OSError:
        return (0, 0)
    return (found.st_size, found.st_mtime_ns)


def _quick(job: Job, size: int) -> Summary | None:
    """Return the summary of a job that has ended, by its first and last lines; None when they don't tell."""
    try:
        with job.journal.open("rb") as file:
            head = file.readline()
            file.seek(max(0, size - _TAIL))
            lines = file.read().splitlines()
    except OSError:
        return None
    try:
        first, last = events.decode(head), events.decode(lines[-1] if lines else b"")
        measured = [events.decode(line) for line in lines[1:] if _MEASURED in line]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if not isinstance(first, events.JobStarted) or not isinstance(last, events.JobEnded):
        return None
    facts = [event.facts for event in measured if isinstance(event, events.StepFinished)]
    return summary_of(job, fold_all((first, last)), facts[-1] if facts else {})


_MEASURED: Final = f'"step":"{MEASURE}"'.encode()
