"""Looking at a task: its state, and what its log holds from an offset."""

from core.errors import ConsoleError
from core.remote.script import compose
from core.remote.task.model import Chunk, Exited, NeverRan, Running, State, Vanished, check_id
from core.remote.trouble import known, trouble
from core.ssh.host import Host, Result
from core.text import one_line

_WHY = {
    "rebooted": "the host was restarted while it ran",
    "killed": "its wrapper was killed, or could not write the exit code",
    "unclear": "its directory is damaged",
}


def parse(line: bytes, where: str) -> State:
    """Return the state that a line of `mc_look` tells. Raises ConsoleError `task-unreadable`."""
    match line.decode("ascii", "replace").split():
        case ["never"]:
            return NeverRan()
        case ["exited", code, at, *note] if code.isdigit() and at.isdigit():
            return Exited(int(code), int(at), " ".join(note))
        case ["running", pid, since] if pid.isdigit() and since.isdigit():
            return Running(int(pid), int(since))
        case ["vanished", _, why, *pids] if why in _WHY:
            return Vanished(_WHY[why], tuple(int(pid) for pid in pids if pid.isdigit()))
        case ["exited", *_]:
            return Vanished("what it left as its exit code is damaged")
    raise ConsoleError("task-unreadable", f"The host's answer makes no sense: {one_line(line)}", where=where)


def script(name: str, tasks_dir: str, task_id: str, **values: str | int | float) -> str:
    """Return the named script of this package for one task."""
    task = f"{tasks_dir}/{check_id(task_id)}"
    return compose("process", "task", name, tasks=tasks_dir, task=task, **values)


def answer(host: Host, result: Result, doing: str) -> bytes:
    """Return the output of a script that succeeded. Raises LinkLost, ConsoleError."""
    if known(result, doing, host.address) == 0:
        return result.out
    if b"no-directory" in result.err:
        raise ConsoleError(
            "no-tasks-directory",
            f"{doing}: the directory that holds the tasks is not there.",
            where=host.address,
            remedy="Is the file system mounted?",
        )
    if b"no-proc" in result.err:
        raise ConsoleError("no-proc", f"{doing}: /proc is not readable.", where=host.address)
    raise trouble(result.err, doing, host.address, code="task-unreadable")


async def peek(host: Host, tasks_dir: str, task_id: str, offset: int, limit: int) -> tuple[State, Chunk]:
    """Return the state and at most `limit` bytes of the log from `offset`, in one round trip.

    The state is the older of the two: once it is an end, a chunk without data is the end of the log.
    """
    text = script("look", tasks_dir, task_id, offset=offset, limit=limit)
    out = answer(host, await host.sh(text, limit_s=30), f"Looking at task {task_id}")
    line, _, data = out.partition(b"\n")
    return parse(line, host.address), Chunk(offset, data)


async def look(host: Host, tasks_dir: str, task_id: str) -> State:
    """Return the state of a task. Raises LinkLost, or ConsoleError when it can't be told.

    Running needs the very process that claimed the task: pid, start time and boot id are compared.
    """
    state, _ = await peek(host, tasks_dir, task_id, 0, 0)
    return state
