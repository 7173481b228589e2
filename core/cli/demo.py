"""`demo`: four systems on this machine, on the screen; `--headless` takes one commit through all of them."""

import asyncio
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import click

from core.cli.context import interactive, tell
from core.cli.demo_run import Demo, first_release, headless
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


def _start(directory: Path, *more: str) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Start the demo's own process; it ends with our end of its standard input."""
    said = directory.parent / f"{directory.name}.log"
    with said.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "core.demo", "--dir", str(directory), "--scale", str(_SCALE), *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True,
        )  # fmt: skip
    line = _first_line(process)
    last = said.read_bytes()
    said.unlink()
    if not line:
        process.kill()
        raise ConsoleError(
            "demo-not-started",
            f"The demo did not start: {one_line(last, 300)}",
            remedy="It needs git and a writable disk.",
        )
    return process, json.loads(line)


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    if process.stdout is None:
        raise RuntimeError("the pipe was asked for")
    ready, _, _ = select.select([process.stdout], [], [], _READY_S)
    return process.stdout.readline() if ready else b""


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()


def _show(directory: Path) -> int:
    file = directory / "environments.toml"
    tell(f"Four systems run in {directory}. In another terminal:\n")
    for words in (
        "check",
        "build",
        "promote build staging",
        "promote staging production",
        "status",
        "settings diff production",
        "settings show development",
        "jobs list",
    ):
        tell(f"  mageconsole -c {file} {words}")
    tell("\nCtrl-C ends them.")
    threading.Event().wait()
    return int(Exit.DONE)


@contextmanager
def running(directory: Path, *more: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Let the four systems run; gives their environments.toml and what their process says of them."""
    process, facts = _start(directory, *more)
    try:
        yield directory / "environments.toml", facts
    finally:
        _stop(process)


def _run(directory: Path, headlessly: bool) -> int:
    # What a person is to find is planted for persons only: it would keep the story that runs by itself from its end.
    with running(directory, *([] if headlessly else ["--plant"])) as (file, facts):
        demo = Demo(Console(load(file)), facts)
        if headlessly:
            return asyncio.run(headless(demo))
        if not interactive():
            return _show(directory)
        asyncio.run(first_release(demo))
        code = click.get_current_context().find_root().obj["screen"](str(file))
        return int(Exit.DONE) if code is None else int(code)


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
    if not (headlessly or keep or interactive()):
        tell("There is no terminal for the screen: the demo's story runs by itself, as with --headless.\n")
        headlessly = True
    started = time.monotonic()
    try:
        code = _run(directory, headlessly)
    except KeyboardInterrupt:
        code = int(Exit.DONE)
    finally:
        if not keep:
            shutil.rmtree(directory, ignore_errors=True)
    tell(
        f"\n{'kept in ' + str(directory) if keep else 'everything is removed again'}; {time.monotonic() - started:.0f} s"
    )
    return code
