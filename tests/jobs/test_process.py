"""A job's life in a process of its own: detached, followed, controlled, resumed."""

import asyncio
import contextlib
import os
import pwd
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.jobs import commands, events
from core.jobs.control import send
from core.jobs.detach import Surroundings, detach_problem
from core.jobs.follow import follow
from core.jobs.launch import resume, start
from core.jobs.state import Standing
from core.jobs.store import Job, Store, summary
from core.secret import Secret
from tests.jobs.conftest import ROOT, Make, toy_worker
from tests.support.kill_matrix import to_the_end
from tests.support.toy import LINES, counts, plan_of


async def _until(job: Job, waiting_for: str) -> None:
    async with asyncio.timeout(30):
        while job.state().waiting_for != waiting_for:  # noqa: ASYNC110 - another process's journal
            await asyncio.sleep(0.02)


async def _dead(job: Job) -> None:
    async with asyncio.timeout(30):
        while job.alive:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)


async def test_a_job_runs_detached_and_is_followed_to_its_end(make: Make) -> None:
    job = make({"id": "close", "kind": "ensure"}, {"id": "upgrade", "kind": "task"})
    await start(job, worker=toy_worker())
    seen = [event async for event in follow(job)]
    assert isinstance(seen[0], events.JobStarted)
    assert isinstance(seen[-1], events.JobEnded)
    assert [event.seq for event in seen] == list(range(1, len(seen) + 1))
    first = seen[0]
    assert os.getsid(0) != first.pid
    assert [event.seq async for event in follow(job, from_seq=4)] == list(range(4, len(seen) + 1))
    await _dead(job)
    assert summary(job).standing is Standing.DONE
    assert not job.control.exists()


async def test_variables_with_secrets_are_not_in_the_environment_of_a_job(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAGECONSOLE_SECRET_PRODUCTION__DB__PASSWORD", "hunter2-hunter2")
    job = make({"id": "close", "kind": "ensure"}, {"id": "gate", "kind": "gate"})
    await start(job, worker=toy_worker())
    await _until(job, "gate")
    (process,) = [event.pid async for event in _first(job)]
    environment = await asyncio.to_thread(Path(f"/proc/{process}/environ").read_bytes)
    assert b"PATH=" in environment
    assert b"hunter2" not in environment
    os.kill(process, signal.SIGKILL)


async def _first(job: Job) -> AsyncIterator[events.JobStarted]:
    async for event in follow(job):
        if isinstance(event, events.JobStarted):
            yield event
            return


_STARTER = """
import asyncio, sys, time
from pathlib import Path
from core.jobs.launch import start
from core.jobs.store import Job
asyncio.run(start(Job(Path(sys.argv[1])), worker=sys.argv[2:]))
print("started", flush=True)
time.sleep(60)
"""


def _starter(job: Job) -> "subprocess.Popen[bytes]":
    """Return a process like an operator's shell, which started the job and is still there."""
    return subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(job.directory), *toy_worker()],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        start_new_session=True,
    )


async def test_a_hangup_of_the_whole_terminal_does_not_stop_it(make: Make, world: Path) -> None:
    job = make({"id": "upgrade", "kind": "task", "lines": 60}, {"id": "close", "kind": "ensure"})
    starter = _starter(job)
    assert starter.stdout is not None
    assert await asyncio.to_thread(starter.stdout.readline) == b"started\n"
    pid = job.state().pid
    assert os.getsid(pid) not in (starter.pid, pid)  # another session, of which it is not the leader either
    os.killpg(starter.pid, signal.SIGHUP)
    os.kill(pid, signal.SIGHUP)
    assert starter.wait() == -signal.SIGHUP
    starter.stdout.close()
    assert (await to_the_end(job)).outcome == "done"
    assert counts(world) == {"upgrade": 1, "close": 1}


async def test_a_lost_process_is_shown_and_resumed_by_one_only(make: Make, world: Path) -> None:
    job = make({"id": "upgrade", "kind": "task", "lines": 150}, {"id": "gate", "kind": "gate"})
    await start(job, worker=toy_worker())
    with pytest.raises(ConsoleError) as told:
        await resume(job, worker=toy_worker())
    assert told.value.code == "job-runs"
    os.kill(job.state().pid, signal.SIGKILL)
    seen = [event async for event in follow(job)]
    assert isinstance(seen[-1], events.ProcessLost)
    assert summary(job).standing is Standing.INTERRUPTED
    with pytest.raises(ConsoleError) as told:
        await send(job, commands.Ask())
    assert told.value.code == "job-not-running"
    await resume(job, worker=toy_worker())
    await _until(job, "gate")
    assert summary(job).standing is Standing.WAITING
    state = await to_the_end(job)
    assert (state.outcome, state.resumes) == ("done", 1)
    assert counts(world) == {"upgrade": 1}
    assert len((world / "said" / "upgrade").read_text().splitlines()) == 150 != LINES
    with pytest.raises(ConsoleError) as told:
        await resume(job, worker=toy_worker())
    assert told.value.code == "job-ended"


async def test_a_stopped_job_is_resumed_with_another_try(make: Make, world: Path) -> None:
    job = make(
        {"id": "upgrade", "kind": "task", "point_of_no_return": True},
        {"id": "verify", "kind": "probe", "phase": "verify", "needs": "made/healthy"},
    )
    await start(job, worker=toy_worker())
    stopped = await to_the_end(job)
    assert (stopped.outcome, stopped.exit_code, stopped.choices) == ("stopped", 5, ("retry",))
    await _dead(job)
    with pytest.raises(ConsoleError) as told:
        await resume(job, choice="skip", reason="in a hurry", worker=toy_worker())
    assert told.value.code == "not-skippable"
    (world / "made" / "healthy").touch()
    await resume(job, worker=toy_worker())
    assert (await to_the_end(job)).outcome == "done"
    assert counts(world) == {"upgrade": 1, "verify": 2}


async def test_verification_is_never_skipped_when_a_job_is_resumed(make: Make, world: Path) -> None:
    job = make(
        {"id": "verify", "kind": "probe", "phase": "verify"},
        {"id": "open", "kind": "ensure", "phase": "verify"},
        {"id": "record", "kind": "task", "phase": "finish", "lines": 200},
    )
    await start(job, worker=toy_worker())
    async with asyncio.timeout(20):
        while counts(world).get("record") != 1:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    os.kill(job.state().pid, signal.SIGKILL)
    await _dead(job)
    await resume(job, worker=toy_worker())
    assert (await to_the_end(job)).outcome == "done"
    assert counts(world) == {"verify": 2, "open": 1, "record": 1}


async def test_sigterm_is_written_down(make: Make) -> None:
    job = make({"id": "gate", "kind": "gate"})
    await start(job, worker=toy_worker())
    await _until(job, "gate")
    os.kill(job.state().pid, signal.SIGTERM)
    await _dead(job)
    state = job.state()
    assert (state.interrupted, summary(job).standing) == (True, Standing.INTERRUPTED)


async def test_the_control_socket_is_private_and_knows_its_peer(make: Make) -> None:
    job = make({"id": "gate", "kind": "gate"})
    await start(job, worker=toy_worker())
    await _until(job, "gate")
    assert stat.S_IMODE(job.control.stat().st_mode) == 0o600
    for path in (job.directory, job.logs):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in job.directory.iterdir() if path.is_file()} == {0o600}
    reply = await send(job, commands.Ask())
    assert (reply.standing, reply.waiting_for) == ("waiting", "gate")
    with pytest.raises(ConsoleError) as told:
        await send(job, commands.Retry())
    assert told.value.code == "nothing-to-choose"
    await send(job, commands.Refuse())
    state = await to_the_end(job)
    answers = [e for e in events_of(job) if isinstance(e, events.GateAnswered)]
    assert answers[0].who.endswith(pwd.getpwuid(job.control.parent.stat().st_uid).pw_name)
    assert state.exit_code == 3


def events_of(job: Job) -> list[events.Event]:
    """Return all events of a job."""
    return [events.decode(line) for line in job.journal.read_bytes().splitlines()]


async def test_garbage_on_the_socket_is_answered_and_harms_nothing(store: Store, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 90) / ("e" * 90)  # longer than a socket's name may be
    job = Store(str(deep)).create(plan_of(tmp_path / "w", {"id": "gate", "kind": "gate"}), b"")
    await start(job, worker=toy_worker())
    await _until(job, "gate")
    handle = os.open(job.directory, os.O_PATH)
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(f"/proc/self/fd/{handle}/control")
        raw.sendall(b"\xff{}\n")
        assert b"bad-command" in await asyncio.to_thread(raw.recv, 4096)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            raw.sendall(b"x" * (1 << 18))
    os.close(handle)
    assert stat.S_IMODE(job.control.stat().st_mode) == 0o660
    assert stat.S_IMODE(job.directory.stat().st_mode) == 0o2770
    # A colleague who resumes the job writes into each of them.
    shut = [path.name for path in job.directory.rglob("*") if path.stat().st_mode & 0o060 != 0o060]
    assert not shut
    await send(job, commands.Cancel())
    assert (await to_the_end(job)).exit_code == 4


async def test_a_worker_that_does_not_come_up_is_told_with_its_last_words(make: Make) -> None:
    job = make({"id": "look", "kind": "probe"})
    with pytest.raises(ConsoleError) as told:
        await start(job, worker=(sys.executable, "-c", "raise SystemExit('no such thing')"))
    assert told.value.code == "job-did-not-start"
    assert "no such thing" in told.value.what


def _visible(job: Job, pid: int) -> bytes:
    """Return all that can be read of a job and its process."""
    seen = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
    return seen + b"".join(path.read_bytes() for path in job.directory.rglob("*") if path.is_file())


async def test_secrets_go_through_the_pipe_alone_and_a_changed_one_is_refused(make: Make) -> None:
    job = make({"id": "gate", "kind": "gate"})
    canary = "canary-'secret'\nümlaut"
    await start(job, {"key": Secret(canary), "short": Secret("abc")}, worker=toy_worker())
    await _until(job, "gate")
    pid = job.state().pid
    seen = _visible(job, pid)
    assert b"canary" not in seen
    assert job.state().unsearched == ("short",)
    os.kill(pid, signal.SIGKILL)
    await _dead(job)
    with pytest.raises(ConsoleError) as told:
        await resume(job, {"key": Secret("another-value")}, worker=toy_worker())
    assert told.value.code == "secret-changed"
    await resume(job, {"key": Secret(canary)}, worker=toy_worker())
    assert (await to_the_end(job)).outcome == "done"


def test_jobs_are_listed_and_found_by_number_and_by_a_part_of_their_id(make: Make, store: Store) -> None:
    jobs = [make({"id": "look", "kind": "probe"}) for _ in range(3)]
    assert {job.id for job in store.list()} == {job.id for job in jobs}
    assert [job.number for job in jobs] == [1, 2, 3]
    assert store.find("2").id == jobs[1].id
    assert store.find(jobs[2].id[-4:]).id == jobs[2].id
    for name, code in (("99999", "no-such-job"), ("-", "ambiguous-job")):
        with pytest.raises(ConsoleError) as told:
            store.find(name)
        assert told.value.code == code


def test_what_a_logout_would_kill_is_told() -> None:
    killed = Surroundings(kills=True, in_session=True, has_run=True, user="anna")
    assert "enable-linger anna" in detach_problem(killed)
    lingering = Surroundings(kills=True, in_session=True, lingers=True, has_run=True)
    assert (detach_problem(lingering), lingering.scope) == ("", True)
    assert detach_problem(Surroundings(kills=True, in_session=False)) == ""
    assert detach_problem(Surroundings()) == ""
