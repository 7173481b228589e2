"""Processes of this machine, as tests ask for them."""

from pathlib import Path


def lives(pid: int) -> bool:
    """Whether a process runs. One that is dead and not yet taken note of by its parent does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"
