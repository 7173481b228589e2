"""The last known state on disk: kept, fitted to environments.toml, and never a reason to fail."""

import stat
from pathlib import Path

import msgspec
import pytest

from core.console.merging import merge_host, neighbours, with_gap, with_host
from core.console.snapshot import EnvironmentSnapshot, Gap, HostSnapshot, Magento, Pending, Snapshot, Target
from core.console.snapshot_store import SnapshotStore
from core.environments.model import Environment, Host, Project, Role
from core.jobs.events import Failure


def project(state: Path, **hosts: str) -> Project:
    """Return a project of four environments; hosts: addresses by environment, blank separated."""
    roles = {
        "dev": Role.DEVELOPMENT,
        "build": Role.BUILD,
        "staging": Role.STAGING,
        "production": Role.PRODUCTION,
    }
    named = {name: hosts.get(name, name) for name in roles}
    return Project(
        name="Acme",
        file="/srv/environments.toml",
        digest="",
        state_dir=str(state),
        environments={
            name: Environment(
                name=name,
                role=role,
                hosts=tuple(Host(address=address) for address in named[name].split()),
                path="/srv/acme",
            )
            for name, role in roles.items()
        },
    )


UP = Pending(word="up to date")
KNOWN = HostSnapshot(
    address="staging", seen=100.0, tried=100.0, target=Target(release="1-a", artifact="a"), php="8.2.28",
    magento=Magento(asked=90.0, configuration=UP, database=UP), magento_of="a",
)  # fmt: skip
GONE = Failure(code="connection-refused", what="Nobody listens.", where="staging", remedy="Start it.")


def filled(store: SnapshotStore) -> Snapshot:
    """Return a snapshot in which staging is known, and what it is behind the build."""
    known = store.load()
    staging = known.environment("staging")
    assert staging is not None
    environments = tuple(
        with_host(item, KNOWN) if item.name == "staging" else item for item in known.environments
    )
    snapshot = msgspec.structs.replace(known, environments=environments)
    return with_gap(snapshot, Gap(source="build", target="staging", commits=4))


def test_what_was_known_is_known_again(tmp_path: Path) -> None:
    store = SnapshotStore(project(tmp_path))
    snapshot = filled(store)
    store.save(snapshot)
    assert SnapshotStore(project(tmp_path)).load() == snapshot
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert [path.name for path in store.path.parent.iterdir()] == [store.path.name]


def test_nothing_is_known_of_what_was_never_seen(tmp_path: Path) -> None:
    known = SnapshotStore(project(tmp_path)).load()
    assert [item.name for item in known.environments] == ["dev", "build", "staging", "production"]
    (host,) = known.environments[3].hosts
    assert (host.reachable, host.seen, host.magento_now, known.environments[3].runs) == (None, None, None, "")


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\xfe", b"[]", b'{"schema": 99, "environments": []}'])
def test_a_file_that_cannot_be_used_is_dropped(tmp_path: Path, damage: bytes) -> None:
    store = SnapshotStore(project(tmp_path))
    store.save(filled(store))
    whole = store.path.read_bytes()
    for bad in (damage, whole[: len(whole) // 2], whole.replace(b'"schema":1', b'"schema":2')):
        store.path.write_bytes(bad)
        known = store.load()
        assert known.environments[2].seen is None and known.gaps == ()


def test_a_disk_that_takes_nothing_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = SnapshotStore(project(tmp_path / "file"))
    store.save(Snapshot())
    assert store.load().environments


def test_it_follows_environments_toml(tmp_path: Path) -> None:
    store = SnapshotStore(project(tmp_path))
    store.save(filled(store))
    known = SnapshotStore(project(tmp_path, staging="other staging", dev="")).load()
    staging = known.environment("staging")
    assert staging is not None
    assert [(host.address, host.seen) for host in staging.hosts] == [("other", None), ("staging", 100.0)]


def test_an_unreachable_host_keeps_what_is_known_with_the_error_beside() -> None:
    failed = merge_host(KNOWN, HostSnapshot(address="staging", failure=GONE, tried=200.0))
    assert (failed.failure, failed.tried, failed.seen) == (GONE, 200.0, 100.0)
    assert failed.target == KNOWN.target and failed.reachable is False
    back = merge_host(
        failed, HostSnapshot(address="staging", seen=300.0, tried=300.0, target=Target(artifact="b"))
    )
    assert (back.failure, back.seen, back.php, back.runs) == (None, 300.0, "8.2.28", "b")
    assert back.magento == KNOWN.magento and back.magento_now is None


def test_hosts_that_differ_are_mixed() -> None:
    other = HostSnapshot(address="web2", seen=1.0, target=Target(release="2-b", artifact="b"))
    mixed = EnvironmentSnapshot(name="p", role=Role.PRODUCTION, hosts=(KNOWN, other))
    assert mixed.mixed and mixed.runs == "" and mixed.seen == 1.0


def test_neighbours_follow_the_flow(tmp_path: Path) -> None:
    assert neighbours(project(tmp_path)) == (("dev", "build"), ("build", "staging"), ("staging", "production"))
