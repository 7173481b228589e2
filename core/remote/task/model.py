"""A remote task, and the states in which it can be found."""

import re
from typing import Final

import msgspec

from core.errors import ConsoleError

LIMIT: Final = 124
"""Exit code of a task that was stopped because its time was over; its note is then `limit`."""

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A command that goes on without us (decision 23)."""

    id: str
    """Names its directory under the tasks directory: letters, digits, `.`, `_`, `-`. A task of this id
    runs once, whatever happens."""
    script: str
    """POSIX sh; no secret in it (those go on its standard input)."""
    directory: str
    """Where it runs, an absolute path."""
    limit_s: float | None
    """Beyond it the host itself stops the task: exit code 124. None: it is never stopped."""
    umask: str = ""
    """Octal, as `umask` takes it; empty: the login's own."""
    mark: str
    """The job's id. The task's processes carry MAGECONSOLE_JOB=<mark>, MAGECONSOLE_TASK=<id>."""
    confidential: bool = False
    """It was given secrets: its log goes once it succeeded and was read (decision 28)."""


class NeverRan(msgspec.Struct, frozen=True, tag=True):
    """Nobody won the claim, or it was settled that the task never runs."""


class Running(msgspec.Struct, frozen=True, tag=True):
    """Its wrapper lives; `since` by the host's clock, epoch seconds."""

    pid: int
    since: int


class Exited(msgspec.Struct, frozen=True, tag=True):
    """It ended with `code`; `note`: `limit`, `disk-full`, both, or empty."""

    code: int
    ended_at: int
    note: str = ""


class Vanished(msgspec.Struct, frozen=True, tag=True):
    """It ran, or began to, and how it ended is not known. `pids`: processes of it that still live."""

    why: str
    pids: tuple[int, ...] = ()


State = NeverRan | Running | Exited | Vanished


class Chunk(msgspec.Struct, frozen=True):
    """A piece of a log: `data` begins at byte `offset`."""

    offset: int
    data: bytes

    @property
    def end(self) -> int:
        """Where the next piece begins."""
        return self.offset + len(self.data)


class Stopped(msgspec.Struct, frozen=True):
    """No process of the task lives any more."""


class CouldNot(msgspec.Struct, frozen=True):
    """These processes of the task did not end, not even when killed (or belong to another user)."""

    pids: tuple[int, ...]


class Listed(msgspec.Struct, frozen=True):
    """One task of a host: its id, the job it belongs to, its state, when it began (host's clock)."""

    id: str
    job: str
    state: State
    since: int


def lives(state: State) -> bool:
    """Whether any process of the task is known to live."""
    return isinstance(state, Running) or (isinstance(state, Vanished) and bool(state.pids))


def check_id(task_id: str) -> str:
    """Return the id. Raises ConsoleError `task-refused` when it could not name a directory safely."""
    if not _ID.fullmatch(task_id):
        raise ConsoleError("task-refused", f"“{task_id[:60]}” can't be the id of a task.")
    return task_id
