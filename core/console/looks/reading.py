"""What a host's answers mean for its snapshot. Pure."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from msgspec.structs import replace

from core.actions.checks.facts import HostFacts
from core.console.snapshot import Artifact, Build, Development, Disk, HostSnapshot, Leftover, Lock, Target
from core.magento import cron
from core.release.artifact import Info
from core.release.inventory import Inventory
from core.remote.lock.claim import Held
from core.text import one_line


def read_disk(told: str) -> Disk | None:
    """Read what df printed; file systems without a fixed number of inodes print a dash."""
    words = told.split()
    if len(words) != 4 or not (words[0].isdigit() and words[1].isdigit()):
        return None
    free, total, free_inodes, total_inodes = (int(word) if word.isdigit() else 0 for word in words)
    return Disk(free=free, total=total, free_inodes=free_inodes, total_inodes=total_inodes)


def read_lock(held: Held | None) -> Lock | None:
    """Return the lock as the screen shows it."""
    if held is None:
        return None
    claim = held.claim
    return Lock(
        who=claim.who,
        machine=claim.host,
        what=claim.what,
        job=claim.job,
        since=float(claim.since) or None,
        age_s=held.heartbeat_age_s,
        tasks=held.tasks,
        token=claim.token,
    )


def read_development(common: HostSnapshot, facts: HostFacts) -> HostSnapshot:
    """Return the snapshot of a development system."""
    date = facts.number("date")
    dumped = facts.one("dumped")
    found = Development(
        commit=facts.one("commit"),
        branch=facts.one("branch"),
        subject=facts.one("subject"),
        author=facts.one("author"),
        date=None if date is None else float(date),
        changed=facts.number("changed") or 0,
        config=_config(facts),
        dumped=None if dumped not in ("yes", "no") else dumped == "yes",
    )
    return replace(common, development=found)


def _config(facts: HostFacts) -> Literal["", "committed", "changed", "new", "missing"]:
    """Return how config.php stands against the commit; one that git ignores is new to it, too."""
    if facts.one("dumped") == "missing":
        return "missing"
    match facts.one("tracked"), facts.one("edited"):
        case "yes", "yes":
            return "changed"
        case "yes", _:
            return "committed"
        case "no", _:
            return "new"
    return ""


def read_artifact(info: Info) -> Artifact:
    """Return an artifact as the screen shows it."""
    return Artifact(
        id=info.id,
        commit=one_line(info.commit),
        subject=one_line(info.subject),
        built_at=info.built_at,
        built_by=one_line(info.built_by),
        seconds=info.seconds,
        files=info.files,
        bytes=info.bytes,
        locales=tuple(map(one_line, info.locales)),
        php=one_line(info.php),
        magento=one_line(info.magento),
    )


def read_build(common: HostSnapshot, artifacts: tuple[Info, ...]) -> HostSnapshot:
    """Return the snapshot of the build system."""
    newest = read_artifact(artifacts[0]) if artifacts else None
    return replace(
        common,
        build=Build(newest=newest, count=len(artifacts)),
        magento_version=newest.magento if newest else common.magento_version,
    )


def read_target(common: HostSnapshot, facts: HostFacts, inventory: Inventory, root: str) -> HostSnapshot:
    """Return the snapshot of a staging or production host."""
    live = inventory.live
    info = live.info.artifact if live and live.info else None
    occupant = inventory.occupant
    target = Target(
        release=live.name if live else "",
        artifact=info.id if info else "",
        commit=one_line(info.commit) if info else "",
        subject=one_line(info.subject) if info else "",
        since=live.live_since if live else None,
        who=_who(facts.all("history"), live.name) if live else "",
        verified_at=live.verified_at if live else None,
        closed=facts.one("closed") == "yes",
        releases=sum(release.complete for release in inventory.releases),
        leftovers=tuple(_leftovers(common, facts, inventory, root)),
        occupant="" if occupant.usable else str(occupant.kind),
    )
    magento = one_line(info.magento) if info else ""
    return replace(common, target=target, magento_version=magento or common.magento_version)


def _who(history: tuple[str, ...], release: str) -> str:
    """Return who made a release live last, by the newest line that tells."""
    for line in reversed(history):
        try:
            told: Any = json.loads(line)
        except ValueError:
            continue
        if isinstance(told, dict) and told.get("release") == release:
            return one_line(str(told.get("who", "")))
    return ""


def _leftovers(common: HostSnapshot, facts: HostFacts, inventory: Inventory, root: str) -> Iterator[Leftover]:
    """Tell what no running job accounts for. While one holds the lock, what is half done is its own."""
    lock = common.lock
    if lock is not None and lock.alive:
        return
    if lock is not None:
        yield Leftover(
            kind="dead-lock", what=f"the lock of {lock.who} ({lock.what}), which shows no sign of life"
        )
    if inventory.next:
        yield Leftover(kind="next-link", what="a switch was prepared and not done (current.next)")
    lines = "".join(f"{line}\n" for line in facts.all("crontab"))
    for job in cron.left(lines, root, ""):
        yield Leftover(kind="cron-paused", what=f"cron lines are still paused by job {one_line(job)}")
    for release in inventory.releases:
        if release.present and not release.complete:
            yield Leftover(kind="unfinished-release", what=f"release {release.name} did not arrive whole")
