"""Commands on a host that outlive the connection (design, section 3, number 3; decision 23)."""

from core.remote.task.cancel import cancel, settle
from core.remote.task.follow import follow, observe
from core.remote.task.model import (
    LIMIT,
    Chunk,
    CouldNot,
    Exited,
    Listed,
    NeverRan,
    Running,
    State,
    Stopped,
    Task,
    Vanished,
    lives,
)
from core.remote.task.run import run
from core.remote.task.start import start
from core.remote.task.state import look
from core.remote.task.sweep import list_tasks, sweep

__all__ = [
    "LIMIT",
    "Chunk",
    "CouldNot",
    "Exited",
    "Listed",
    "NeverRan",
    "Running",
    "State",
    "Stopped",
    "Task",
    "Vanished",
    "cancel",
    "follow",
    "list_tasks",
    "lives",
    "look",
    "observe",
    "run",
    "settle",
    "start",
    "sweep",
]
