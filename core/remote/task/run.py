"""Running a task to its end: start or join, follow, cancel when asked, return the exit code."""

from collections.abc import Awaitable, Callable

from core.errors import ConsoleError
from core.remote.fence import Fence
from core.remote.task.cancel import cancel
from core.remote.task.follow import observe
from core.remote.task.model import CouldNot, Exited, NeverRan, State, Task, Vanished
from core.remote.task.start import start
from core.remote.task.sweep import forget_log
from core.ssh.host import Host


async def run(
    host: Host,
    tasks_dir: str,
    task: Task,
    fence: Fence | None,
    on_output: Callable[[bytes, int], Awaitable[None]],
    offset: int = 0,
    payload: bytes = b"",
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Start the task or join it, hand on its log, and return its exit code.

    `on_output` gets bytes and the offset at which they end; `offset`: where an earlier run had got to.
    When `cancelled` turns true the task is stopped; the code is then what its end came to (143, 137, or
    whatever the command made of it): ask `cancelled` before trusting a 0. Raises what `start` raises, and
    ConsoleError `host-lost`, `task-vanished`, `task-not-stopped`, `disk-full`.
    """
    await start(host, tasks_dir, task, fence, payload)
    stopping = False
    last: State = NeverRan()
    async for state, chunk in observe(host, tasks_dir, task.id, offset):
        last = state
        if chunk.data:
            await on_output(chunk.data, chunk.end)
        if not stopping and cancelled():
            stopping = True
            _stopped(host, task, await cancel(host, tasks_dir, task.id))
    code = _code(host, task, last)
    if task.confidential and code == 0:
        await forget_log(host, tasks_dir, task.id)
    return code


def _stopped(host: Host, task: Task, outcome: object) -> None:
    """Raise when processes of the task live on."""
    if isinstance(outcome, CouldNot):
        pids = ", ".join(map(str, outcome.pids))
        raise ConsoleError(
            "task-not-stopped",
            f"Task {task.id} could not be stopped: processes {pids} live on.",
            where=host.address,
            remedy="Look at them on the host; another user's processes must be stopped by that user.",
        )


def _code(host: Host, task: Task, state: State) -> int:
    """Return the exit code of a task that ended. Raises ConsoleError when there is none to be trusted."""
    if isinstance(state, Exited):
        if "disk-full" in state.note:
            raise ConsoleError(
                "disk-full",
                f"The disk was full when task {task.id} ended (with {state.code}): its output may be cut.",
                where=host.address,
                remedy="Free space, then see what it left behind.",
            )
        return state.code
    why = state.why if isinstance(state, Vanished) else "it never ran"
    alive = ""
    if isinstance(state, Vanished) and state.pids:
        alive = f" Processes of it still live: {', '.join(map(str, state.pids))}."
    raise ConsoleError(
        "task-vanished",
        f"How task {task.id} ended is not known: {why}.{alive}",
        where=host.address,
        remedy="See on the host what it did, before anything is run again.",
    )
