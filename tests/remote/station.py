"""A host to test on, and what the tests need beside the Host protocol."""

import asyncio
import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.remote.lock import Claim
from core.remote.task import Running, Task, look
from core.ssh.host import Host

ROOT = os.getuid() == 0
LOCAL = ("local", "bash", "bare")
MAIN = ("local", "demo", "openssh", *(("openssh-user",) if ROOT else ()))
"""`openssh` logs in as who runs the tests; as root there is also another login, with MaxSessions 1."""
EVERYWHERE = pytest.mark.parametrize(
    "kind", [*MAIN, "bash", "bare", *(("openssh-sudo", "openssh-fish") if ROOT else ())]
)
"""Also where `sh` is bash, where there is nothing but coreutils, with run_as, and with fish as the login's shell."""

TOOLS = """
    sh base64 basename cat chmod chown cp cut date dd df dirname du echo env expr false find head id ln ls mkdir
    mktemp mv nproc printf pwd readlink rm rmdir seq sha256sum sleep sort stat tail tar tee test timeout touch tr
    true uname uniq wc whoami xargs yes
"""
"""What a host has at least: sh, coreutils, findutils, tar. No flock, no setsid, no grep, no sed."""


@dataclass
class Station:
    """One host, a directory there that its scripts own, and a second way in."""

    kind: str
    host: Host
    root: Path
    cut: Callable[[], object]
    connect: Callable[[], Awaitable[Host]]
    made: int = field(default=0)

    @property
    def dot(self) -> str:
        """The `.mageconsole` directory."""
        return f"{self.root}/.mageconsole"

    @property
    def tasks(self) -> str:
        """The directory of tasks."""
        return f"{self.dot}/tasks"

    def task(self, script: str, *, limit_s: float = 60, **more: object) -> Task:
        """Return a task with an id of its own that runs in the station's directory."""
        self.made += 1
        given = {"id": f"job-1.step-{self.made}", "directory": str(self.root), "mark": "job-1"} | more
        return Task(script=script, limit_s=limit_s, **given)  # type: ignore[arg-type] # the test's own values

    def file(self, name: str) -> Path:
        """Return a file in the station's directory."""
        return self.root / name

    def part(self, task: Task, name: str) -> Path:
        """Return a file of a task's directory."""
        return Path(self.tasks) / task.id / name

    def stop(self) -> None:
        """Kill what still runs of the tasks."""
        for claim in Path(self.tasks).glob("*/claim/id"):
            pid, started, group = claim.read_text().split()[:3]
            if began(int(pid)) == int(started):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(int(group), signal.SIGKILL)

    async def running(self, task: Task) -> Running:
        """Return the state of a task that runs."""
        state = await look(self.host, self.tasks, task.id)
        assert isinstance(state, Running), state
        return state


def directory(owner: str = "") -> Path:
    """Return a new directory with a `.mageconsole` in it, of a login that may not see pytest's own."""
    root = Path(tempfile.mkdtemp(prefix="mageconsole-remote-"))
    root.chmod(0o755)
    (root / ".mageconsole").mkdir()
    if owner:
        for path in (root, root / ".mageconsole"):
            shutil.chown(path, owner)
    return root


def bare_path(directory: Path) -> str:
    """Return a PATH on which there is nothing but what every host has."""
    directory.mkdir()
    for tool in TOOLS.split():
        found = shutil.which(tool)
        assert found, tool
        (directory / tool).symlink_to(found)
    return str(directory)


def began(pid: int) -> int:
    """Return when a process began, in ticks since the boot; 0 when there is none."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except OSError:
        return 0


def alive(pid: int) -> bool:
    """Whether the process lives; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def a_claim(name: str, **more: object) -> Claim:
    """Return a claim of a job of this name."""
    given = {
        "who": "ada",
        "host": "bastion",
        "pid": os.getpid(),
        "job": name,
        "what": f"promote by {name}",
        **more,
    }
    return Claim(token=f"token-of-{name}", **given)  # type: ignore[arg-type] # the test's own values


async def until(condition: Callable[[], bool], seconds: float = 10) -> None:
    """Wait until something holds; fail when it does not in time."""
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come about")


def number(path: Path) -> int:
    """Return the number that a file holds, 0 as long as it holds none."""
    try:
        return int(path.read_text())
    except (OSError, ValueError):
        return 0


class Output:
    """Collects what `run` hands on, and sees that no byte is missing or comes twice."""

    def __init__(self, data: bytes = b"") -> None:
        self.data = data

    async def __call__(self, data: bytes, end: int) -> None:
        """Take the next bytes."""
        self.data += data
        assert end == len(self.data)
