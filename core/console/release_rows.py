"""The releases of an environment as rows over its hosts. Pure."""

from collections.abc import Mapping

from core.console.answers import HostRelease, ReleaseRow, Releases
from core.console.looks.reading import read_artifact
from core.environments.model import Environment
from core.release import names
from core.release.inventory import Inventory, Release
from core.release.retention import may_go


def release_rows(environment: Environment, inventories: Mapping[str, Inventory]) -> Releases:
    """Return every release that a host has, the newest first, and which would go at the next clean-up."""
    going = may_go(list(inventories.values()), environment.keep_releases)
    previous = {inventory.previous.name for inventory in inventories.values() if inventory.previous}
    found: dict[str, dict[str, Release]] = {}
    for address, inventory in inventories.items():
        for release in inventory.releases:
            found.setdefault(release.name, {})[address] = release
    rows = [
        _row(name, on_hosts, goes_next=name in going, previous=previous == {name})
        for name, on_hosts in found.items()
    ]
    return Releases(
        name=environment.name,
        keep=environment.keep_releases,
        rows=tuple(sorted(rows, key=lambda row: names.number(row.name), reverse=True)),
        addresses=tuple(inventories),
    )


def _row(name: str, on_hosts: Mapping[str, Release], *, goes_next: bool, previous: bool) -> ReleaseRow:
    info = next((release.info for release in on_hosts.values() if release.info), None)
    return ReleaseRow(
        name=name,
        artifact=read_artifact(info.artifact) if info else None,
        hosts=tuple(
            HostRelease(
                address=address,
                complete=release.complete,
                live=release.live,
                live_since=release.live_since,
                verified_at=release.verified_at,
            )
            for address, release in on_hosts.items()
        ),
        goes_next=goes_next,
        previous=previous,
    )
