"""Bringing new looks and the last known state together. Pure."""

from msgspec.structs import replace

from core.console.snapshot import EnvironmentSnapshot, Gap, HostSnapshot, Snapshot
from core.environments.model import Environment, Project, Role


def merge_host(known: HostSnapshot | None, new: HostSnapshot) -> HostSnapshot:
    """Return a host after a look: one that failed keeps the facts that are known, with the failure beside."""
    if known is None:
        return new
    if new.failure is not None:
        return replace(known, failure=new.failure, tried=new.tried)
    asked = new.magento is not None
    return replace(
        new,
        php=new.php or known.php,
        magento_version=new.magento_version or known.magento_version,
        magento=new.magento if asked else known.magento,
        magento_of=new.magento_of if asked else known.magento_of,
    )


def with_host(environment: EnvironmentSnapshot, new: HostSnapshot) -> EnvironmentSnapshot:
    """Return the environment after a look at one of its hosts."""
    hosts = tuple(merge_host(host, new) if host.address == new.address else host for host in environment.hosts)
    return replace(environment, hosts=hosts)


def with_environment(snapshot: Snapshot, new: EnvironmentSnapshot) -> Snapshot:
    """Return the snapshot with an environment in the place of the one of that name."""
    return replace(
        snapshot,
        environments=tuple(new if item.name == new.name else item for item in snapshot.environments),
    )


def with_gap(snapshot: Snapshot, new: Gap) -> Snapshot:
    """Return the snapshot with a gap in the place of the one between those two."""
    others = tuple(item for item in snapshot.gaps if (item.source, item.target) != (new.source, new.target))
    return replace(snapshot, gaps=(*others, new))


def fitted(snapshot: Snapshot, project: Project) -> Snapshot:
    """Return the snapshot with exactly the environments and hosts of environments.toml, in their order."""
    pairs = neighbours(project)
    return replace(
        snapshot,
        environments=tuple(
            _fitted(snapshot.environment(item.name), item) for item in project.environments.values()
        ),
        gaps=tuple(gap for gap in snapshot.gaps if (gap.source, gap.target) in pairs),
    )


def _fitted(known: EnvironmentSnapshot | None, environment: Environment) -> EnvironmentSnapshot:
    there = {host.address: host for host in known.hosts} if known and known.role is environment.role else {}
    return EnvironmentSnapshot(
        name=environment.name,
        role=environment.role,
        hosts=tuple(
            there.get(host.address) or HostSnapshot(address=host.address) for host in environment.hosts
        ),
        unfinished=known.unfinished if there and known else (),
    )


def neighbours(project: Project) -> tuple[tuple[str, str], ...]:
    """Return the pairs of environments between which something is promoted, in the order of the flow.

    Every development system leads to the build, the build to every staging system (to every production one
    where there is no staging), and to each production system what it `requires`, else the first staging.
    """
    build = project.of_role(Role.BUILD)
    staging, production = project.of_role(Role.STAGING), project.of_role(Role.PRODUCTION)
    pairs = [(item.name, build[0].name) for item in project.of_role(Role.DEVELOPMENT) if build]
    pairs += [(build[0].name, item.name) for item in staging if build]
    for item in production:
        before = item.requires or next((one.name for one in (*staging, *build)), "")
        pairs += [(before, item.name)] if before else []
    return tuple(pairs)
