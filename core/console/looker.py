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

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.actions.checks.finding import Finding
from core.console.answers import Flagged, HostKey, Planned, Releases, Watching
from core.console.looker_settings import SettingsAsking
from core.console.snapshot import EnvironmentSnapshot, Lock, Magento
from core.pipeline.leftovers import Judged

INTERVAL_S: Final = 15.0


class Looker(SettingsAsking):
    """Looks at the hosts of a project for a screen: what it can be asked."""

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
