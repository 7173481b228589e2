"""What a task is given in confidence is nowhere but in its memory."""

import asyncio
import base64
import contextlib
import os
import shlex
from pathlib import Path

import pytest

from core.remote.task import Exited, look, run, start
from tests.remote.station import EVERYWHERE, Output, Station

CANARY = "canary-'ü\"-7f3a9c"
FORMS = (CANARY.encode(), base64.b64encode(CANARY.encode()), base64.b64encode(CANARY.encode())[:-4])


def _has(data: bytes) -> bool:
    return any(form in data for form in FORMS)


def _in_processes() -> list[str]:
    """Return the command lines and environments of all processes that hold the canary."""
    found = []
    for place in ("cmdline", "environ"):
        for path in Path("/proc").glob(f"[0-9]*/{place}"):
            with contextlib.suppress(OSError):
                if _has(path.read_bytes()):
                    found.append(f"{path}: {path.read_bytes()!r}")
    return found


def _in_files(root: Path) -> list[str]:
    found = []
    for folder, _, names in os.walk(root):  # passes over directories that are renamed meanwhile
        for path in (Path(folder) / name for name in names):
            with contextlib.suppress(OSError):
                if path.is_file() and _has(path.read_bytes()):
                    found.append(str(path))
    return found


@EVERYWHERE
async def test_the_payload_is_in_no_file_argument_or_environment(station: Station) -> None:
    task = station.task("sleep 0.5; read -r word; echo ${#word} > length; sleep 0.3", confidential=True)
    starting = asyncio.create_task(start(station.host, station.tasks, task, None, f"{CANARY}\n".encode()))
    seen: list[str] = []
    for _ in range(20):
        await asyncio.sleep(0.03)
        seen += _in_processes() + _in_files(station.root)
    await starting
    assert await run(station.host, station.tasks, task, None, Output()) == 0
    assert seen + _in_files(station.root) == []
    assert station.file("length").read_text() != "0\n"


@pytest.mark.parametrize("kind", ["local"])
async def test_the_search_finds_a_planted_leak(station: Station) -> None:
    task = station.task("sh -c 'cat > leak; sleep 5' \"$(cat)\"")
    await start(station.host, station.tasks, task, None, CANARY.encode())
    for _ in range(100):
        await asyncio.sleep(0.02)
        if _in_processes():
            break
    assert _in_processes()
    station.file("leak").write_text(CANARY)
    assert _in_files(station.root) == [str(station.file("leak"))]


@pytest.mark.parametrize("kind", ["local", "openssh"])
async def test_a_confidential_log_is_private_and_goes_after_success(station: Station) -> None:
    task = station.task(f"umask 022; echo {shlex.quote(CANARY)}; sleep 0.4", confidential=True)
    await start(station.host, station.tasks, task, None)
    assert station.part(task, "log").stat().st_mode & 0o777 == 0o600
    assert station.part(task, "log").parent.stat().st_mode & 0o777 == 0o700
    output = Output()
    assert await run(station.host, station.tasks, task, None, output) == 0
    assert output.data == f"{CANARY}\n".encode()
    assert not station.part(task, "log").exists()
    assert isinstance(await look(station.host, station.tasks, task.id), Exited)
    again = Output()
    assert await run(station.host, station.tasks, task, None, again) == 0
    failing = station.task("echo why; exit 1", confidential=True)
    assert await run(station.host, station.tasks, failing, None, Output()) == 1
    assert station.part(failing, "log").exists()
