"""The tasks of a host: listed, and the old ones among them removed."""

import re
from collections.abc import Iterable
from typing import Final

from core.errors import ConsoleError
from core.remote.script import compose
from core.remote.task.model import Exited, Listed, NeverRan, State, Vanished, check_id, lives
from core.remote.task.state import answer, parse
from core.ssh.host import Host
from core.text import one_line

_DAY_S: Final = 86400
_LINE: Final = re.compile(
    rb"(?P<id>[A-Za-z0-9][A-Za-z0-9._-]*) (?P<age>-?\d+) (?P<since>\d+) (?P<job>.*)\t(?P<state>.*)"
)


async def list_tasks(host: Host, tasks_dir: str) -> tuple[Listed, ...]:
    """Return the tasks of a host, the newest first. Raises LinkLost, ConsoleError."""
    return tuple(task for _, task in await _aged(host, tasks_dir))


async def _aged(host: Host, tasks_dir: str) -> list[tuple[int, Listed]]:
    """Return each task with the seconds since its directory was last touched, the newest first."""
    text = compose("process", "task", "list", tasks=tasks_dir)
    out = answer(host, await host.sh(text, limit_s=120), "Listing the tasks")
    found = []
    for line in out.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            raise ConsoleError("task-unreadable", f"Not a task: {one_line(line)}", where=host.address)
        state = parse(match["state"], host.address)
        task = Listed(match["id"].decode(), one_line(match["job"]), state, int(match["since"]))
        found.append((int(match["age"]), task))
    return sorted(found, key=lambda item: item[0])


async def sweep(host: Host, tasks_dir: str, keep: int) -> tuple[str, ...]:
    """Remove ended tasks but the newest `keep`, and those a day old that nobody ran; return their ids.

    Never one of which a process lives, or one that may be about to start. Confidential logs of successes
    that nobody read within a day go, too.
    """
    tasks = await _aged(host, tasks_dir)
    ended = [
        task.id for _, task in tasks if isinstance(task.state, Exited | Vanished) and not lives(task.state)
    ]
    unused = [task.id for age, task in tasks if isinstance(task.state, NeverRan) and age > _DAY_S]
    gone = ended[max(keep, 0) :] + unused
    stale = [task.id for age, task in tasks if age > _DAY_S and _succeeded(task.state)]
    text = compose("sweep", tasks=tasks_dir, ids=_words(gone), read=_words(stale))
    answer(host, await host.sh(text, limit_s=300), "Removing old tasks")
    return tuple(gone)


def _words(ids: Iterable[str]) -> str:
    return " ".join(map(check_id, ids))


def _succeeded(state: State) -> bool:
    return isinstance(state, Exited) and state.code == 0


async def forget_log(host: Host, tasks_dir: str, task_id: str) -> None:
    """Remove the log of a task that was given secrets."""
    text = compose("forget", task=f"{tasks_dir}/{check_id(task_id)}")
    answer(host, await host.sh(text, limit_s=60), f"Removing the log of task {task_id}")
