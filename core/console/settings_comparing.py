"""Two sides of a comparison: two systems, or a system and an artifact, which has nothing but config.php."""

from collections.abc import Sequence

import msgspec

from core.actions.connections import Connections
from core.actions.site import Site
from core.console.artifact_reading import artifact_config
from core.console.system_settings import SystemSettings
from core.environments.model import Project, Role
from core.errors import ConsoleError, Exit, Refused
from core.magento.setting_key import SettingKey
from core.release.artifact import Info, available
from core.settings.classify import Classifier
from core.settings.layers import Layer, Layers
from core.settings.matrix import Matrix
from core.settings.reading import Raw, layers


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two."""

    name: str
    """The system's, or `artifact 7c1e2d3a4b5c`."""
    layers: Layers
    classifier: Classifier | None = None
    """What the system's own modules say; an artifact's are not asked."""
    found: tuple[SettingKey, ...] = ()
    """The settings that findings name."""
    config_only: bool = False


def side_of(system: SystemSettings) -> Side:
    """Return a system as one side; the build system is its newest artifact."""
    return Side(
        name=system.environment.name,
        layers=system.source.layers,
        classifier=system.classifier,
        found=tuple(finding.key for finding in system.findings() if finding.key),
        config_only=system.environment.role is Role.BUILD,
    )


def beside(first: Side, second: Side) -> Matrix:
    """Return two sides beside each other; with an artifact what config.php says alone. Pure."""
    sides = (first, second)
    alone = any(side.config_only for side in sides)
    named = {side.name: _config(side) if alone else side.layers for side in sides}
    classifier = next((side.classifier for side in sides if side.classifier is not None), Classifier())
    return Matrix(named, classifier, [key for side in sides for key in side.found])


def _config(side: Side) -> Layers:
    """Return what config.php says; what is not in it is missing, not unknown: nothing else is compared."""
    config = side.layers.values.get(Layer.CONFIG, {})
    return Layers({Layer.ENV: {}, Layer.CONFIG: config, Layer.DATABASE: {}}, side.layers.scopes)


def _build_site(project: Project) -> Site:
    builds = project.of_role(Role.BUILD)
    if not builds:
        raise Refused("no-build", "There is no build system here, and so no artifact.", where=project.file)
    return Site(project=project, environment=builds[0], host=builds[0].hosts[0])


async def artifacts(connections: Connections, project: Project) -> tuple[Info, ...]:
    """Return the artifacts, the newest first. Raises ConsoleError."""
    site = _build_site(project)
    return await available(connections.host(site.address), site.layout)


async def artifact_side(
    connections: Connections, project: Project, named: str, classifier: Classifier, key: bytes
) -> Side:
    """Return an artifact as one side; named: its id, or how that begins. Raises ConsoleError `no-artifact`."""
    site = _build_site(project)
    chosen = _one(await artifacts(connections, project), named)
    config = await artifact_config(connections.host(site.address), site, chosen.id)
    read = layers(Raw(config=config), classifier, key)
    return Side(name=f"artifact {chosen.id[:12]}", layers=read, config_only=True)


def _one(found: Sequence[Info], named: str) -> Info:
    matching = [info for info in found if named and info.id.startswith(named)]
    if len(matching) != 1:
        raise ConsoleError(
            "no-artifact",
            f"{named!r} is {'more than one artifact' if matching else 'no artifact and no environment'}.",
            remedy="The build system's `releases`, or `mageconsole status build`, names them.",
            exit_code=Exit.USAGE,
        )
    return matching[0]
