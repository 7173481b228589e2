"""`demo`: four systems on this machine; `--headless` takes one commit through all of them."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import click

from core.cli.context import tell
from core.cli.demo_run import Demo, headless
from core.console.console import Console
from core.environments.load import load
from core.errors import ConsoleError, Exit
from core.text import one_line

_READY_S: Final = 60.0
_MEMORY: Final = "/dev/shm"
_ROOM: Final = 1 << 30
_SCALE: Final = 6
"""Classes in a module of the demo's shop: enough for a transfer to be seen, few enough to be removed at once."""


def _roomy() -> str | None:
    """Return a directory in memory where it is large enough and programs may run from it: the demo makes and
    removes tens of thousands of small files, which takes minutes on a slow disk. None: the usual place."""
    try:
        room = os.statvfs(_MEMORY)
    except OSError:
        return None
    large = room.f_bavail * room.f_frsize >= _ROOM and os.access(_MEMORY, os.W_OK)
    return _MEMORY if large and not room.f_flag & os.ST_NOEXEC else None


async def _start(directory: Path) -> tuple[asyncio.subprocess.Process, dict[str, Any]]:
    """Start the demo's own process; it ends with our end of its standard input."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "core.demo", "--dir", str(directory), "--scale", str(_SCALE),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("the pipes were asked for")
    try:
        async with asyncio.timeout(_READY_S):
            line = await process.stdout.readline()
    except TimeoutError:
        line = b""
    if not line:
        process.kill()
        said = one_line(await process.stderr.read(), 300)
        raise ConsoleError(
            "demo-not-started", f"The demo did not start: {said}", remedy="It needs git and a writable disk."
        )
    return process, json.loads(line)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        async with asyncio.timeout(20):
            await process.wait()
    except TimeoutError:
        process.kill()


async def _show(directory: Path) -> int:
    file = directory / "environments.toml"
    tell(f"Four systems run in {directory}. In another terminal:\n")
    for words in (
        "check",
        "build",
        "promote build staging",
        "promote staging production",
        "status",
        "jobs list",
    ):
        tell(f"  mageconsole -c {file} {words}")
    tell("\nCtrl-C ends them.")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return int(Exit.DONE)
    return int(Exit.DONE)


async def _run(directory: Path, headlessly: bool) -> int:
    process, facts = await _start(directory)
    try:
        if not headlessly:
            return await _show(directory)
        return await headless(Demo(Console(load(directory / "environments.toml")), facts))
    finally:
        await _stop(process)


@click.command()
@click.option(
    "--headless", "headlessly", is_flag=True, help="Take one commit from development to production, and end."
)
@click.option("--keep", default="", metavar="DIR", help="Lay the systems out in DIR and keep them.")
def demo(headlessly: bool, keep: str) -> int:
    """Start four systems on this machine, to try everything on. Needs Python and git."""
    if shutil.which("git") is None:
        raise ConsoleError("git-missing", "The demo needs git.", remedy="Install it: apt-get install git")
    directory = (
        Path(keep).absolute() if keep else Path(tempfile.mkdtemp(prefix="mageconsole-demo-", dir=_roomy()))
    )
    started = time.monotonic()
    try:
        code = asyncio.run(_run(directory, headlessly))
    except KeyboardInterrupt:
        code = int(Exit.DONE)
    finally:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)
    tell(
        f"\n{'kept in ' + str(directory) if keep else 'everything is removed again'}; {time.monotonic() - started:.0f} s"
    )
    return code
