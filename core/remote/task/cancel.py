"""Stopping a task: its process group and what left it, and the proof that nothing is left."""

import asyncio
from typing import Final

from core.errors import ConsoleError
from core.remote.patience import patiently
from core.remote.task.model import CouldNot, Exited, NeverRan, State, Stopped
from core.remote.task.state import answer, parse, script
from core.ssh.host import Host

_POLL_S: Final = 0.25
_KILL_S: Final = 5.0
"""How long killed processes may take to go: those that wait for a disk do not go at once."""


async def settle(host: Host, tasks_dir: str, task_id: str) -> State:
    """Make sure that a task which never ran never will: win its claim.

    Returns NeverRan when that is so; another state when the task had been claimed before.
    """
    text = script("settle", tasks_dir, task_id)
    doing = f"Settling that task {task_id} never runs"

    async def attempt() -> State:
        return parse(answer(host, await host.sh(text, limit_s=30), doing).strip(), host.address)

    return await patiently(attempt, f"settling task {task_id}")


async def _signal(host: Host, tasks_dir: str, task_id: str, signal: str, *, wrapper: bool = False) -> list[int]:
    """Signal the task's processes (`0`: only count them); return those that lived, the wrapper first, or 0."""
    text = script("signal", tasks_dir, task_id, signal=signal, also="wrapper" if wrapper else "")

    async def attempt() -> list[int]:
        out = answer(host, await host.sh(text, limit_s=30), f"Stopping task {task_id}")
        if not out.split() or not all(word.isdigit() for word in out.split()):
            raise ConsoleError("task-unreadable", "The host's answer makes no sense.", where=host.address)
        return [int(word) for word in out.split()]

    return await patiently(attempt, f"stopping task {task_id}")


async def _wait(host: Host, tasks_dir: str, task_id: str, seconds: float, name: str) -> list[int]:
    """Wait until no process of the task lives, at most `seconds`; return those that do."""
    clock = asyncio.get_running_loop().time
    end = clock() + seconds
    while True:
        left = await _signal(host, tasks_dir, task_id, name)
        if not any(left) or clock() >= end:
            return left
        await asyncio.sleep(_POLL_S)


async def cancel(host: Host, tasks_dir: str, task_id: str, grace_s: float = 10) -> Stopped | CouldNot:
    """Stop a task: TERM to its process group and to what left it, KILL after `grace_s` seconds.

    It works by shell, so also where the login is root and sshd takes no signals. One that never ran is
    settled. An ended one is left alone, with the daemons that it may have started for good, unless it
    ended because it was cancelled. Raises LinkLost, ConsoleError.
    """
    state = await settle(host, tasks_dir, task_id)
    if isinstance(state, NeverRan) or (
        isinstance(state, Exited) and not await _cancelled(host, tasks_dir, task_id)
    ):
        return Stopped()
    await _signal(host, tasks_dir, task_id, "TERM")
    left = await _wait(host, tasks_dir, task_id, grace_s, "0")
    if any(left):
        left = await _wait(host, tasks_dir, task_id, _KILL_S, "KILL")
    if left[0] and not left[1:]:
        await _signal(host, tasks_dir, task_id, "KILL", wrapper=True)
        left = await _wait(host, tasks_dir, task_id, _KILL_S, "0")
    living = tuple(pid for pid in left if pid)
    return CouldNot(living) if living else Stopped()


async def _cancelled(host: Host, tasks_dir: str, task_id: str) -> bool:
    """Whether the task was cancelled before, by whomever."""
    text = script("cancelled", tasks_dir, task_id)

    async def attempt() -> bool:
        return answer(host, await host.sh(text, limit_s=30), f"Looking at task {task_id}").strip() == b"yes"

    return await patiently(attempt, f"stopping task {task_id}")
