"""What is told of a task whose wrapper is gone, and who is never taken for it."""

import os
import signal
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.remote.task import Exited, Running, Stopped, Vanished, cancel, look, run, start
from tests.remote.station import EVERYWHERE, Output, Station, alive, number, until


async def _killed(station: Station, script: str) -> tuple[str, int]:
    """Start a task, kill its wrapper; return its id and the pid that the script wrote to `child`."""
    task = station.task(script)
    await start(station.host, station.tasks, task, None)
    await until(lambda: number(station.file("child")) > 0)
    wrapper = (await station.running(task)).pid
    os.kill(wrapper, signal.SIGKILL)
    await until(lambda: not alive(wrapper))
    return task.id, number(station.file("child"))


@EVERYWHERE
async def test_a_killed_wrapper_is_told_with_what_lives_on(station: Station) -> None:
    task, child = await _killed(station, "sh -c 'echo $$ > child; exec sleep 60'")
    state = await look(station.host, station.tasks, task)
    assert isinstance(state, Vanished)
    assert child in state.pids
    assert await cancel(station.host, station.tasks, task, 2) == Stopped()
    assert not alive(child)
    state = await look(station.host, station.tasks, task)
    assert isinstance(state, Vanished)
    assert state.pids == ()


async def test_a_shell_that_never_executed_anything_is_found_too(station: Station) -> None:
    """Its /proc/PID/environ has no mark: only exec writes that."""
    task, child = await _killed(
        station, "read -r pid rest < /proc/self/stat; mkfifo fifo; echo $pid > child; read -r never < fifo"
    )
    state = await look(station.host, station.tasks, task)
    assert isinstance(state, Vanished)
    assert child in state.pids
    assert await cancel(station.host, station.tasks, task, 2) == Stopped()
    assert not alive(child)


async def test_run_raises_for_a_task_that_vanished(station: Station) -> None:
    script = "while [ ! -s wrapper ]; do sleep 0.02; done; echo begun; kill -KILL $(cat wrapper)"
    task = station.task(script)
    await start(station.host, station.tasks, task, None)
    station.file("wrapper").write_text(str((await station.running(task)).pid))
    output = Output()
    with pytest.raises(ConsoleError) as error:
        await run(station.host, station.tasks, task, None, output)
    assert error.value.code == "task-vanished"
    assert output.data == b"begun\n"


async def _rewrite(station: Station, task_id: str, field: int, value: str) -> None:
    """Change one field of the claim: pid, start time, group, since, boot id."""
    path = Path(station.tasks) / task_id / "claim" / "id"
    fields = path.read_text().split()
    fields[field] = value
    path.write_text(" ".join(fields) + "\n")


async def test_a_restarted_host_is_told(station: Station) -> None:
    task = station.task("sleep 60")
    await start(station.host, station.tasks, task, None)
    assert isinstance(await look(station.host, station.tasks, task.id), Running)
    await _rewrite(station, task.id, 4, "11111111-2222-3333-4444-555555555555")
    state = await look(station.host, station.tasks, task.id)
    assert state == Vanished("the host was restarted while it ran")
    pid = int(station.part(task, "claim/id").read_text().split()[0])
    assert await cancel(station.host, station.tasks, task.id, 1) == Stopped()
    assert alive(pid), "after a restart the numbers mean nothing"
    await station.host.sh(f"kill -KILL -{pid} {pid}")


async def test_another_process_with_the_same_number_is_never_taken_for_it(station: Station) -> None:
    task, _ = await _killed(station, "sh -c 'echo $$ > child; exec sleep 60'")
    await cancel(station.host, station.tasks, task, 2)
    made = await station.host.launch("sleep 60 >/dev/null 2>&1 & echo $!")
    stranger = int(made.out.split()[-1])
    group = os.getpgid(stranger)
    await _rewrite(station, task, 0, str(stranger))
    await _rewrite(station, task, 2, str(group))
    station_child = Path(station.tasks) / task / "child"
    station_child.write_text(f"{stranger} 1\n")
    state = await look(station.host, station.tasks, task)
    assert isinstance(state, Vanished)
    assert state.pids == ()
    assert await cancel(station.host, station.tasks, task, 1) == Stopped()
    assert alive(stranger)
    await station.host.sh(f"kill {stranger}")


@pytest.mark.parametrize("text", ["", "0", "zero 1700000000", "0 later", "\x1b[2J 1"])
@pytest.mark.parametrize("kind", ["local"])
async def test_a_damaged_exit_code_is_never_success(station: Station, text: str) -> None:
    task = station.task("true")
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    station.part(task, "exit").write_text(text)
    state = await look(station.host, station.tasks, task.id)
    assert not isinstance(state, Exited)
    with pytest.raises(ConsoleError) as error:
        await run(station.host, station.tasks, task, None, Output())
    assert error.value.code == "task-vanished"
