"""Whether a job's process is there: it holds an flock on a file of the job's directory (decision 26)."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final

from core.errors import ConsoleError, Exit
from core.jobs.journal import disk_error

_PATIENCE_S: Final = 1.0
"""Those who look hold the lock for an instant; a process that starts waits for them."""


def is_alive(lock: Path) -> bool:
    """Whether a process holds the lock."""
    try:
        handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise disk_error(error, lock) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def take(lock: Path) -> int:
    """Take the lock until the process ends. Raises ConsoleError `job-runs` when another one holds it."""
    try:
        handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    except OSError as error:
        raise disk_error(error, lock) from error
    until = time.monotonic() + _PATIENCE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < until:
                time.sleep(0.02)
                continue
            os.close(handle)
            raise ConsoleError(
                "job-runs",
                "The job's process is running.",
                where=str(lock.parent),
                remedy="Follow it with `mageconsole jobs follow`.",
                exit_code=Exit.REFUSED,
            ) from None
        return handle
