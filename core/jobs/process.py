"""The job's own process: detached from the terminal, alone in its session, told everything through pipes."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

import msgspec

from core.errors import ConsoleError, Exit
from core.jobs import alive, events
from core.jobs.action import Action
from core.jobs.control import serve_control
from core.jobs.events import Failure
from core.jobs.fold import fold_all
from core.jobs.handover import Handover, fingerprints, same_secrets, unsearched
from core.jobs.hosts import HostProvider
from core.jobs.journal import Journal, RecordError
from core.jobs.links import Patience
from core.jobs.logs import Logs
from core.jobs.resumable import check_resumable
from core.jobs.runner import Runner
from core.jobs.state import asked_again
from core.jobs.store import Job
from core.model.plan import Plan, digest
from core.secret import Secret

Build = Callable[[Job, Plan, Mapping[str, Secret]], tuple[Mapping[str, Action], HostProvider]]
"""Binds the actions of a plan; called inside the running event loop. May raise ConsoleError."""


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What a job's process is made of besides its actions; tests put their own in."""

    journal: Callable[[Path], Journal] = Journal
    logs: Callable[[Path, Sequence[Secret]], Logs] = Logs
    patience: Patience = Patience()


def main(build: Build, arguments: Sequence[str], parts: Parts | None = None) -> int:
    """Be the process of a job: `JOB_DIR HANDOVER_FD READY_FD`, or `JOB_DIR` alone to stay in the foreground.

    Returns the job's exit code. The one who started it is told through READY_FD that the job lives, or why
    it does not.
    """
    directory, *pipes = arguments
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    job = Job(Path(directory).absolute())
    handover, ready = Handover(), None
    if pipes:
        _leave_parent()
        handover, ready = _read_handover(int(pipes[0])), int(pipes[1])
    os.chdir("/")
    try:
        os.umask(0o007 if job.shared else 0o077)
        held = alive.take(job.lock)
        code = asyncio.run(_serve(job, build, handover, ready, parts or Parts()))
        os.close(held)
    except ConsoleError as error:
        print(error, file=sys.stderr, flush=True)
        _tell_ready(ready, Failure.of(error))
        return int(error.exit_code)
    return code


def _leave_parent() -> None:
    """Become a child of the system, so that nobody has to wait for us; no terminal can become ours."""
    if os.fork():
        os._exit(0)


def _read_handover(pipe: int) -> Handover:
    with os.fdopen(pipe, "rb") as file:
        return msgspec.json.decode(file.read(), type=Handover)


def _tell_ready(pipe: int | None, failure: Failure | None) -> None:
    if pipe is None:
        return
    try:
        os.write(pipe, msgspec.json.encode(failure) + b"\n")
        os.close(pipe)
    except OSError:  # told already, or the one who started us is gone; the job goes on without it
        return


async def _serve(job: Job, build: Build, handover: Handover, ready: int | None, parts: Parts) -> int:
    journal = parts.journal(job.journal)
    journal.open()
    state = fold_all(journal.read())
    plan = state.plan or job.load_plan()
    secrets = handover.opened()
    prints = fingerprints(secrets, job.salt.read_bytes())
    same_secrets(state, prints)
    check_resumable(state)
    logs = parts.logs(job.logs, list(secrets.values()))
    actions, hosts = build(job, plan, secrets)
    runner = Runner(
        journal=journal, actions=actions, hosts=hosts, logs=logs, secrets=secrets, patience=parts.patience
    )
    _begin(runner, job, plan, handover, secrets, prints)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _terminated, runner)
    try:
        async with serve_control(job, runner.command):
            _tell_ready(ready, None)
            ended = await runner.run()
    except RecordError as error:
        print(error, file=sys.stderr, flush=True)
        return Exit.STOPPED
    finally:
        await hosts.close()
        logs.close()
    return ended.exit_code if ended.exit_code is not None else Exit.FAILED


def _begin(
    runner: Runner,
    job: Job,
    plan: Plan,
    handover: Handover,
    secrets: Mapping[str, Secret],
    prints: dict[str, str],
) -> None:
    """Write the first event of this process: the job starts, or is resumed."""
    if runner.state.plan is None:
        started = events.JobStarted(
            job_id=job.id,
            plan=plan,
            digest=digest(plan),
            who=handover.who,
            origin=handover.origin,
            pid=os.getpid(),
            secrets=prints,
            unsearched=unsearched(secrets),
        )
        runner.tell(started, durable=True)
        _give_up(runner, handover)
        return
    if not runner.state.outcome and not runner.state.interrupted:
        runner.tell(events.ProcessLost(what="The job's process was gone."))
    resumed = events.Resumed(
        who=handover.who,
        origin=handover.origin,
        pid=os.getpid(),
        choice=handover.choice,
        reason=handover.reason,
        again=() if handover.choice == "abandon" else asked_again(runner.state),
    )
    runner.tell(resumed, durable=True)
    _give_up(runner, handover)


def _give_up(runner: Runner, handover: Handover) -> None:
    """Turn back for a person who gives the job up: only what they were told is put back."""
    if handover.choice != "abandon":
        return
    turned = events.TurnedBack(
        because="abandoned",
        exit_code=Exit.CANCELLED,
        what=f"Given up by {handover.who}: {handover.reason.rstrip('.')}",
        who=handover.who,
        only=handover.put_back,
        leaves=handover.leaves,
    )
    runner.tell(turned, durable=True)


def _terminated(runner: Runner) -> NoReturn:
    """SIGTERM, as when the machine goes down: say so and go; the job can be resumed."""
    try:
        runner.tell(events.ProcessLost(what="The job's process was told to end (SIGTERM)."), durable=True)
    except RecordError as error:
        print(error, file=sys.stderr, flush=True)
    os._exit(128 + signal.SIGTERM)
