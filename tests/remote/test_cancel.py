"""Stopping tasks: by a person, and when their time is over."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from core.remote.task import CouldNot, Exited, NeverRan, Stopped, cancel, look, run, start
from tests.remote.station import EVERYWHERE, Output, Station, alive, number, until
from tests.support.local_host import LocalHost

STUBBORN = "sh -c 'trap \"\" TERM; echo $$ > {0}; while :; do sleep 0.1; done'"
ESCAPED = "setsid sh -c 'echo $$ > {0}; exec sleep 60' &"
PLAIN = "sh -c 'echo $$ > {0}; exec sleep 60'"


async def _started(station: Station, script: str, *names: str, **more: object) -> tuple[str, list[int]]:
    task = station.task(script, **more)  # type: ignore[arg-type] # the test's own values
    await start(station.host, station.tasks, task, None)
    await until(lambda: all(number(station.file(name)) for name in names))
    return task.id, [number(station.file(name)) for name in names]


async def test_term_is_enough_for_a_command_that_heeds_it(station: Station) -> None:
    script = "trap 'echo tidied > tidied; exit 9' TERM; echo 1 > ready; while :; do sleep 0.1; done"
    task, _ = await _started(station, script, "ready")
    assert await cancel(station.host, station.tasks, task) == Stopped()
    state = await look(station.host, station.tasks, task)
    assert isinstance(state, Exited)
    assert state.code == 9
    assert station.file("tidied").exists()


@EVERYWHERE
async def test_a_command_that_ignores_term_is_killed(station: Station) -> None:
    task, pids = await _started(station, "exec " + STUBBORN.format("stubborn"), "stubborn")
    assert await cancel(station.host, station.tasks, task, 0.5) == Stopped()
    assert not any(map(alive, pids))
    state = await look(station.host, station.tasks, task)
    assert isinstance(state, Exited)
    assert state.code == 137


@EVERYWHERE
async def test_what_left_the_group_is_stopped_too(station: Station) -> None:
    if station.kind == "bare":  # it has no setsid; the test's own is used
        (station.root / "bin0" / "setsid").symlink_to("/usr/bin/setsid")
    task, pids = await _started(station, ESCAPED.format("away") + PLAIN.format("here"), "away", "here")
    assert os.getpgid(pids[0]) != os.getpgid(pids[1])
    assert await cancel(station.host, station.tasks, task, 2) == Stopped()
    assert not any(map(alive, pids))


async def test_one_that_outlived_a_cut_off_cancel_is_found_by_the_next(station: Station) -> None:
    if station.kind == "bare":
        (station.root / "bin0" / "setsid").symlink_to("/usr/bin/setsid")
    away = "setsid " + STUBBORN.format("away") + " & "
    task, pids = await _started(station, away + PLAIN.format("here"), "away", "here")
    first = asyncio.create_task(cancel(station.host, station.tasks, task, 30))
    await until(lambda: not alive(pids[1]))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert alive(pids[0])
    assert await cancel(await station.connect(), station.tasks, task, 0.3) == Stopped()
    assert not alive(pids[0])


@pytest.mark.parametrize("kind", ["local", "openssh"])
async def test_a_daemon_that_an_ended_task_left_on_purpose_is_left_alone(station: Station) -> None:
    task, pids = await _started(station, ESCAPED.format("away") + "sleep 0.2", "away")
    await until(lambda: (station.root / ".mageconsole/tasks" / task / "exit").exists())
    assert await cancel(station.host, station.tasks, task, 0.3) == Stopped()
    assert alive(pids[0])
    os.kill(pids[0], 9)


async def test_one_that_never_ran_never_will(station: Station) -> None:
    task = station.task("echo ran > counter")
    assert await cancel(station.host, station.tasks, task.id) == Stopped()
    assert await look(station.host, station.tasks, task.id) == NeverRan()


async def test_run_stops_when_asked_and_hands_on_the_last_words(station: Station) -> None:
    output = Output()
    task = station.task("trap 'echo last words; exit 5' TERM; echo begun; while :; do sleep 0.1; done")
    code = await run(station.host, station.tasks, task, None, output, cancelled=lambda: b"begun" in output.data)
    assert code == 5
    assert output.data.startswith(b"begun\n")
    assert output.data.endswith(b"last words\n")


@EVERYWHERE
async def test_beyond_its_limit_it_is_stopped_by_the_host_itself(station: Station) -> None:
    if station.kind == "bare":
        (station.root / "bin0" / "setsid").symlink_to("/usr/bin/setsid")
    script = ESCAPED.format("away") + "echo begun; " + PLAIN.format("here")
    task, pids = await _started(station, script, "away", "here", limit_s=0.6)
    await until(lambda: (station.root / ".mageconsole/tasks" / task / "exit").exists())
    state = await look(station.host, station.tasks, task)
    assert isinstance(state, Exited)
    assert (state.code, state.note) == (124, "limit")
    assert not any(map(alive, pids))


async def test_a_command_that_ends_well_after_its_limit_is_no_success(station: Station) -> None:
    script = "trap 'exit 0' TERM; while :; do sleep 0.05; done"
    assert await run(station.host, station.tasks, station.task(script, limit_s=0.4), None, Output()) == 124


@EVERYWHERE
async def test_nothing_of_ours_is_left_when_a_task_has_ended(station: Station) -> None:
    task = station.task("true", limit_s=3600)
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    pid, _, group = station.part(task, "claim/id").read_text().split()[:3]
    await until(lambda: not alive(int(pid)))
    if group == pid:
        await until(lambda: not _members(int(group)))


def _members(group: int) -> list[int]:
    found = []
    for name in (path.name for path in Path("/proc").iterdir()):
        if name.isdigit() and alive(int(name)):
            try:
                found += [int(name)] if os.getpgid(int(name)) == group else []
            except ProcessLookupError:
                continue
    return found


@pytest.mark.parametrize("kind", ["local"])
async def test_what_could_not_be_stopped_is_said(station: Station, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root's process in a task of somebody else; who does not run the tests as root has none to spare but 1."""
    host, pid = station.host, 1
    sleeper = None
    if os.getuid() == 0:
        sleeper = await asyncio.create_subprocess_exec("sleep", "60")
        pid = sleeper.pid
        host = LocalHost(wrap=("setpriv", "--reuid", "65534", "--clear-groups"))
    task = station.task("true")
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    stat = (await station.host.sh(f"cat /proc/{pid}/stat")).out.rpartition(b")")[2].split()
    boot = station.part(task, "claim/id").read_text().split()[4]
    station.part(task, "claim/id").write_text(f"{pid} {stat[19].decode()} {stat[2].decode()} 1 {boot}\n")
    station.part(task, "exit").unlink()
    await station.host.sh(f"chmod -R a+rwX {station.dot}")
    monkeypatch.setattr(sys.modules["core.remote.task.cancel"], "_KILL_S", 0.5)
    outcome = await cancel(host, station.tasks, task.id, 0.3)
    assert isinstance(outcome, CouldNot)
    assert pid in outcome.pids
    if sleeper:
        sleeper.kill()
        await sleeper.wait()
