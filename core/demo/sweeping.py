"""Ends what the demo's hosts still run when the demo ends."""

import os
import signal
import time
from pathlib import Path
from typing import Final

from core.demo.standin.world import ROOT

_PATIENCE: Final = 2.0


def running(root: Path) -> list[int]:
    """Return the processes of ours whose environment names this demo, our own and our parents' left out."""
    mark = f"{ROOT}={root}".encode()
    kept = _ancestors()
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdigit() or int(place.name) in kept:
            continue
        try:
            if mark in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:
            continue  # it has ended, or is another user's
    return found


def _ancestors() -> set[int]:
    found = set()
    process = os.getpid()
    while process > 1:
        found.add(process)
        status = Path(f"/proc/{process}/stat").read_text()
        process = int(status.rpartition(")")[2].split()[1])
    return found


def sweep(root: Path) -> list[int]:
    """End them, kindly and then by force; return those that were there."""
    found = running(root)
    if not found:
        return found
    for number in (signal.SIGTERM, signal.SIGKILL):
        for process in running(root):
            try:
                os.kill(process, number)
            except ProcessLookupError:
                continue
        until = time.monotonic() + _PATIENCE
        while running(root) and time.monotonic() < until:
            time.sleep(0.02)
    return found
