"""Where a stand-in runs: which demo, which host of it, how it is to behave, and the book of what ran."""

import json
import os
import time
from pathlib import Path
from typing import Any

ROOT = "MAGECONSOLE_DEMO"
"""The environment variable that names the demo's directory; the host's `php` sets it."""
HOST = "MAGECONSOLE_DEMO_HOST"


def root() -> Path:
    """Return the directory of the demo."""
    return Path(os.environ[ROOT])


def host() -> str:
    """Return the name of the host that this process plays on."""
    return os.environ.get(HOST, "")


def host_directory() -> Path:
    """Return what the demo keeps of this host."""
    return root() / "hosts" / host()


def _knobs(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def behaviour(database: Path | None = None) -> dict[str, Any]:
    """Return the knobs: those of the demo, over them the host's, over them the database's."""
    found = _knobs(root() / "behaviour.json") | _knobs(host_directory() / "behaviour.json")
    return found if database is None else found | _knobs(database / "behaviour.json")


def book(event: str, command: str, **facts: Any) -> None:
    """Write one line into the book of what ran, which lies outside of all that a deployment touches."""
    line = {"at": round(time.time(), 3), "host": host(), "pid": os.getpid(), "event": event, "command": command}
    text = json.dumps(line | facts) + "\n"
    descriptor = os.open(root() / "ran.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        os.write(descriptor, text.encode())  # one write: appending is atomic, several hosts share the book
    finally:
        os.close(descriptor)


def keep_lines(command: str, lines: list[str]) -> None:
    """Append lines that a command printed to a file of its own, to hold a log against."""
    path = root() / f"printed-{host()}-{command.replace(':', '-')}-{os.getpid()}.log"
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
