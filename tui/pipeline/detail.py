"""What is said of the focused environment below the panes, and on its own screen: problems first. Pure."""

from collections.abc import Iterator

from core.console.figures import ago, clock, rough_size
from core.console.snapshot import EnvironmentSnapshot, Gap, HostSnapshot
from core.environments.model import Role
from tui.glyphs import glyphs
from tui.pipeline.gap import counted
from tui.pipeline.pane import host_name, short, tone
from tui.pipeline.standing import host_standing
from tui.promotion.text import Line, Style, head, labelled, line, table

_SHOWN: int = 8
"""Commits and settings listed before "and more", where the room is short."""
_WIDE: int = 100


def detail_lines(
    environment: EnvironmentSnapshot,
    incoming: Gap | None,
    source: str,
    now: float,
    *,
    room: int,
    whole: bool = False,
) -> tuple[Line, ...]:
    """Return what is known, the most urgent first; `room`: cells in a line.

    `incoming`: what a promotion from `source` would bring.
    """
    problems = list(_problems(environment))
    lines = [*problems, *([line()] if problems else []), *_hosts(environment, now, room)]
    if incoming is not None:
        lines += _incoming(incoming, source, whole)
    if whole:
        for host in environment.hosts:
            lines += [line(), head(host.address), *_host_facts(host, now)]
    return tuple(lines)


def _problems(environment: EnvironmentSnapshot) -> Iterator[Line]:
    for host in environment.hosts:
        name = host_name(host.address)
        if host.failure is not None:
            yield labelled(name, host.failure.what, "bad")
            if host.failure.remedy:
                yield labelled("", host.failure.remedy)
        target = host.target
        if target is None:
            continue
        if target.occupant:
            yield labelled(name, f"The path holds {target.occupant}; nothing is touched.", "bad")
        for leftover in target.leftovers:
            yield labelled(name, leftover.what, "attention")
    if environment.mixed:
        yield labelled("hosts", "They run different releases; a promotion makes them the same again.", "bad")
    lock = environment.lock
    if lock is not None:
        since = f" since {clock(lock.since)}" if lock.since else ""
        alive = "" if lock.alive else "; its job shows no sign of life"
        yield labelled(
            "lock",
            f"{lock.who} on {lock.machine}{since}: {lock.what}{alive}",
            "" if lock.alive else "attention",
        )


def _hosts(environment: EnvironmentSnapshot, now: float, room: int) -> list[Line]:
    """Return a line a host: what each runs and how it stands; how full its disk is where there is room."""
    rows, styles = [], []
    for host in environment.hosts:
        found = host_standing(host)
        rows.append(
            (
                host_name(host.address),
                f"{getattr(glyphs(), found.sign)} {found.word}",
                _runs(host),
                f"php {host.php}" if host.php else "",
                *([_disk(host)] if room >= _WIDE else []),
                f"seen {ago(host.seen, now)}" if host.seen else "never seen",
            )
        )
        styles.append(tone(found.sign))
    lines = table(rows, ("", "", "", "dim", "dim", "dim"), indent=0)
    return [_toned(item, style) for item, style in zip(lines, styles, strict=True)]


def _disk(host: HostSnapshot) -> str:
    disk = host.disk
    return f"{rough_size(disk.free)} free of {rough_size(disk.total)}" if disk and disk.total else ""


def _toned(item: Line, style: Style) -> Line:
    spans = list(item.spans)
    spans[2] = (spans[2][0], style)
    return Line(tuple(spans), item.indent)


def _runs(host: HostSnapshot) -> str:
    if host.development is not None:
        return f"{short(host.development.commit)} {host.development.branch}".strip()
    if host.build is not None:
        newest = host.build.newest
        return f"artifact {short(newest.id)} of {short(newest.commit)}" if newest else "no artifact"
    if host.target is not None:
        return host.target.release or "nothing live"
    return ""


def _incoming(gap: Gap, source: str, whole: bool) -> Iterator[Line]:
    if gap.in_step:
        yield line()
        yield labelled("next", f"Nothing: it runs what {source} has.")
        return
    told = [
        counted(gap.commits, "commit") if gap.commits else "",
        counted(gap.settings, "shared setting") if gap.settings else "",
        "the database changes"
        if gap.database
        else "no change of the database expected"
        if gap.database is False
        else "",
    ]
    yield line()
    yield labelled(
        "next", f"From {source}: " + (", ".join(part for part in told if part) or gap.why or "not known")
    )
    most = 200 if whole else _SHOWN
    for commit in gap.subjects[:most]:
        yield Line(((" " * 11, ""), (short(commit.commit) + "  ", "dim"), (commit.subject, "")), 20)
    for path in gap.paths[:most]:
        yield Line(((" " * 11, ""), ("setting  ", "dim"), (path, "")), 20)
    hidden = len(gap.subjects[most:]) + len(gap.paths[most:])
    if hidden:
        yield line(f"{' ' * 11}and {hidden} more", "dim")


def _host_facts(host: HostSnapshot, now: float) -> Iterator[Line]:
    target = host.target
    yield labelled("seen", f"{clock(host.seen)}, {ago(host.seen, now)}" if host.seen else "never")
    if target is not None:
        yield labelled("release", target.release or "nothing live")
        yield labelled("artifact", target.artifact)
        yield labelled("commit", f"{target.commit} {target.subject}".strip())
        yield labelled(
            "since",
            ", ".join(part for part in (clock(target.since) if target.since else "", target.who) if part),
        )
        yield labelled("verified", clock(target.verified_at) if target.verified_at else "no")
        yield labelled("releases", str(target.releases))
    if host.development is not None:
        yield labelled("commit", f"{host.development.commit} {host.development.subject}".strip())
    if host.build is not None and host.build.newest is not None:
        yield labelled("artifact", host.build.newest.id)
        yield labelled("commit", f"{host.build.newest.commit} {host.build.newest.subject}".strip())
    yield labelled("magento", " ".join(part for part in (host.magento_version, host.mode) if part))
    yield labelled("php", host.php)
    if host.disk is not None:
        yield labelled("disk", _disk(host))
        if host.disk.total_inodes:
            yield labelled("inodes", f"{host.disk.free_inodes:,} free of {host.disk.total_inodes:,}")
    found = host.magento_now
    if found is not None:
        for label, pending in (("settings", found.configuration), ("database", found.database)):
            told = f": {pending.told}" if pending.told else ""
            yield labelled(label, f"{pending.word}{told} (asked {clock(found.asked)})")
    elif target is not None:
        yield labelled("settings", "not asked yet: a asks Magento", "dim")


def asks_role(role: Role) -> bool:
    """Whether Magento can be asked there for pending changes."""
    return role in (Role.STAGING, Role.PRODUCTION)
