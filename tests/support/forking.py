"""Processes of jobs that are forks of one that has everything imported.

    with Forking("tests.support.kill_worker") as forking:
        await start(job, worker=("env", "KILL_AT=...", *forking.worker))

A job that is killed a hundred times is started as often, and most of each start is Python reading the same
modules. What runs is the module's `serve(arguments)`, in a process of its own; that the real command starts is
tested elsewhere. Run as a program, this is the process that forks: MODULE SOCKET.
"""

import gc
import importlib
import os
import select
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self

ROOT: Final = Path(__file__).parents[2]
_ASK: Final = Path(__file__).with_name("ask_fork.py")
_LARGEST: Final = 1 << 17

Serve = Callable[[Sequence[str]], int]


class Forking:
    """The process that forks, from `with` to its end."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._place = tempfile.TemporaryDirectory(prefix="mageconsole-fork-")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _socket(self) -> str:
        return f"{self._place.name}/ask"

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.support.forking", self._module, self._socket],
            cwd="/",
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stdout
        assert self._process.stdout.readline() == b"ready\n"
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process
        self._process.communicate()
        self._place.cleanup()

    @property
    def worker(self) -> tuple[str, ...]:
        """The command of a process; it has the variables with which the command is started."""
        return (sys.executable, "-I", "-S", str(_ASK), self._socket)


def _fork(asking: socket.socket, listening: socket.socket, serve: Serve) -> None:
    """Fork what is asked for; it has gone its own way when this returns."""
    data, ancillary, _, _ = asking.recvmsg(_LARGEST, socket.CMSG_SPACE(16 * 4))
    handles = [
        int.from_bytes(packed[at : at + 4], sys.byteorder)
        for _, _, packed in ancillary
        for at in range(0, len(packed), 4)
    ]
    child = os.fork()
    if not child:
        asking.close()
        listening.close()
        _be(data, handles, serve)
    os.waitpid(child, 0)
    for handle in handles:
        os.close(handle)


def _be(asked: bytes, handles: Sequence[int], serve: Serve) -> None:
    """Become what was asked for, in a session of its own with its streams and variables; never returns."""
    code = 1
    try:
        os.setsid()
        *streams, given, told = handles
        for number, handle in enumerate(streams):
            os.dup2(handle, number)
            os.close(handle)
        job, _, variables = asked.partition(b"\0")
        os.environ.clear()
        for name, _, value in (item.partition(b"=") for item in variables.split(b"\0")):
            os.environb[name] = value
        code = serve([os.fsdecode(job), str(given), str(told)])
    except Exception:  # noqa: BLE001 - as Python itself does at the end of a program
        traceback.print_exc()
    finally:
        os._exit(code)


def main() -> None:
    """Fork until standard input ends."""
    module, place = sys.argv[1:]
    serve: Serve = importlib.import_module(module).serve
    gc.freeze()
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listening:
        listening.bind(place)
        listening.listen(64)
        print("ready", flush=True)
        while sys.stdin not in select.select([listening, sys.stdin], [], [])[0]:
            with listening.accept()[0] as asking:
                _fork(asking, listening, serve)


if __name__ == "__main__":
    main()
