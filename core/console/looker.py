"""The screen's own end of looking: what it asks of hosts runs in another process, and nothing here blocks.

    looker = Looker(project)
    paint(looker.known)                       # the last known state, before any connection is made
    await looker.start()                      # starts the process; connects to nothing yet
    await looker.watch(names)                 # looks now and every 15 s from then on
    async for push in looker.pushes(): ...    # `looker.known` is up to date when a push arrives
    planned = await looker.plan_promotion("build", "staging")
    await looker.stop()

All methods raise ConsoleError when what was asked can't be done (its code, what, where, remedy are for the
screen); cancelling the task that awaits one cancels the work in the process too. When the process is gone,
that is a push with a `failure`, what was under way raises `looker-gone`, and the next request starts it again.
Loads nothing that speaks SSH.
"""

import asyncio
import contextlib
import itertools
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from core.actions.checks.finding import Finding
from core.console.answers import Flagged, HostKey, Planned, Releases, Watching
from core.console.looker_settings import SettingsAsking
from core.console.looking_log import last_line, open_log
from core.console.merging import with_environment, with_gap
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
from core.console.snapshot import EnvironmentSnapshot, Lock, Magento, Snapshot
from core.console.snapshot_store import SnapshotStore
from core.environments.model import Project
from core.errors import ConsoleError
from core.jobs.events import Failure
from core.jobs.launch import inherited
from core.jobs.state_dir import state_base
from core.pipeline.leftovers import Judged
from core.text import one_line

T = TypeVar("T")

PROCESS: Final = (sys.executable, "-P", "-m", "core.console.looking_process")
"""`-P`: the directory in which the operator stands may hold a `core/` of its own."""
INTERVAL_S: Final = 15.0
_STOP_S: Final = 3.0


class Looker(SettingsAsking):
    """Looks at the hosts of a project for a screen."""

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

    # --- what is

    async def look(self, names: Sequence[str] = ()) -> tuple[EnvironmentSnapshot, ...]:
        """Look at environments now, at all when none is named; one round trip a host, files only.

        A host that can't be reached is no error: its snapshot says why. What stands between neighbours is
        computed afterwards and comes as pushes.
        """
        return await self._ask("look", tuple[EnvironmentSnapshot, ...], names=names)

    async def watch(self, names: Sequence[str], interval_s: float = INTERVAL_S) -> Watching:
        """Look now, and every `interval_s` seconds from then on, at exactly these environments; [] ends it.

        Connections are kept open. A host that fails is tried less and less often, one that refuses the login
        only when a person looks.
        """
        self._wanted = Watching(names=tuple(names), interval_s=interval_s)
        self.watching = await self._ask("watch", Watching, names=names, interval_s=interval_s)
        return self.watching

    async def ask_magento(self, name: str) -> EnvironmentSnapshot:
        """Ask bin/magento on each host what is pending; seconds, and load on the hosts: on request only."""
        return await self._ask("ask_magento", EnvironmentSnapshot, name=name)

    async def ask_release(self, name: str, release: str) -> Magento:
        """Ask a release that need not be live whether it fits the database: before a roll back."""
        return await self._ask("ask_release", Magento, name=name, release=release)

    async def releases(self, name: str) -> Releases:
        """List the releases of a staging or production environment, with which would go next."""
        return await self._ask("releases", Releases, name=name)

    async def check(self, names: Sequence[str] = (), *, deep: bool = False) -> dict[str, list[Finding]]:
        """Find what would hurt, by environment, in all when none is named."""
        return await self._ask("check", dict[str, list[Finding]], names=names, deep=deep)

    # --- what would be

    async def plan_promotion(
        self, source: str, target: str, artifact: str = "", options: Mapping[str, Any] | None = None
    ) -> Planned:
        """Plan a promotion; changes nothing. Raises Refused `already-live`, `not-verified`, ...

        Options: those of the command line (`allow_delete`, `full_upgrade`, `hotfix`, `drop`, `yes`, `confirm`),
        `step` (start paused, step by step), `on_failure="ask"` (a failed step waits for a person).
        """
        return await self._ask(
            "plan_promotion", Planned, source=source, target=target, artifact=artifact, options=options or {}
        )

    async def plan_rollback(
        self, target: str, to: str = "", options: Mapping[str, Any] | None = None
    ) -> Planned:
        """Plan a roll back to a release, else to the one that was live before. Options as above, and `anyway`."""
        return await self._ask("plan_rollback", Planned, target=target, to=to, options=options or {})

    async def plan_build(self, ref: str = "", options: Mapping[str, Any] | None = None) -> Planned:
        """Plan the build of a branch, tag or commit, else of the environment's branch."""
        return await self._ask("plan_build", Planned, ref=ref, options=options or {})

    async def reload(self) -> None:
        """Go on with environments.toml as it is now; a process that knows other systems ends, the next one knows."""
        if self._process is not None and not await self._ask("reload", bool):
            await self.stop()

    async def preview_abandon(self, job: str, *, anyway: bool = False) -> Judged:
        """Tell what giving up a stopped or interrupted job would put back and leave; `Jobs.abandon` does it.

        anyway: a person knows that the shop is whole. Raises ConsoleError `job-runs`, `job-ended`, `tasks-run`.
        """
        return await self._ask("preview_abandon", Judged, job=job, anyway=anyway)

    # --- what has to work when little else does

    async def lock_of(self, name: str) -> dict[str, Lock | None]:
        """Tell who holds the lock on each host."""
        return await self._ask("lock_of", dict[str, Lock | None], name=name)

    async def release_lock(self, name: str, token: str, *, stop_tasks: bool = False) -> None:
        """Give a dead job's lock back to nobody: the one with this token, as it was shown.

        Raises Refused `lock-changed`, `lock-free`, and `lock-in-use` unless `stop_tasks`.
        """
        await self._ask("release_lock", type(None), name=name, token=token, stop_tasks=stop_tasks)

    async def maintenance(self, name: str, closing: bool, *, anyway: bool = False) -> tuple[Flagged, ...]:
        """Close or open an environment by the flag file. Raises Refused `locked` unless `anyway`."""
        return await self._ask("maintenance", tuple[Flagged, ...], name=name, closing=closing, anyway=anyway)

    async def host_key(self, address: str) -> HostKey:
        """Fetch the key that a host shows, for a person to compare."""
        return await self._ask("host_key", HostKey, address=address)

    async def trust(self, address: str, fingerprint: str) -> bool:
        """Accept the key whose fingerprint was shown; tell whether it was new. Raises Refused for a changed one."""
        return await self._ask("trust", bool, address=address, fingerprint=fingerprint)


async def _ended(process: asyncio.subprocess.Process) -> None:
    """Wait until a process that has nothing more to say has ended; one that does not end is made to."""
    try:
        async with asyncio.timeout(_STOP_S):
            await process.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
