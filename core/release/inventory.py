"""The releases on a host: which are whole, which is live, which was live before."""

import msgspec

from core.release import names
from core.release.artifact import Info
from core.release.layout import Layout
from core.release.occupant import Occupant, Traces, occupant
from core.release.script import ask, records, script
from core.ssh.host import Host


class ReleaseInfo(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is kept beside a release on its host."""

    artifact: Info
    umask: str = "0022"
    group: str = ""
    """The group given to its files, empty: whatever the login's is."""
    base: str = ""
    """The release from which unchanged files were linked."""
    completed_at: float = 0.0
    """Seconds since the epoch, by the console's clock."""


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """One release on one host."""

    name: str
    complete: bool
    """Whether its mark is there: all of it arrived and was checked. Without it, it is no release."""
    present: bool = True
    """Whether its directory is there."""
    live: bool = False
    live_since: float | None = None
    """When it was last made live, seconds since the epoch, by the host's clock; None: never by us."""
    verified_at: float | None = None
    """When it passed the verification while live; None: it never did."""
    changed_at: float = 0.0
    """When its directory was made or last changed."""
    info: ReleaseInfo | None = None

    @property
    def artifact_id(self) -> str:
        """The artifact's id, empty when the record is missing."""
        return self.info.artifact.id if self.info else ""


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What lies at an environment's path on one host."""

    address: str
    occupant: Occupant
    current: str = ""
    """Where `current` leads, the real path; empty when there is none or it leads nowhere."""
    next: str = ""
    """Where `current.next` leads: a switch was prepared and not done, or undone."""
    releases: tuple[Release, ...] = ()
    """By number, oldest first."""

    def find(self, name: str) -> Release | None:
        """Return the release of that name."""
        return next((release for release in self.releases if release.name == name), None)

    @property
    def live(self) -> Release | None:
        """The live release; None when there is none, or `current` leads elsewhere."""
        return next((release for release in self.releases if release.live), None)

    @property
    def previous(self) -> Release | None:
        """The release that was live before the live one."""
        before = [r for r in self.releases if r.complete and not r.live and r.live_since is not None]
        return max(before, key=lambda release: release.live_since or 0.0, default=None)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that is taken, finished or not."""
        return tuple(release.name for release in self.releases)


async def take_inventory(host: Host, layout: Layout) -> Inventory:
    """Look at what lies at the path. Changes nothing. Raises ConsoleError `releases-unread`."""
    text = inventory_script(layout)
    out = await ask(host, text, code="releases-unread", what="The releases can't be listed")
    return read_inventory(host.address, layout, out)


def inventory_script(layout: Layout) -> str:
    """Return the script that looks; `read_inventory` reads what it prints."""
    return script(
        "inventory",
        root=layout.root,
        releases=layout.releases,
        marks=layout.marks,
        current=layout.current,
        next=layout.next_link,
    )


def read_inventory(address: str, layout: Layout, out: bytes) -> Inventory:
    """Return what the script found."""
    return _inventory(address, layout, records(out))


def _inventory(address: str, layout: Layout, found: list[str]) -> Inventory:
    facts: dict[str, str] = {}
    releases: list[Release] = []
    for record in found:
        key, _, value = record.partition("\t")
        if key == "release":
            releases.append(_release(value, facts.get("current", ""), facts.get("releases", "")))
        else:
            facts[key] = value
    return Inventory(
        address=address,
        occupant=occupant(Traces.of(facts)),
        current=facts.get("current", ""),
        next=facts.get("next", ""),
        releases=tuple(sorted(releases, key=lambda release: names.number(release.name))),
    )


def _release(text: str, current: str, releases: str) -> Release:
    name, present, complete, changed, live_since, verified, info = text.split("\t", 6)
    return Release(
        name=name,
        present=present == "1",
        complete=complete == "1" and present == "1",
        live=bool(current) and current == f"{releases}/{name}",
        live_since=float(live_since) if live_since else None,
        verified_at=float(verified) if verified else None,
        changed_at=float(changed or 0),
        info=_info(info),
    )


def _info(text: str) -> ReleaseInfo | None:
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"), type=ReleaseInfo)
    except msgspec.DecodeError:
        return None
