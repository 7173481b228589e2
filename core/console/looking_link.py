"""The process that looks at hosts, seen from the screen: started when it is needed, heard, asked, ended.

Nothing here blocks, and nothing that speaks SSH is loaded. When the process is gone, that is a push with a
`failure`, what was under way raises `looker-gone`, and the next request starts it again.
"""

import asyncio
import contextlib
import itertools
import os
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from core.console.answers import Watching
from core.console.looking_log import last_line, open_log
from core.console.merging import fitted, with_environment, with_gap
from core.console.protocol import (
    OWN_MISTAKE,
    Answer,
    Cancelled,
    Piece,
    Push,
    Request,
    framed,
    put_together,
    read_frame,
    to_screen,
)
from core.console.snapshot import Snapshot
from core.console.snapshot_store import SnapshotStore
from core.environments.model import Project
from core.errors import ConsoleError
from core.jobs.events import Failure
from core.jobs.launch import inherited
from core.jobs.state_dir import state_base
from core.text import one_line

T = TypeVar("T")

PROCESS: Final = (sys.executable, "-P", "-m", "core.console.looking_process")
"""`-P`: the directory in which the operator stands may hold a `core/` of its own."""
_STOP_S: Final = 3.0


class LookingLink:
    """The link to the process, and the last known state as it tells it."""

    def __init__(self, project: Project, *, process: Sequence[str] = PROCESS) -> None:
        self.known: Snapshot = SnapshotStore(project).load()
        """The last known state: from disk at first, then kept up to date by what the process tells."""
        self.watching = Watching()
        """What is looked at again and again; empty when watching is off."""
        self.log: Path = state_base(project.state_dir) / f"looking-{os.getuid()}.log"
        """Where the process writes what nobody should see on a screen."""
        self._wanted = Watching()
        """What a screen wants to be watched, also by a process that is started again."""
        self._words = (*process, project.file)
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._again: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._pieces: dict[int, list[Piece]] = {}
        self._pushes: asyncio.Queue[Push] = asyncio.Queue()

    # --- the process

    async def start(self) -> None:
        """Start the process, when it does not run. Raises ConsoleError `looker-not-started`."""
        async with self._starting:
            if self._process is not None and self._process.returncode is None:
                return
            try:
                self._process = await self._spawn()
            except OSError as error:
                raise ConsoleError(
                    "looker-not-started",
                    f"Hosts can't be looked at: {error.strerror or error}",
                    where=str(self.log),
                    remedy="Mend that, then try again. Jobs run without it.",
                ) from error
            self._reading = asyncio.create_task(self._read(self._process))
            if self._wanted.names:
                self._again = asyncio.create_task(self._watch_again(self._process))

    async def _watch_again(self, process: asyncio.subprocess.Process) -> None:
        """Let a new process watch what the one before it did."""
        with contextlib.suppress(
            ConsoleError
        ):  # it is gone, too: that was told, and the next start tries again
            self.watching = await self._exchange(
                process, "watch", Watching, msgspec.structs.asdict(self._wanted)
            )

    async def stop(self) -> None:
        """End the process: it closes its connections when its input ends."""
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        await _ended(process)
        if self._reading is not None:
            await self._reading

    @property
    def busy(self) -> bool:
        """Whether something that was asked for is under way."""
        return bool(self._waiting)

    async def reload(self, project: Project) -> None:
        """Go on with environments.toml as it is now; a process that knows other systems ends, the next one knows."""
        if self._process is not None and not await self._ask("reload", bool):
            await self.stop()
            self.watching = self._wanted = Watching()
        self.known = fitted(self.known, project)

    async def _spawn(self) -> asyncio.subprocess.Process:
        log = open_log(self.log)
        try:
            return await asyncio.create_subprocess_exec(
                *self._words,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd="/",
                env=inherited(),
                start_new_session=True,
            )
        finally:
            os.close(log)

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        problem = ""
        try:
            while (body := await read_frame(process.stdout)) is not None:
                self._take(to_screen.decode(body))
        except Exception as error:  # noqa: BLE001 - whatever was wrong with an answer, those who wait have to hear
            problem = f" It said what can't be read: {one_line(str(error))}"
        await _ended(process)
        self._gone(process, problem)

    def _take(self, message: Answer | Piece | Push) -> None:
        match message:
            case Push():
                self._hear(message)
            case Piece():
                self._pieces.setdefault(message.id, []).append(message)
            case Answer():
                found = self._pieces.pop(message.id, [])
                waiting = self._waiting.pop(message.id, None)
                if waiting is None or waiting.done():
                    return
                if message.failure is not None:
                    waiting.set_exception(self._error(message.failure))
                else:
                    waiting.set_result(put_together(message.value, found))

    def _error(self, failure: Failure) -> ConsoleError:
        if failure.code == OWN_MISTAKE:
            failure = msgspec.structs.replace(failure, where=str(self.log))
        return failure.error()

    def _hear(self, push: Push) -> None:
        if push.environment is not None:
            self.known = with_environment(self.known, push.environment)
        if push.gap is not None:
            self.known = with_gap(self.known, push.gap)
        self._pushes.put_nowait(push)

    def _gone(self, process: asyncio.subprocess.Process, problem: str) -> None:
        """Tell those who wait, and the screen, that the process has ended; not when it was told to."""
        failure = Failure(
            code="looker-gone",
            what=f"The process that looks at hosts has ended ({process.returncode}).{problem}",
            where=str(self.log),
            remedy=f"{last_line(self.log)} It is started again by the next look. Jobs are not touched.".strip(),
        )
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(failure.error())
        self._waiting.clear()
        self._pieces.clear()
        if self._process is process:
            self._process = None
            self.watching = Watching()
            self._pushes.put_nowait(Push(failure=failure))

    async def pushes(self) -> AsyncIterator[Push]:
        """Yield the news as it comes, for one reader; never ends by itself."""
        while True:
            yield await self._pushes.get()

    async def _ask(self, what: str, kind: type[T] | Any, **arguments: Any) -> T:
        await self.start()
        process = self._process
        if process is None:
            raise ConsoleError("looker-gone", "The process that looks at hosts has ended.", where=str(self.log))
        return await self._exchange(process, what, kind, arguments)

    async def _exchange(
        self, process: asyncio.subprocess.Process, what: str, kind: type[T] | Any, arguments: dict[str, Any]
    ) -> T:
        assert process.stdin is not None
        number = next(self._ids)
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._waiting[number] = waiting
        try:
            process.stdin.write(framed(Request(id=number, what=what, arguments=arguments)))
            with contextlib.suppress(ConnectionError):  # it is gone: `_gone` says so to whoever waits
                await process.stdin.drain()
            value = await waiting
        except asyncio.CancelledError:
            if self._waiting.pop(number, None) is not None and process.returncode is None:
                process.stdin.write(framed(Cancelled(id=number)))
            raise
        try:
            found: T = msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            raise ConsoleError(
                "looker-garbled",
                f"The answer can't be read: {error}",
                where=str(self.log),
                remedy="Was the console upgraded meanwhile? Close the screen and open it again.",
            ) from error
        return found


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Wait until a process that has nothing more to say has ended; one that does not end is made to."""
    try:
        async with asyncio.timeout(_STOP_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
