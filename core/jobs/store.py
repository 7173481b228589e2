"""Where jobs lie: one directory each, under the state directory."""

import contextlib
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from core.errors import ConsoleError, Exit, Refused
from core.jobs.alive import is_alive
from core.jobs.events import JobEnded, decode
from core.jobs.fold import fold_all
from core.jobs.journal import Journal, RecordError, disk_error
from core.jobs.state import JobState, Standing
from core.jobs.state_dir import state_base
from core.model.plan import Plan
from core.text import one_line

_LAST_EVENT: Final = 1 << 16
"""Bytes at a journal's end that hold its last event, unless that is no end."""
_MINUTE: Final = len("20260102-0304")
_ID: Final = re.compile(r"\d{8}-\d{4}-[0-9a-f]{4}")


class Job:
    """The directory of one job."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.id = directory.name
        self.journal = directory / "journal"
        self.plan = directory / "plan.json"
        self.environments = directory / "environments.toml"
        """A copy of the file that the plan was made from."""
        self.asking = directory / "asking.json"
        """How a resumed job asks its hosts, where that is not as the copy says (`core.environments.asking`)."""
        self.lock = directory / "lock"
        self.control = directory / "control"
        self.logs = directory / "logs"
        self.process_log = directory / "process.log"
        """Standard output and error of the job's process."""
        self.salt = directory / "salt"

    @property
    def number(self) -> int:
        """The job's short number, 0 when it has none."""
        try:
            return int((self.directory / "number").read_text())
        except (OSError, ValueError):
            return 0

    @property
    def alive(self) -> bool:
        """Whether the job's process is there."""
        return is_alive(self.lock)

    @property
    def shared(self) -> bool:
        """Whether the directory belongs to a group (decision 27)."""
        return bool(self.directory.stat().st_mode & 0o070)

    def load_plan(self) -> Plan:
        """Return the plan that the job was made for. Raises ConsoleError."""
        try:
            return msgspec.json.decode(self.plan.read_bytes(), type=Plan)
        except OSError as error:
            raise disk_error(error, self.plan) from error
        except msgspec.DecodeError as error:
            raise ConsoleError(
                "plan-damaged", f"The plan can't be read: {error}", where=str(self.plan)
            ) from error

    def state(self) -> JobState:
        """Return what the journal adds up to. Raises RecordError when it is damaged."""
        if not self.journal.exists():
            return JobState(job_id=self.id)
        return fold_all(Journal(self.journal).read())


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """A job as a line of a list."""

    id: str
    number: int
    standing: Standing
    waiting_for: str
    kind: str
    title: str
    target: str
    source: str = ""
    who: str
    origin: str = ""
    """From where it was started: the address of the operator's SSH connection, empty when local."""
    started: float | None
    ended: float | None
    exit_code: int | None
    what: str
    closed_s: float | None = None
    """How long the shop was closed, in seconds; None: nothing was closed, or it is not known."""
    unanswered_s: float | None = None
    """How long a web host did not answer at most; None: not measured."""


MEASURE: Final = "measure"
"""The step whose facts hold the two figures of the downtime (decision 13)."""


def summary(job: Job) -> Summary:
    """Return the job as a line of a list; a damaged journal is told in it."""
    try:
        state = job.state()
    except ConsoleError as error:
        state = JobState(job_id=job.id, outcome="failed", what=error.what)
    measured = state.step(MEASURE)
    return summary_of(job, state, measured.facts if measured else {})


def summary_of(job: Job, state: JobState, measured: Mapping[str, Any]) -> Summary:
    """Return the line of a job in a state; `measured`: the facts of its step that measured the downtime."""
    plan = state.plan
    return Summary(
        id=job.id,
        number=job.number,
        standing=state.standing(job.alive),
        waiting_for=state.waiting_for,
        kind=plan.kind if plan else "",
        title=plan.title if plan else "",
        target=plan.target if plan else "",
        source=plan.source if plan else "",
        who=state.who,
        origin=state.origin,
        started=state.started,
        ended=state.ended,
        exit_code=state.exit_code,
        what=state.what,
        closed_s=_seconds(measured.get("closed_s")),
        unanswered_s=_seconds(measured.get("unanswered_s")) if measured.get("measured") else None,
    )


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _half_way(job: Job) -> bool:
    """Whether the last event is no end, or the end of a job that stopped. A job without events never began."""
    try:
        with job.journal.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_EVENT))
            lines = file.read().split(b"\n")
    except OSError:
        return False
    # What stands behind the last newline was never acknowledged.
    last = next((line for line in reversed(lines[:-1]) if line), b"")
    try:
        event = decode(last)
    except msgspec.DecodeError:
        return bool(last)
    return not isinstance(event, JobEnded) or event.outcome == "stopped"


def _not_begun(error: OSError, path: Path) -> RecordError:
    """Return why a job could not even begin: nothing has run, so there is nothing to resume."""
    told = disk_error(error, path)
    remedy = "Nothing was started. Free space there, or mend its owner and mode, then give the command again."
    return RecordError(told.code, told.what, where=told.where, remedy=remedy)


class Store:
    """All jobs of one state directory.

    `state_dir` is environments.toml's: it belongs to a group, and its members see each other's jobs. Without
    it jobs lie under the XDG state directory and are their owner's alone. `keep`: how many stay.
    """

    def __init__(self, state_dir: str = "", keep: int = 200) -> None:
        self.root = state_base(state_dir) / "jobs"
        self.shared = bool(state_dir)
        self._keep = keep

    def create(self, plan: Plan, environments: bytes) -> Job:
        """Make the directory of a new job. Raises RecordError when the disk does not take it."""
        try:
            self._prepare()
            job = self._claim()
            self._write(job.plan, msgspec.json.encode(plan))
            self._write(job.environments, environments)
            self._write(job.salt, secrets.token_hex(16).encode())
            self._mkdir(job.logs)
            self._number(job)
        except OSError as error:
            raise _not_begun(error, self.root) from error
        self._prune()
        return job

    def _prune(self) -> None:
        """Remove jobs that ended for good, but for the newest; what can't be removed is left to the next time."""
        # By number: ids of one minute have no order. One without a number is just being made.
        newest = sorted(self.list(), key=lambda job: job.number, reverse=True)
        for job in newest[self._keep :]:
            if not job.number or _half_way(job) or job.alive:
                continue
            (self.root / ".numbers" / str(job.number)).unlink(missing_ok=True)
            shutil.rmtree(job.directory, ignore_errors=True)

    def unfinished(self) -> list[Job]:
        """Return the jobs that stopped half way, or whose process is gone before their end; the newest first.

        Only the end of each journal is read: those who look at environments ask this often.
        """
        return [job for job in self.list() if _half_way(job) and not job.alive]

    def list(self) -> list[Job]:
        """Return all jobs, the newest first."""
        if not self.root.is_dir():
            return []
        found = [entry for entry in self.root.iterdir() if _ID.fullmatch(entry.name)]
        numbers = self._numbers() if len({entry.name[:_MINUTE] for entry in found}) < len(found) else {}
        # Ids of one minute have no order of their own.
        found.sort(
            key=lambda entry: (entry.name[:_MINUTE], numbers.get(entry.name, 0), entry.name), reverse=True
        )
        return [Job(entry) for entry in found]

    def _numbers(self) -> dict[str, int]:
        """Return the numbers of the jobs by their ids, as far as they can be read."""
        found = {}
        with contextlib.suppress(OSError):
            for entry in (self.root / ".numbers").iterdir():
                if entry.name.isdecimal():
                    found[entry.readlink().name] = int(entry.name)
        return found

    def find(self, name: str) -> Job:
        """Return a job by its id, its number, or a part of the id that only it has.

        Raises ConsoleError `no-such-job` or `ambiguous-job`.
        """
        jobs = self.list()
        for job in jobs:
            if job.id == name or (name.isdecimal() and str(job.number) == name):
                return job
        matching = [job for job in jobs if name and name in job.id]
        if len(matching) == 1:
            return matching[0]
        code, what = ("ambiguous-job", "More than one job") if matching else ("no-such-job", "No job")
        raise ConsoleError(
            code,
            f"{what} is called {one_line(name)!r}.",
            remedy="See `mageconsole jobs list`.",
            exit_code=Exit.USAGE,
        )

    def _mkdir(self, path: Path) -> None:
        path.mkdir(mode=0o700)
        if self.shared:
            path.chmod(0o2770)

    def _prepare(self) -> None:
        self.root.parent.parent.mkdir(parents=True, exist_ok=True)
        for path in (self.root.parent, self.root, self.root / ".numbers"):
            if not path.is_dir():
                self._mkdir(path)
        mode = self.root.stat().st_mode
        if not self.shared and mode & 0o077:
            raise Refused(
                "state-dir-open",
                f"Others may enter the directory of jobs (mode {mode & 0o777:o}).",
                where=str(self.root),
                remedy="Run `chmod 700` on it, or name a shared `state_dir` in environments.toml.",
            )

    def _claim(self) -> Job:
        while True:
            stamp = time.strftime("%Y%m%d-%H%M")
            directory = self.root / f"{stamp}-{secrets.token_hex(2)}"
            try:
                self._mkdir(directory)
            except FileExistsError:
                continue
            return Job(directory)

    def _number(self, job: Job) -> None:
        """Claim the next number: a link that only one can make."""
        taken = [int(entry.name) for entry in (self.root / ".numbers").iterdir() if entry.name.isdecimal()]
        number = max(taken, default=0) + 1
        while True:
            try:
                (self.root / ".numbers" / str(number)).symlink_to(f"../{job.id}")
            except FileExistsError:
                number += 1
                continue
            self._write(job.directory / "number", str(number).encode())
            return

    def _write(self, path: Path, data: bytes) -> None:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if self.shared:
            path.chmod(0o660)
