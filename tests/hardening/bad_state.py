"""Bad input: the records of jobs, and where they lie."""

from collections.abc import Sequence
from pathlib import Path

from core.errors import Exit
from tests.hardening.operator import ROOT
from tests.hardening.stage import Stage
from tests.hardening.table import Table

TABLE = Table()
_bad = TABLE.bad


def _job(stage: Stage) -> str:
    """Return the promotion that was made for all cases."""
    return stage.jobs()[1]


def _journal(stage: Stage, text: bytes) -> Sequence[str]:
    journal = stage.state / "jobs" / _job(stage) / "journal"
    kept = journal.read_bytes()
    stage.closing.callback(journal.write_bytes, kept)
    journal.write_bytes(text)
    return ()


def _read(stage: Stage) -> bytes:
    return (stage.state / "jobs" / _job(stage) / "journal").read_bytes()


@_bad("a torn journal", "job-interrupted", Exit.STOPPED, says="mageconsole jobs resume")
def _torn(stage: Stage) -> Sequence[str]:
    lines = _read(stage).splitlines(keepends=True)
    _journal(stage, b"".join(lines[:8]) + lines[8][:-20])
    return ("jobs", "follow", _job(stage))


@_bad("a journal damaged in the middle", "journal-damaged", Exit.FAILED, says="mageconsole check")
def _damaged(stage: Stage) -> Sequence[str]:
    lines = _read(stage).splitlines(keepends=True)
    lines[4] = b"\x1b[31m" + lines[4][:30] + b"\n"
    _journal(stage, b"".join(lines))
    return ("jobs", "show", _job(stage))


@_bad("a journal that lacks a line", "journal-damaged", Exit.FAILED, says="can't be resumed", same_cause=True)
def _lacks(stage: Stage) -> Sequence[str]:
    lines = _read(stage).splitlines(keepends=True)
    _journal(stage, b"".join(lines[:4] + lines[5:]))
    return ("jobs", "resume", _job(stage))


@_bad("a job to be resumed that has ended", "job-ended", Exit.REFUSED, says="new")
def _ended(stage: Stage) -> Sequence[str]:
    return ("jobs", "resume", _job(stage))


@_bad("a job to be cancelled that has ended", "job-not-running", Exit.REFUSED, says="jobs")
def _not_running(stage: Stage) -> Sequence[str]:
    return ("jobs", "cancel", _job(stage))


@_bad("a job to be approved that waits at no gate", "no-gate", Exit.REFUSED, says="jobs show")
def _no_gate(stage: Stage) -> Sequence[str]:
    return ("jobs", "approve", _job(stage))


@_bad("a job to be attached to without an agent", "no-agent", Exit.USAGE, says="ssh-agent")
def _no_agent(stage: Stage) -> Sequence[str]:
    return ("jobs", "attach", _job(stage))


def _own_state(stage: Stage) -> Path:
    """Let jobs lie where they do without `state_dir`: under the operator's own directories."""
    stage.edit(f'state_dir = "{stage.state}"\n', "")
    stage.environment["XDG_STATE_HOME"] = str(stage.case / "xdg")
    place = stage.case / "xdg/mageconsole"
    (place / "jobs").mkdir(parents=True)
    stage.own(stage.case)
    return place


@_bad("a state directory that others may read", "state-dir-open", Exit.REFUSED, "build", says="chmod 700",
      may=("case/xdg/mageconsole/jobs/.numbers",))  # fmt: skip
def _open(stage: Stage) -> None:
    (_own_state(stage) / "jobs").chmod(0o755)


@_bad(
    "a state directory that may not be written",
    "not-writable",
    Exit.FAILED,
    "build",
    says="Nothing was started",
)
def _closed(stage: Stage) -> None:
    place = _own_state(stage) / "jobs"
    place.chmod(0o500)
    stage.closing.callback(place.chmod, 0o700)


if ROOT:

    @_bad("a full disk under the state directory", "disk-full", Exit.FAILED, "build", says="Nothing was started",
          may=("case/xdg/mageconsole/jobs/*",), same_cause=True)  # fmt: skip
    def _full(stage: Stage) -> None:
        place = _own_state(stage) / "jobs"
        stage.mount(place, "-o", "size=16k,mode=0700", "-t", "tmpfs", "tmpfs")
        (place / "fill").write_bytes(bytes(12 << 10))
        stage.own(place)
