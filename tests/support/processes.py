"""Processes of this machine, as tests ask for them."""

import time
from pathlib import Path


def lives(pid: int) -> bool:
    """Whether a process runs. One that is dead and not yet taken note of by its parent does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def wait_until_gone(*pids: int, limit_s: float = 30.0) -> None:
    """Wait until none of the processes lives."""
    end = time.monotonic() + limit_s
    while any(lives(pid) for pid in pids):
        assert time.monotonic() < end, f"still there: {[pid for pid in pids if lives(pid)]}"
        time.sleep(0.02)
