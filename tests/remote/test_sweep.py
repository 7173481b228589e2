"""Listing tasks and removing old ones."""

import asyncio
import os
import signal

import pytest

from core.remote.task import Exited, NeverRan, Running, Vanished, list_tasks, look, run, start, sweep
from tests.remote.station import Output, Station, until


@pytest.mark.parametrize("kind", ["local", "openssh"])
async def test_old_ended_ones_go_and_nothing_that_lives(station: Station) -> None:
    living = station.task("sleep 60", mark="job-2")
    orphan = station.task("exec sleep 60")
    for task in (living, orphan):
        await start(station.host, station.tasks, task, None)
    os.kill((await station.running(orphan)).pid, signal.SIGKILL)
    ended = [station.task("exit 2") for _ in range(4)]
    for n, task in enumerate(ended):
        assert await run(station.host, station.tasks, task, None, Output()) == 2
        os.utime(station.part(task, ""), (0, 1000 * n))
    await station.host.sh(f"mkdir {station.tasks}/about-to-start {station.tasks}/.gone.leftover")
    listed = {task.id: task for task in await list_tasks(station.host, station.tasks)}
    assert listed[living.id].job == "job-2"
    assert isinstance(listed[living.id].state, Running)
    assert isinstance(listed["about-to-start"].state, NeverRan)
    assert all(isinstance(listed[task.id].state, Exited) for task in ended)
    assert await sweep(station.host, station.tasks, 2) == (ended[1].id, ended[0].id)
    kept = {task.id for task in await list_tasks(station.host, station.tasks)}
    assert kept == {living.id, orphan.id, ended[2].id, ended[3].id, "about-to-start"}
    assert not station.part(ended[0], "").exists()
    assert not (station.root / ".mageconsole/tasks/.gone.leftover").exists()
    state = await look(station.host, station.tasks, orphan.id)
    assert isinstance(state, Vanished)
    for pid in (*state.pids, (await station.running(living)).pid):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("kind", ["local"])
async def test_where_nothing_was_ever_run_there_is_nothing(station: Station) -> None:
    assert await list_tasks(station.host, station.tasks) == ()
    assert await sweep(station.host, station.tasks, 5) == ()


@pytest.mark.parametrize("kind", ["local"])
async def test_sweeping_while_tasks_start_harms_none(station: Station) -> None:
    tasks = [station.task("echo ran >> counter") for _ in range(6)]

    async def sweeping() -> None:
        for _ in range(10):
            await sweep(station.host, station.tasks, 100)

    sweeper = asyncio.create_task(sweeping())
    for task in tasks:
        assert await run(station.host, station.tasks, task, None, Output()) == 0
    await sweeper
    assert station.file("counter").read_text() == "ran\n" * 6


@pytest.mark.parametrize("kind", ["local"])
async def test_a_confidential_log_that_nobody_read_goes_after_a_day(station: Station) -> None:
    secret, plain = station.task("echo told", confidential=True), station.task("echo told")
    for task in (secret, plain):
        await start(station.host, station.tasks, task, None)
        await until(station.part(task, "exit").exists)
        os.utime(station.part(task, ""), (0, 1000))
    assert await sweep(station.host, station.tasks, 5) == ()
    assert not station.part(secret, "log").exists()
    assert station.part(plain, "log").exists()
