"""A real ssh-agent for tests."""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def agent(directory: Path, *keys: Path) -> Iterator[str]:
    """Run a real ssh-agent that holds keys; return its socket."""
    directory.mkdir(exist_ok=True)
    path = str(directory / "agent.sock")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL)
    try:
        while not Path(path).exists():
            assert process.poll() is None
            time.sleep(0.01)
        for key in keys:
            add = {**os.environ, "SSH_AUTH_SOCK": path}
            subprocess.run(["ssh-add", "-q", key], env=add, check=True, capture_output=True)
        yield path
    finally:
        process.terminate()
        process.wait()
