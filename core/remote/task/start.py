"""Starting a task: once, whatever happens to the connection, and however often it is asked."""

import base64
import re
from typing import Final

from core.errors import ConsoleError
from core.remote.fence import LOST, Fence, fence_lost
from core.remote.patience import patiently
from core.remote.script import assign, compose
from core.remote.task.model import NeverRan, Task, check_id
from core.remote.task.state import look
from core.remote.trouble import known, trouble
from core.ssh.host import Host, Result

_VERDICT: Final = re.compile(rb"^mageconsole-task (started|joined|refused ([a-z-]+))$", re.MULTILINE)
_REFUSALS: Final = {
    b"settled": "it was settled before that this task never runs",
    b"no-directory": "the directory in which it should run is not there",
    b"no-tasks-directory": "the directory for tasks has no parent",
    b"no-proc": "/proc is not readable on the host",
    b"no-builtin-printf": "`sh` has no built-in printf: what is secret would be in an argument list",
}
_ATTEMPTS: Final = 3


def wrapper(address: str, tasks_dir: str, task: Task, fence: Fence | None, payload: bytes) -> str:
    """Return the script that an exec'd shell runs to become the task's wrapper."""
    values = assign(
        tasks=tasks_dir,
        task=f"{tasks_dir}/{check_id(task.id)}",
        id=task.id,
        job=" ".join(task.mark.split()),
        directory=task.directory,
        limit="" if task.limit_s is None else f"{task.limit_s:.3f}",
        umask=task.umask,
        script=task.script,
        payload=base64.b64encode(payload).decode(),
        fenced="yes" if fence else "",
        confidential="yes" if task.confidential else "",
    )
    opening = fence.opening(address) if fence else ""
    return compose("process", "detach", body=values + opening + compose("process", "task", "why", "wrapper"))


def _read(host: Host, task: Task, result: Result) -> bool:
    """Return whether the task is known to run (or to have run). Raises ConsoleError for a refusal."""
    if LOST in result.err:
        raise fence_lost(host.address)
    verdict = _VERDICT.search(result.out)
    if verdict is None:
        return False
    if not verdict[2]:
        return True
    doing = f"Task {task.id} was not started"
    if verdict[2] in _REFUSALS:
        raise ConsoleError("task-refused", f"{doing}: {_REFUSALS[verdict[2]]}.", where=host.address)
    raise trouble(result.err, doing, host.address, code="task-refused")


async def start(host: Host, tasks_dir: str, task: Task, fence: Fence | None, payload: bytes = b"") -> None:
    """Start a task, or join the one of this id: it never runs twice.

    `payload` is its standard input; it stays in memory on the host, too. Raises ConsoleError `fence-lost`,
    `task-refused`, `disk-full`, `read-only`, `no-permission`, `host-lost`.
    """
    script = wrapper(host.address, tasks_dir, task, fence, payload)
    what = f"starting task {task.id}"
    result = Result(None, b"", b"")
    for _ in range(_ATTEMPTS):
        result = await patiently(lambda: host.launch(script), what)
        if _read(host, task, result):
            return
        state = await patiently(lambda: look(host, tasks_dir, task.id), what)
        if not isinstance(state, NeverRan):
            return
    doing = f"Task {task.id} was not started"
    known(result, doing, host.address)
    raise trouble(result.err, doing, host.address, code="task-refused")
