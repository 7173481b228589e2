"""The log of the process that looks at hosts: what nobody should see on a screen."""

import os
from pathlib import Path
from typing import Final

from core.text import clean

_LOG_BYTES: Final = 1 << 20


def open_log(path: Path) -> int:
    """Open the log to append; one that has grown large begins anew. Raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    large = path.exists() and path.stat().st_size > _LOG_BYTES
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW
    return os.open(path, flags | (os.O_TRUNC if large else 0), 0o600)


def last_line(path: Path) -> str:
    """Return the last line, as a terminal may show it; empty when there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 2000))
            lines = clean(file.read()).strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""
