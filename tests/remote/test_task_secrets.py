"""What a task is given in confidence is nowhere but in its memory."""

import asyncio
import base64
import contextlib
import os
import shlex
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.remote.task import Exited, look, run, start
from tests.remote.station import EVERYWHERE, Output, Station, until


@dataclass(frozen=True)
class Canary:
    """A secret that no other test has: all processes of the machine are searched, those of other tests too."""

    text: str = field(default_factory=lambda: f"canary-'ü\"-{uuid.uuid4().hex[:12]}")

    def _is_in(self, data: bytes) -> bool:
        encoded = base64.b64encode(self.text.encode())
        return any(form in data for form in (self.text.encode(), encoded, encoded[:-4]))

    def in_processes(self) -> list[str]:
        """Return the command lines and environments of all processes that hold it."""
        found = []
        for place in ("cmdline", "environ"):
            for path in Path("/proc").glob(f"[0-9]*/{place}"):
                with contextlib.suppress(OSError):
                    if self._is_in(data := path.read_bytes()):
                        found.append(f"{path}: {data!r}")
        return found

    def in_files(self, root: Path) -> list[str]:
        """Return the files below a directory that hold it."""
        found = []
        for folder, _, names in os.walk(root):  # passes over directories that are renamed meanwhile
            for path in (Path(folder) / name for name in names):
                with contextlib.suppress(OSError):
                    if path.is_file() and self._is_in(path.read_bytes()):
                        found.append(str(path))
        return found


@pytest.fixture
def canary() -> Canary:
    return Canary()


@EVERYWHERE
async def test_the_payload_is_in_no_file_argument_or_environment(station: Station, canary: Canary) -> None:
    task = station.task("sleep 0.5; read -r word; echo ${#word} > length; sleep 0.3", confidential=True)
    starting = asyncio.create_task(start(station.host, station.tasks, task, None, f"{canary.text}\n".encode()))
    seen: list[str] = []
    for _ in range(20):
        await asyncio.sleep(0.03)
        seen += canary.in_processes() + canary.in_files(station.root)
    await starting
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    assert seen + canary.in_files(station.root) == []
    assert station.file("length").read_text() != "0\n"


@pytest.mark.parametrize("kind", ["local"])
async def test_the_search_finds_a_planted_leak(station: Station, canary: Canary) -> None:
    task = station.task("sh -c 'cat > leak; sleep 60' \"$(cat)\"")
    await start(station.host, station.tasks, task, None, canary.text.encode())
    await until(lambda: canary.in_processes() != [])
    station.file("leak").write_text(canary.text)
    assert canary.in_files(station.root) == [str(station.file("leak"))]


@pytest.mark.parametrize("kind", ["local", "openssh"])
async def test_a_confidential_log_is_private_and_goes_after_success(station: Station, canary: Canary) -> None:
    task = station.task(f"umask 022; echo {shlex.quote(canary.text)}; sleep 0.4", confidential=True)
    await start(station.host, station.tasks, task, None)
    assert station.part(task, "log").stat().st_mode & 0o777 == 0o600
    assert station.part(task, "log").parent.stat().st_mode & 0o777 == 0o700
    output = Output()
    assert await run(station.host, station.tasks, task, None, output) == 0
    assert output.data == f"{canary.text}\n".encode()
    assert not station.part(task, "log").exists()
    assert isinstance(await look(station.host, station.tasks, task.id), Exited)
    again = Output()
    assert await run(station.host, station.tasks, task, None, again) == 0
    failing = station.task("echo why; exit 1", confidential=True)
    assert await run(station.host, station.tasks, failing, None, Output()) == 1
    assert station.part(failing, "log").exists()
