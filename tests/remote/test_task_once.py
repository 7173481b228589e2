"""A task runs once, with what it was given."""

import asyncio
import os
import signal

import pytest

from core.errors import ConsoleError
from core.remote.task import Exited, NeverRan, look, run, settle, start
from tests.remote.station import EVERYWHERE, Output, Station
from tests.support.local_host import LocalHost


async def _run(station: Station, script: str, payload: bytes = b"", **more: object) -> tuple[int, bytes]:
    output = Output()
    task = station.task(script, **more)  # type: ignore[arg-type] # the test's own values
    code = await run(station.host, station.tasks, task, None, output, payload=payload)
    return code, output.data


@EVERYWHERE
async def test_started_by_many_at_once_and_again_afterwards_it_ran_once(station: Station) -> None:
    task = station.task("echo ran >> counter; sleep 0.3")
    other = await station.connect()
    await asyncio.gather(*(start(host, station.tasks, task, None) for host in (station.host, other) * 2))
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    await start(other, station.tasks, task, None)
    assert await run(other, station.tasks, task, None, Output()) == 0
    assert station.file("counter").read_text() == "ran\n"


CODES = {
    "true": 0,
    "exit 7": 7,
    "false": 1,
    "no-such-command-here": 127,
    "sh -c 'kill -KILL $PPID'; exit 0": 137,
    "if": 2,
}


@pytest.mark.parametrize("kind", ["local", "bash", "openssh"])
async def test_the_exit_code_is_the_commands(station: Station) -> None:
    assert {script: (await _run(station, script))[0] for script in CODES} == CODES


async def test_both_outputs_are_one_log_in_order(station: Station) -> None:
    script = "for n in 1 2 3; do echo out $n; echo err $n >&2; done; sh -c 'echo child'"
    assert await _run(station, script) == (0, b"out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\nchild\n")


@EVERYWHERE
async def test_it_runs_where_and_how_it_was_told(station: Station) -> None:
    script = 'pwd; umask; echo "$MAGECONSOLE_TASK $MAGECONSOLE_JOB"; cat; id -u'
    _, told = await _run(station, script, umask="0027", id="here.1")
    owner = station.root.stat().st_uid
    assert told == f"{station.root}\n0027\nhere.1 job-1\n{owner}\n".encode()


async def test_the_logins_umask_is_kept(station: Station) -> None:
    expected = (await station.host.sh("umask")).out
    assert (await _run(station, "umask"))[1] == expected


@EVERYWHERE
async def test_the_payload_is_its_standard_input_whole(station: Station) -> None:
    payload = bytes(range(256)) * 1200
    _, told = await _run(station, "cat > copy; wc -c < copy", payload)
    assert told.strip() == b"307200"
    assert station.file("copy").read_bytes() == payload


async def test_a_command_that_does_not_read_its_input_ends_all_the_same(station: Station) -> None:
    assert await _run(station, "echo done", b"x" * 300_000) == (0, b"done\n")


@EVERYWHERE
async def test_it_is_a_process_group_of_its_own_and_ignores_no_signal(station: Station) -> None:
    _, told = await _run(station, "while read -r line; do echo $line; done < /proc/self/status")
    task = station.task("sleep 60")
    await start(station.host, station.tasks, task, None)
    state = await station.running(task)
    if station.kind != "bare":  # without setsid it may share the group of the login's shell
        assert os.getpgid(state.pid) == state.pid == os.getsid(state.pid)
    ignored = next(line for line in told.decode().splitlines() if line.startswith("SigIgn:"))
    mask = int(ignored.split()[1], 16)
    for name in (signal.SIGTERM, signal.SIGHUP, signal.SIGPIPE, signal.SIGUSR1):
        assert not mask & (1 << (name - 1)), name


async def test_a_missing_directory_is_refused_and_nothing_ran(station: Station) -> None:
    task = station.task("echo ran >> /tmp/never", directory=f"{station.root}/absent")
    with pytest.raises(ConsoleError, match="directory in which it should run") as error:
        await start(station.host, station.tasks, task, None)
    assert error.value.code == "task-refused"
    assert await look(station.host, station.tasks, task.id) == NeverRan()
    station.file("absent").mkdir()
    await start(station.host, station.tasks, task, None)


async def test_without_its_parent_directory_nothing_looks_like_never_ran(station: Station) -> None:
    with pytest.raises(ConsoleError) as error:
        await look(station.host, f"{station.root}/not-mounted/tasks", "a")
    assert error.value.code == "no-tasks-directory"


async def test_a_starter_that_died_before_the_claim_does_not_keep_it_from_running(station: Station) -> None:
    task = station.task("echo ran >> counter")
    await station.host.sh(
        f"mkdir {station.tasks} {station.tasks}/{task.id} {station.tasks}/{task.id}/claim.1234"
    )
    assert await look(station.host, station.tasks, task.id) == NeverRan()
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    assert station.file("counter").read_text() == "ran\n"


async def test_what_was_settled_never_runs(station: Station) -> None:
    task = station.task("echo ran >> counter")
    assert await settle(station.host, station.tasks, task.id) == NeverRan()
    assert await settle(station.host, station.tasks, task.id) == NeverRan()
    with pytest.raises(ConsoleError, match="settled before") as error:
        await start(station.host, station.tasks, task, None)
    assert error.value.code == "task-refused"
    assert await look(station.host, station.tasks, task.id) == NeverRan()
    assert not station.file("counter").exists()


async def test_start_and_settle_at_once_agree(station: Station) -> None:
    other = await station.connect()
    for _ in range(4):
        task = station.task(f"echo ran >> counter-{station.made}")
        counter = station.file(f"counter-{station.made - 1}")
        state, started = await asyncio.gather(
            settle(other, station.tasks, task.id),
            start(station.host, station.tasks, task, None),
            return_exceptions=True,
        )
        if started is None:
            assert await run(station.host, station.tasks, task, None, Output()) == 0
        assert counter.exists() == (started is None) == (state != NeverRan())


@pytest.mark.parametrize("bad", ["", ".hidden", "../up", "a/b", "a b", "a\nb", "x" * 200])
async def test_ids_that_are_no_names_are_refused(bad: str) -> None:
    with pytest.raises(ConsoleError) as error:
        await look(LocalHost(), "/nowhere/tasks", bad)
    assert error.value.code == "task-refused"


async def test_a_finished_task_is_remembered_with_its_time(station: Station) -> None:
    task = station.task("exit 3")
    assert await run(station.host, station.tasks, task, None, Output()) == 3
    state = await look(await station.connect(), station.tasks, task.id)
    assert isinstance(state, Exited)
    assert state.code == 3
    clock = int((await station.host.sh("date +%s")).out)
    assert clock - 20 <= state.ended_at <= clock
