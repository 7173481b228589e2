"""Starting a job's process, and starting it again: by those who look at jobs."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import msgspec

from core.errors import ConsoleError, Exit, Refused
from core.jobs.detach import Surroundings, detach_problem, surroundings
from core.jobs.events import Failure
from core.jobs.handover import Handover
from core.jobs.journal import disk_error
from core.jobs.resumable import check_resumable
from core.jobs.state import may_skip
from core.jobs.store import Job
from core.jobs.who import origin, who
from core.secret import Secret
from core.text import clean

WORKER: Final = (sys.executable, "-P", "-m", "core.worker")
"""`-P`: the directory in which the operator stands may hold a `core/` of its own."""
_START_S: Final = 30.0
_SECRET_S: Final = 0.3
"""A fingerprint of each secret is made at the start, slow by intention."""
_SECRETS: Final = "MAGECONSOLE_SECRET_"
"""Variables that give secrets: a job has those that it needs through its pipe, and lives longer than a login."""


async def start(
    job: Job,
    secrets: Mapping[str, Secret] | None = None,
    *,
    worker: Sequence[str] = WORKER,
    around: Surroundings | None = None,
) -> None:
    """Start the process of a new job; it lives, and its first event is written, when this returns.

    Raises ConsoleError: `cannot-detach`, `job-did-not-start`, or why the process did not begin.
    """
    handover = Handover(secrets=_plain(secrets), who=who(), origin=origin())
    await _launch(job, handover, worker, around)


async def resume(
    job: Job,
    secrets: Mapping[str, Secret] | None = None,
    *,
    choice: Literal["retry", "skip"] = "retry",
    reason: str = "",
    worker: Sequence[str] = WORKER,
    around: Surroundings | None = None,
) -> None:
    """Go on with a job whose process is gone, or that stopped. The secrets are asked for again by the caller.

    `choice` is about the step that failed when the job stopped; skipping it needs a reason.
    Raises ConsoleError: `job-ended`, `job-runs`, `not-skippable`, `no-reason`, and those of `start`.
    """
    state = job.state()
    check_resumable(state)
    if choice == "skip":
        failed = next((item for item in state.steps if item.failure is not None and not item.settled), None)
        if failed is None or state.turn is not None or not may_skip(failed.step):
            raise Refused("not-skippable", "There is no failed step that may be skipped.", where=job.id)
        if not reason.strip():
            raise Refused("no-reason", "Skipping a step needs a reason; it is recorded.", where=job.id)
    handover = Handover(
        secrets=_plain(secrets), who=who(), origin=origin(), choice=choice, reason=reason.strip()
    )
    await _launch(job, handover, worker, around)


async def abandon(
    job: Job,
    *,
    put_back: Sequence[str],
    leaves: Sequence[str],
    reason: str,
    worker: Sequence[str] = WORKER,
    around: Surroundings | None = None,
) -> None:
    """Give up a job whose process is gone, or that stopped: only the steps of `put_back` are undone.

    `leaves`: what is left as it is, in words, as the person was told.
    Raises ConsoleError: `job-ended`, `job-runs`, `no-reason`, and those of `start`.
    """
    check_resumable(job.state())
    if not reason.strip():
        raise Refused("no-reason", "Giving a job up needs a reason; it is recorded.", where=job.id)
    handover = Handover(
        who=who(), origin=origin(), choice="abandon", reason=reason.strip(),
        put_back=tuple(put_back), leaves=tuple(leaves),
    )  # fmt: skip
    await _launch(job, handover, worker, around)


def _plain(secrets: Mapping[str, Secret] | None) -> dict[str, str]:
    return {name: secret.reveal() for name, secret in (secrets or {}).items()}


async def _launch(job: Job, handover: Handover, worker: Sequence[str], around: Surroundings | None) -> None:
    found = around or await surroundings(who())
    problem = detach_problem(found)
    if problem:
        raise Refused("cannot-detach", "The job would not outlive this login.", remedy=problem)
    scope = ("systemd-run", "--user", "--scope", "--quiet", "--collect", "--") if found.scope else ()
    given, give = os.pipe()
    ready, told = os.pipe()
    try:
        await _spawn(job, (*scope, *worker, str(job.directory), str(given), str(told)), (given, told))
    finally:
        os.close(given)
        os.close(told)
    try:
        await asyncio.to_thread(_give, give, handover)
        await _lives(job, ready, _START_S + _SECRET_S * len(handover.secrets))
    finally:
        os.close(ready)


async def _spawn(job: Job, command: Sequence[str], pipes: tuple[int, ...]) -> None:
    """Run the command in a session of its own, its output going to process.log; it leaves us by itself."""
    try:
        log = os.open(job.process_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        if job.shared and os.fstat(log).st_uid == os.geteuid():
            os.fchmod(log, 0o660)
    except OSError as error:
        raise disk_error(error, job.process_log) from error
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=inherited(),
            pass_fds=pipes,
            start_new_session=True,
        )
    finally:
        os.close(log)
    await process.wait()


def inherited() -> dict[str, str]:
    """Return our environment for a process of its own: without the variables that give secrets."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_SECRETS)}


def _give(pipe: int, handover: Handover) -> None:
    """Write the handover; a child that is gone is told of by the other pipe."""
    try:
        with os.fdopen(pipe, "wb") as file:
            file.write(msgspec.json.encode(handover))
    except BrokenPipeError:
        return


async def _lives(job: Job, ready: int, limit_s: float) -> None:
    """Wait for the child's word that it lives. Raises ConsoleError."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(ready), "rb")
    )
    try:
        async with asyncio.timeout(limit_s):
            line = await reader.readline()
    except TimeoutError:
        line = b""
    finally:
        transport.close()
    if not line.endswith(b"\n"):
        raise ConsoleError(
            "job-did-not-start",
            f"The job's process did not start. {_last_words(job)}".strip(),
            where=job.id,
            remedy=f"See {job.process_log}.",
            exit_code=Exit.FAILED,
        )
    failure = msgspec.json.decode(line, type=Failure | None)
    if failure is not None:
        raise failure.error()


def _last_words(job: Job) -> str:
    lines = clean(job.process_log.read_bytes()[-2000:]).strip().splitlines()
    return lines[-1] if lines else ""
