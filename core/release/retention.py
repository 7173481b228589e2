"""Which releases may go, and their removal."""

from collections.abc import Collection, Sequence

import msgspec

from core.errors import ConsoleError
from core.release import names
from core.release.inventory import Inventory, Release
from core.release.layout import Layout
from core.release.script import Guard, ask, pack, records, script, unguarded
from core.release.survey import index_parameters
from core.ssh.host import Host

_LIMIT_S = 1800.0


def may_go(inventories: Sequence[Inventory], keep: int, in_use: Collection[str] = ()) -> tuple[str, ...]:
    """Return the releases that every host of an environment may remove, oldest first. Pure.

    Kept are: the newest `keep` that were verified while live; whatever is live or was live before on any
    host; whatever is newer than the oldest live one, for it may be prepared or received right now; whatever
    `in_use` names: running jobs, other environments, processes, crontab lines, links. Where a host's live
    release is unknown nothing may go.
    """
    if any(inventory.live is None for inventory in inventories) or not inventories:
        return ()
    everywhere: dict[str, list[Release]] = {}
    for inventory in inventories:
        for release in inventory.releases:
            everywhere.setdefault(release.name, []).append(release)
    live = [inventory.live.name for inventory in inventories if inventory.live]
    kept = {*live, *in_use, *(i.previous.name for i in inventories if i.previous)}
    verified = [
        name
        for name, on_hosts in everywhere.items()
        if any(release.complete and release.verified_at is not None for release in on_hosts)
    ]
    kept |= set(sorted(verified, key=names.number, reverse=True)[: max(keep, 1)])
    oldest_live = min(names.number(name) for name in live)
    going = [name for name in everywhere if name not in kept and names.number(name) < oldest_live]
    return tuple(sorted(going, key=names.number))


def artifacts_that_may_go(newest_first: Sequence[str], keep: int, needed: Collection[str]) -> tuple[str, ...]:
    """Return the ids of artifacts on the build host that may go: not the newest `keep`, not what any
    environment has, has verified, or is being sent. Pure."""
    return tuple(one for one in newest_first[max(keep, 1) :] if one not in needed)


async def in_use(host: Host, layout: Layout, releases: Collection[str]) -> frozenset[str]:
    """Return which releases a process, a crontab line or a link on the host uses. Raises ConsoleError.

    Of processes, what the login may see: command line and working directory.
    """
    parameters, payload = pack({"names": "".join(f"{name}\n" for name in sorted(releases)).encode()})
    text = script("in_use", root=layout.root, releases=layout.releases, **parameters)
    out = await ask(host, text, payload, code="uses-unread", what="What uses the releases can't be found out")
    return frozenset(records(out))


class Removal(msgspec.Struct, frozen=True):
    """What became of a removal on one host."""

    removed: tuple[str, ...]
    left: tuple[str, ...]
    """Could not be removed wholly: files that others own. A warning, never a failure."""


async def remove(host: Host, layout: Layout, releases: Sequence[str], *, guard: Guard = unguarded) -> Removal:
    """Remove releases, each only when it is neither live nor about to be, looked at again right before.

    A release stops being one (its mark goes) before its files go, so that half of it is never taken for a
    release. Leftovers of an earlier removal go too. Raises ConsoleError `not-removed`.
    """
    bad = [name for name in releases if names.parse(name) is None]
    if bad:
        raise ConsoleError("not-removed", f"{bad[0]!r} is no release.", where=host.address)
    parameters, payload = pack({"names": "".join(f"{name}\n" for name in releases).encode()})
    text = script(
        "index remove",
        releases=layout.releases,
        marks=layout.marks,
        current=layout.current,
        next=layout.next_link,
        **index_parameters(layout),
        **parameters,
    )
    what = "Old releases can't be removed"
    out = await ask(host, guard(host.address, text), payload, code="not-removed", what=what, limit_s=_LIMIT_S)
    told = [record.split("\t", 1) for record in records(out)]
    return Removal(
        removed=tuple(name for state, name in told if state == "removed"),
        left=tuple(name for state, name in told if state == "left"),
    )
