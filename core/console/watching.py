"""Looking again and again: what is known, kept fresh, and told when it changed. Lives in the looking process."""

import asyncio
import random
import time
import traceback
from collections.abc import Callable, Sequence
from typing import Final

from msgspec.structs import replace

from core.actions.connections import PERSON_NEEDED, Connections
from core.actions.site import Site
from core.console.gaps import Comparer
from core.console.looks.look import look
from core.console.merging import neighbours, with_environment, with_gap, with_host
from core.console.planning import sites_of
from core.console.protocol import Push
from core.console.sanitised import sanitised_struct
from core.console.snapshot import EnvironmentSnapshot, Gap, HostSnapshot, Snapshot, Unfinished
from core.console.snapshot_store import SnapshotStore
from core.console.unfinished import unfinished
from core.environments.model import Environment, Project
from core.jobs.store import Store

INTERVAL_S: Final = 15.0
_JITTER: Final = 0.15
_VERSIONS_S: Final = 600.0
"""How old what PHP itself says may be; asking starts a process, so it is not part of every look."""
_AGAIN_S: Final = 600.0
_LONGEST_PAUSE_S: Final = 600.0


def _worth_another_try(gap: Gap) -> bool:
    """Whether something was not known, and some time has passed since."""
    return bool(gap.why) and time.time() - (gap.at or 0.0) > _AGAIN_S


class Watcher:
    """Keeps the snapshot of a project. `tell` is called with every piece of news."""

    def __init__(
        self, project: Project, connections: Connections, store: SnapshotStore, tell: Callable[[Push], None]
    ) -> None:
        self.known: Snapshot = store.load()
        self._project = project
        self._connections = connections
        self._jobs = Store(project.state_dir)
        self._comparer = Comparer(project, connections)
        self._store = store
        self._tell = tell
        self._versions: dict[tuple[str, str], float] = {}
        self._failed: dict[tuple[str, str], int] = {}
        self._not_before: dict[tuple[str, str], float] = {}
        self._loops: dict[str, asyncio.Task[None]] = {}
        self._computing = asyncio.Lock()
        self._soon: asyncio.Task[None] | None = None
        self.interval_s = INTERVAL_S

    # --- one look

    async def look(self, name: str, *, due: bool = False) -> EnvironmentSnapshot:
        """Look at all hosts of an environment at once, keep and tell what was seen.

        `due`: leave out hosts that failed lately, so that a watched host is not logged in to again and again.
        """
        environment = self._project.environments[name]
        sites = [site for site in sites_of(self._project, environment) if not due or self._is_due(site)]
        found = await asyncio.gather(*(self._look(site) for site in sites))
        jobs = await asyncio.to_thread(unfinished, self._jobs, name)
        return self.take(name, found, jobs)

    async def _look(self, site: Site) -> HostSnapshot:
        key = (site.environment.name, site.address)
        host = self._connections.preferring(site.environment.name).host(site.address)
        stale = time.monotonic() - self._versions.get(key, -_VERSIONS_S) >= _VERSIONS_S
        found = await look(host, site, versions=stale)
        if found.failure is None:
            self._failed.pop(key, None)
            self._not_before.pop(key, None)
            if stale:
                self._versions[key] = time.monotonic()
        else:
            self._put_off(key, found.failure.code)
        return found

    def _put_off(self, key: tuple[str, str], code: str) -> None:
        """Watch a host that fails less and less often; one that refuses the login only when a person asks."""
        self._failed[key] = self._failed.get(key, 0) + 1
        pause = min(self.interval_s * 2.0 ** self._failed[key], _LONGEST_PAUSE_S)
        self._not_before[key] = float("inf") if code in PERSON_NEEDED else time.monotonic() + pause

    def _is_due(self, site: Site) -> bool:
        return time.monotonic() >= self._not_before.get((site.environment.name, site.address), 0.0)

    def take(
        self, name: str, hosts: Sequence[HostSnapshot], jobs: Sequence[Unfinished] | None = None
    ) -> EnvironmentSnapshot:
        """Merge what was seen of hosts, and of jobs when they were asked, into what is known; keep it and tell it."""
        environment = self.known.environment(name)
        if environment is None:
            raise RuntimeError(f"no environment {name}")
        for host in hosts:
            environment = with_host(environment, sanitised_struct(host))
        left = environment.unfinished if jobs is None else tuple(map(sanitised_struct, jobs))
        if hosts or left != environment.unfinished:
            environment = replace(environment, unfinished=left)
            self.known = with_environment(self.known, environment)
            self._store.save(self.known)
            self._tell(Push(environment=environment))
        return environment

    # --- what stands between neighbours

    async def compare(self) -> None:
        """Compute what stands between neighbours where one of them has moved since it was computed."""
        async with self._computing:
            for source, target in neighbours(self._project):
                one, other = self.known.environment(source), self.known.environment(target)
                if one is None or other is None or not one.runs or not other.runs:
                    continue
                before = self.known.gap(source, target)
                if before is not None and before.fits(one, other) and not _worth_another_try(before):
                    continue
                found = sanitised_struct(await self._comparer.gap(one, other))
                self.known = with_gap(self.known, found)
                self._store.save(self.known)
                self._tell(Push(gap=found))

    def compare_soon(self) -> None:
        """Compute it without anybody waiting for it."""
        if self._soon is None or self._soon.done():
            self._soon = asyncio.create_task(self.compare())

    # --- again and again

    def watch(self, names: Sequence[str], interval_s: float) -> None:
        """Watch exactly these environments from now on, none when there are none."""
        self.interval_s = interval_s
        for loop in self._loops.values():
            loop.cancel()
        environments = [self._project.environments[name] for name in names]
        self._loops = {item.name: asyncio.create_task(self._watching(item)) for item in environments}

    @property
    def watched(self) -> tuple[str, ...]:
        """The environments that are watched."""
        return tuple(self._loops)

    async def _watching(self, environment: Environment) -> None:
        await asyncio.sleep(random.uniform(0, min(1.0, self.interval_s)))
        while True:
            try:
                await self.look(environment.name, due=True)
                await self.compare()
            except Exception:  # noqa: BLE001 - a mistake of ours, in the log; watching goes on
                traceback.print_exc()
            await asyncio.sleep(self.interval_s * random.uniform(1 - _JITTER, 1 + _JITTER))

    async def stop(self) -> None:
        """End all watching."""
        loops = [*self._loops.values(), *([self._soon] if self._soon else [])]
        for loop in loops:
            loop.cancel()
        self.watch((), self.interval_s)
        await asyncio.gather(*loops, return_exceptions=True)
