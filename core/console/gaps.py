"""What stands between two neighbours: commits, settings, database; read from files of both. Changes nothing."""

import shlex
import time
from typing import Final

from msgspec.structs import replace

from core.actions.connections import Connections
from core.actions.files import read_if_there
from core.actions.site import Site
from core.console.artifact_reading import (
    Between,
    History,
    artifact_side,
    compare,
    history,
    mirror_of,
    release_side,
)
from core.console.planning import build_site_of, sites_of
from core.console.snapshot import Commit, EnvironmentSnapshot, Gap
from core.environments.model import Project, Role
from core.errors import ConsoleError
from core.magento.config_difference import settings_difference
from core.magento.php_config import read
from core.magento.php_values import Array
from core.magento.schema import schema_paths
from core.release.artifact import tree
from core.release.manifest import Manifest
from core.ssh.host import Host
from core.text import one_line

_MOST: Final = 200
_CONFIG: Final = "app/etc/config.php"
_VENDOR: Final = "composer.lock"
"""Where it differs, schema files of the modules that composer brings may, too."""
_NO_COMMITS: Final = "git does not know both commits; fetch there"


class Comparer:
    """Computes gaps for one project over one set of connections."""

    def __init__(self, project: Project, connections: Connections) -> None:
        self._project = project
        self._connections = connections

    async def gap(self, source: EnvironmentSnapshot, target: EnvironmentSnapshot) -> Gap:
        """Return what stands between two neighbours. What can't be read is not known, and `why` says so."""
        empty = Gap(
            source=source.name,
            target=target.name,
            source_state=source.state,
            target_state=target.state,
            at=time.time(),
            in_step=_commit(source) == _commit(target)
            if source.role is Role.DEVELOPMENT
            else source.runs == target.runs,
        )
        try:
            if source.role is Role.DEVELOPMENT:
                return await self._from_development(source, target, empty)
            return await self._between_artifacts(source, target, empty)
        except ConsoleError as error:
            return replace(empty, why=one_line(error.what))

    def _site(self, environment: EnvironmentSnapshot) -> tuple[Host, Site]:
        """Return the host that speaks for an environment."""
        found = self._project.environments[environment.name]
        address = environment.first.address
        site = next(site for site in sites_of(self._project, found) if site.address == address)
        return self._connections.preferring(environment.name).host(address), site

    async def _from_development(
        self, source: EnvironmentSnapshot, target: EnvironmentSnapshot, gap: Gap
    ) -> Gap:
        host, site = self._site(source)
        build, build_site = self._site(target)
        limit = site.environment.timeouts.command
        git = f"git -C {shlex.quote(site.path)}"
        old, new = _commit(target), _commit(source)
        found = await history(host, git, old, new, limit)
        gap = with_history(gap, found)
        names = (
            await host.sh(f"{git} diff --name-only {shlex.quote(old)} {shlex.quote(new)} --", limit_s=limit)
            if found
            else None
        )
        if names is not None and names.ok:
            gap = with_names(gap, names.out.decode("utf-8", "replace").splitlines())
        now = read(await read_if_there(host, f"{site.path}/{_CONFIG}")).values
        built = read(
            await build.read(f"{tree(build_site.layout, target.runs)}/{_CONFIG}", limit=8 << 20)
        ).values
        return _with_paths(gap, settings_of(built, now))

    async def _between_artifacts(
        self, source: EnvironmentSnapshot, target: EnvironmentSnapshot, gap: Gap
    ) -> Gap:
        build_site = build_site_of(self._project)
        build = self._connections.host(build_site.address)
        limit = build_site.environment.timeouts.command
        old, new = _commit(target), _commit(source)
        if old and new:
            gap = with_history(gap, await history(build, mirror_of(build_site), old, new, limit))
        return with_between(gap, await self._compared(source, target))

    async def _compared(self, source: EnvironmentSnapshot, target: EnvironmentSnapshot) -> Between:
        new, old = await self._side(source), await self._side(target)
        if new is None or old is None:
            return Between(known=False)
        return compare(old[0], new[0], old[1], new[1])

    async def _side(self, environment: EnvironmentSnapshot) -> tuple[Manifest, Array] | None:
        host, site = self._site(environment)
        if environment.role is Role.BUILD:
            return await artifact_side(host, site, environment.runs)
        target = environment.first.target
        return await release_side(host, site, target.release if target else "")


def _commit(environment: EnvironmentSnapshot) -> str:
    """Return the commit of what an environment runs."""
    host = environment.first
    if host.development is not None:
        return host.development.commit
    if host.build is not None:
        return host.build.newest.commit if host.build.newest else ""
    return host.target.commit if host.target else ""


def settings_of(old: Array, new: Array) -> list[str]:
    """Return the differing paths of two config.php, with their scope where it is not the default. Pure."""
    changes = settings_difference(old, new)
    return [item.path if item.scope == "default" else f"{item.scope} {item.path}" for item in changes]


def with_history(gap: Gap, found: History | None) -> Gap:
    """Return the gap with its commits. Pure."""
    if found is None:
        return replace(gap, why=_NO_COMMITS)
    rows = tuple(Commit(**row) for row in found.rows[:_MOST])
    return replace(gap, commits=found.behind, ahead=found.ahead, subjects=rows)


def with_names(gap: Gap, changed: list[str]) -> Gap:
    """Return the gap with what the names of changed files say of the database. Pure."""
    if schema_paths(changed):
        return replace(gap, database=True)
    if _VENDOR in changed:
        return replace(
            gap, why="composer.lock differs: whether its modules change the database shows after the build"
        )
    return replace(gap, database=False)


def with_between(gap: Gap, found: Between) -> Gap:
    """Return the gap with what the two manifests and config.php say. Pure."""
    if not found.known:
        return replace(gap, why="what is live there can't be compared: it has no manifest of ours")
    paths = [
        row["path"] if row["scope"] == "default" else f"{row['scope']} {row['path']}" for row in found.settings
    ]
    return _with_paths(replace(gap, database=bool(found.schema)), paths)


def _with_paths(gap: Gap, paths: list[str]) -> Gap:
    return replace(gap, settings=len(paths), paths=tuple(map(one_line, paths[:_MOST])))
