"""What the looking process is asked for: one function a request, over the connections that it keeps."""

import asyncio
import base64
import datetime
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from core.actions.connections import Connections, connect_options, target_of
from core.console import asking_magento, emergency
from core.console import settings_comparing as comparing
from core.console.adopting import adopted
from core.console.answers import Adopted, Flagged, HostKey, Planned, Releases, Side, Watching
from core.console.checking import check
from core.console.console import Console
from core.console.declaring import same_systems
from core.console.env_rows import env_ladder, env_names, env_rows
from core.console.giving_up import preview
from core.console.looks.reading import read_lock
from core.console.planning import Planner, environment_of, sites_of
from core.console.release_rows import release_rows
from core.console.secrets import Secrets
from core.console.settings_differences import find_difference, shown_differences
from core.console.settings_planning import apply_plan, at_hand, readable, shared_plan
from core.console.settings_showing import beside, ladder, table
from core.console.settings_table import SettingsTable, ShownDifference, ShownLadder
from core.console.snapshot import EnvironmentSnapshot, Lock, Magento
from core.console.system_settings import SystemSettings, read_system
from core.console.watching import Watcher
from core.environments.load import load
from core.environments.model import Project, Role
from core.errors import ConsoleError, Refused
from core.jobs.events import Failure
from core.magento.scope import parse_scope
from core.magento.setting_key import SettingKey
from core.model.plan import Plan
from core.pipeline.leftovers import Judged
from core.secret import Secret
from core.settings.secrets.name import SecretName
from core.ssh.trust import ShownKey, accept, fetch
from core.text import one_line

_TARGETS: Final = (Role.STAGING, Role.PRODUCTION)


class Requests:
    """Answers of one project. Every public coroutine is a request by its name; all raise ConsoleError."""

    def __init__(self, project: Project, connections: Connections, watcher: Watcher) -> None:
        self._project = project
        self._connections = connections
        self._watcher = watcher
        self._console = Console(project)
        self._secrets = Secrets(project)
        """With what a person typed for this run."""
        self._systems: dict[str, SystemSettings] = {}
        """As they were read last; for the ladders of single settings."""

    @property
    def table(self) -> Mapping[str, Callable[..., Awaitable[Any]]]:
        """The requests by name."""
        names = [name for name in vars(type(self)) if not name.startswith("_") and name != "table"]
        return {name: getattr(self, name) for name in names}

    def _planner(self, first: str) -> Planner:
        return Planner(self._project, self._connections.preferring(first), self._secrets)

    # --- what is

    async def look(self, names: Sequence[str] = ()) -> list[EnvironmentSnapshot]:
        """Look at environments now, at all when none is named."""
        chosen = [environment_of(self._project, name).name for name in names or self._project.environments]
        found = await asyncio.gather(*(self._watcher.look(name) for name in chosen))
        self._watcher.compare_soon()
        return list(found)

    async def watch(self, names: Sequence[str], interval_s: float) -> Watching:
        """Look again and again at exactly these from now on; at none when none is named."""
        chosen = tuple(environment_of(self._project, name).name for name in names)
        self._watcher.watch(chosen, interval_s)
        return Watching(names=chosen, interval_s=interval_s)

    async def ask_magento(self, name: str) -> EnvironmentSnapshot:
        """Ask both probes of what runs on each host."""
        environment = environment_of(self._project, name, Role.DEVELOPMENT, *_TARGETS)
        known = {host.address: host for host in (await self._watcher.look(name)).hosts}
        here = self._connections.preferring(name)
        reachable = [site for site in sites_of(self._project, environment) if not known[site.address].failure]
        asked = (
            asking_magento.ask_host(here.host(site.address), site, known[site.address]) for site in reachable
        )
        return self._watcher.take(name, await asyncio.gather(*asked))

    async def ask_release(self, name: str, release: str) -> Magento:
        """Ask both probes from a release that need not be live: whether it fits the database as it is."""
        environment = environment_of(self._project, name, *_TARGETS)
        inventories = await self._planner(name).inventories(environment)
        site = sites_of(self._project, environment)[0]
        found = inventories[site.address].find(release)
        if found is None or not found.complete:
            raise Refused("no-release", f"Release {release} is not whole there.", where=site.address)
        version = found.info.artifact.magento if found.info else ""
        host = self._connections.preferring(name).host(site.address)
        return await asking_magento.ask(host, site, site.layout.release(found.name), version)

    async def releases(self, name: str) -> Releases:
        """List the releases of an environment."""
        environment = environment_of(self._project, name, *_TARGETS)
        inventories = await self._planner(name).inventories(environment)
        return release_rows(environment, inventories)

    async def check(self, names: Sequence[str] = (), deep: bool = False) -> dict[str, Any]:
        """Find what would hurt, by environment."""
        chosen = [environment_of(self._project, name) for name in names or self._project.environments]
        found = await asyncio.gather(
            *(check(self._connections.preferring(item.name), self._project, item, deep=deep) for item in chosen)
        )
        return {item.name: findings for item, findings in zip(chosen, found, strict=True)}

    # --- what would be

    async def plan_promotion(
        self, source: str, target: str, artifact: str = "", options: Mapping[str, Any] | None = None
    ) -> Planned:
        """Plan a promotion."""
        given = self._console.options(options or {})
        planner = self._planner(target)
        return self._planned(await planner.promotion(source, target, artifact=artifact, options=given))

    async def plan_rollback(
        self, target: str, to: str = "", options: Mapping[str, Any] | None = None
    ) -> Planned:
        """Plan a roll back."""
        given = self._console.options(options or {})
        return self._planned(await self._planner(target).rollback(target, to, options=given))

    async def plan_build(self, ref: str = "", options: Mapping[str, Any] | None = None) -> Planned:
        """Plan a build."""
        given = self._console.options(options or {})
        return self._planned(await self._planner("").build(ref, given))

    def _planned(self, plan: Plan) -> Planned:
        made = self._console.forecast_durations(plan)
        return Planned(plan=made, digest=self._console.save(made))

    # --- settings

    async def settings(self, names: Sequence[str] = ()) -> SettingsTable:
        """Read the settings of environments, of all when none is named; one that can't be read says why."""
        chosen = [environment_of(self._project, name).name for name in names or self._project.environments]
        found = await asyncio.gather(*map(self._read_settings, chosen))
        read = {
            name: item for name, item in zip(chosen, found, strict=True) if isinstance(item, SystemSettings)
        }
        failures = {name: item for name, item in zip(chosen, found, strict=True) if isinstance(item, Failure)}
        self._systems |= read
        outside = env_rows(read, self._secrets.key())
        return await asyncio.to_thread(table, read, failures, await self._compared(read), outside)

    async def _compared(self, systems: Mapping[str, SystemSettings]) -> dict[str, tuple[ShownDifference, ...]]:
        """Return by system how it stands to its declarations."""
        found, today = {}, datetime.date.today()
        for name, system in systems.items():
            there = await at_hand(system.environment, self._secrets)
            key = self._secrets.key()
            found[name] = await asyncio.to_thread(shown_differences, system, there, key, today)
        return found

    async def differences(self) -> dict[str, tuple[ShownDifference, ...]]:
        """Compare what is declared now with the systems as they were read last; asks no host."""
        now = self._project.environments
        self._systems = {
            name: msgspec.structs.replace(system, environment=now[name])
            for name, system in self._systems.items()
            if name in now
        }
        return await self._compared(self._systems)

    async def sides(self) -> list[Side]:
        """Return what systems can be compared with beside each other: artifacts, the newest first."""
        found = await comparing.artifacts(self._connections, self._project)
        return [Side(name=info.id, told=f"{info.commit[:7]} {one_line(info.subject, 36)}") for info in found]

    async def beside(self, first: str, second: str) -> SettingsTable:
        """Put two beside each other: systems as they were read last, or an artifact by its id."""
        one, other = await self._side(first, first), await self._side(second, first)
        return await asyncio.to_thread(beside, one, other, dict(self._systems))

    async def _side(self, name: str, first: str) -> comparing.Side:
        if name in self._project.environments:
            return comparing.side_of(self._read(name))
        known = self._read(first).classifier
        key = self._secrets.key()
        return await comparing.artifact_side(self._connections, self._project, name, known, key)

    async def adoptable(self, name: str, setting: str) -> Adopted:
        """Return what would declare the value that a system has, as it was read last. Asks no host."""
        system = self._read(name)
        there = await at_hand(system.environment, self._secrets)
        item = find_difference(system, there, self._secrets.key(), setting)
        return adopted(name, item)

    def _read(self, name: str) -> SystemSettings:
        """Return a system as it was read last. Raises Refused `not-read`."""
        if name not in self._systems:
            raise Refused("not-read", f"The settings of {name} have not been read.", where=name)
        return self._systems[name]

    async def reload(self) -> bool:
        """Take environments.toml as it is now; False: it names other systems, which needs another process."""
        project = await asyncio.to_thread(load, self._project.file)
        if not same_systems(self._project, project):
            return False
        self._project, self._console = project, Console(project)
        self._secrets = Secrets(project, resolver=self._secrets.resolver)
        return True

    async def remember(self, values: Mapping[str, str]) -> None:
        """Know secrets that only the screen has, for this run: by the names that plans use."""
        for name, value in values.items():
            self._secrets.resolver.remember(SecretName.parse(name), Secret(value))

    async def setting_value(self, name: str, path: str, scope: str) -> str:
        """Return what a setting is on a system as it was read last, as base64: nothing may touch it."""
        return base64.b64encode(readable(self._systems, name, SettingKey(path, parse_scope(scope)))).decode()

    async def _read_settings(self, name: str) -> SystemSettings | Failure:
        key = self._secrets.key()
        environment = environment_of(self._project, name)
        try:
            return await read_system(self._connections.preferring(name), self._project, environment, key)
        except ConsoleError as error:
            return Failure.of(error)

    async def setting_ladder(self, path: str, scope: str) -> list[ShownLadder]:
        """Tell every layer of one setting, on every system that was read."""
        if scope == "default" and path in env_names(self._systems):
            secret = self._secrets.key()
            return [env_ladder(name, system, path, secret) for name, system in self._systems.items()]
        key = SettingKey(path, parse_scope(scope))
        return [ladder(name, system, key) for name, system in self._systems.items()]

    async def plan_settings(
        self,
        name: str,
        only: Sequence[str] = (),
        remove: Sequence[str] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Planned:
        """Plan what makes an environment as it is declared. only, remove: whole names."""
        given = self._console.options(options or {})
        made = await apply_plan(
            self._planner(name), name, self._secrets, only=only, remove=remove, exactly=True, options=given
        )
        return self._planned(made)

    async def plan_shared(
        self,
        name: str,
        changes: Sequence[tuple[str, str, str | None]],
        message: str,
        options: Mapping[str, Any] | None = None,
    ) -> Planned:
        """Plan changes of shared settings in config.php on development: path, scope, value; None takes it out."""
        given = self._console.options(options or {})
        keys = {SettingKey(path, parse_scope(scope)): value for path, scope, value in changes}
        put = {key: value for key, value in keys.items() if value is not None}
        unset = [key for key, value in keys.items() if value is None]
        made = await shared_plan(
            self._planner(name), name, self._secrets, put, unset, message=message, options=given
        )
        return self._planned(made)

    async def preview_abandon(self, job: str, anyway: bool = False) -> Judged:
        """Tell what giving up a job would put back and leave."""
        found = self._console.find(job)
        plan = found.state().plan
        here = self._connections.preferring(plan.target if plan else "")
        return await preview(here, self._project, found, anyway=anyway)

    # --- what has to work when little else does

    async def lock_of(self, name: str) -> dict[str, Lock | None]:
        """Tell who holds the lock on each host."""
        environment = environment_of(self._project, name)
        found = await emergency.lock_of(self._connections.preferring(name), self._project, environment)
        return {address: read_lock(held) for address, held in found.items()}

    async def release_lock(self, name: str, token: str, stop_tasks: bool = False) -> None:
        """Give a dead job's lock back to nobody."""
        environment = environment_of(self._project, name)
        here = self._connections.preferring(name)
        tasks: Any = "stop" if stop_tasks else "refuse"
        await emergency.release_lock(here, self._project, environment, token, tasks)
        await self._watcher.look(name)

    async def maintenance(self, name: str, closing: bool, anyway: bool = False) -> tuple[Flagged, ...]:
        """Close or open an environment by the flag file itself."""
        environment = environment_of(self._project, name, *_TARGETS)
        here = self._connections.preferring(name)
        done = await emergency.maintenance(here, self._project, environment, closing, anyway=anyway)
        await self._watcher.look(name)
        return done

    async def host_key(self, address: str) -> HostKey:
        """Fetch the key that a host shows, without logging in to it."""
        return msgspec.convert(msgspec.to_builtins(await self._fetch(address)), HostKey)

    async def trust(self, address: str, fingerprint: str) -> bool:
        """Accept the key that was shown; tell whether it was new."""
        shown = await self._fetch(address)
        if shown.fingerprint != fingerprint:
            raise Refused(
                "host-key-changed",
                f"The host shows {shown.fingerprint} now, not the key that you compared.",
                where=shown.place,
                remedy="Somebody may be in between. Compare it again with its administrator.",
            )
        return accept(shown)

    async def _fetch(self, address: str) -> ShownKey:
        jump = target_of(self._project, address).jump
        return await fetch(address, msgspec.structs.replace(connect_options(self._project), jump=jump))
