"""What a pane says of its environment: what it runs first, then since when, its state, its hosts. Pure."""

from collections.abc import Iterator

from core.console.figures import rough_size, seconds, short_clock, size
from core.console.snapshot import EnvironmentSnapshot, HostSnapshot
from core.environments.model import Role
from tui.glyphs import glyphs
from tui.pipeline.rows import Row, Span, cut, ends, fact
from tui.pipeline.standing import Standing, host_standing, shop_word, standing
from tui.promotion.text import Style

_TONES: dict[str, Style] = {"good": "good", "attention": "attention", "bad": "bad", "busy": "busy"}


def tone(sign: str) -> Style:
    """Return the style of a sign."""
    return _TONES.get(sign, "dim")


def short(commit: str) -> str:
    """Return a commit, or an artifact's id, as people say it."""
    return commit[:7]


def state_row(found: Standing, width: int) -> Row:
    """Return the state as a glyph and its word."""
    style = tone(found.sign)
    return Span(f"{getattr(glyphs(), found.sign)} ", style), Span(cut(found.word, width - 2), style)


def what_runs(environment: EnvironmentSnapshot) -> tuple[str, str, str]:
    """Return the commit, what it is on this system (branch, artifact, release), and the subject."""
    host = environment.first
    if host.development is not None:
        found = host.development
        return short(found.commit) or "no checkout", found.branch or "detached", found.subject
    if host.build is not None:
        newest = host.build.newest
        if newest is None:
            return "nothing built yet", "", ""
        return short(newest.commit), f"artifact {short(newest.id)}", newest.subject
    if host.target is not None:
        target = host.target
        if environment.mixed:
            return "hosts differ", "", "enter shows what each runs"
        return short(target.commit) or "nothing live", _release(target.release), target.subject
    return "not seen yet", "", ""


def _release(name: str) -> str:
    number, _, _ = name.partition("-")
    return f"release {number}" if number.isdecimal() else name


def pane_rows(environment: EnvironmentSnapshot, width: int, old: str = "") -> tuple[Row, ...]:
    """Return the rows of a pane; those that matter most come first, for a pane that is too low for all.

    `old`: how long ago all this was seen, where that is to be told.
    """
    commit, kind, subject = what_runs(environment)
    facts: tuple[Row, ...] = (ends(commit, kind, width), (Span(cut(subject, width) or " "),))
    below = tuple(_facts(environment, width))
    told = f"seen {old}" if old else ""
    if environment.first.failure is not None:
        facts, below = dimmed(facts), dimmed(below)
    lost = next((host.failure for host in environment.hosts if host.failure is not None), None)
    if lost is not None and environment.first.seen is not None:  # in the same row: the panes stay aligned
        told = ": ".join(part for part in (told, lost.what) if part)
    beneath = Span(cut(told, width), "bad" if lost is not None else "dim")
    return (*facts, state_row(standing(environment), width), (beneath,), *below)


def dimmed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return rows as what was known last, and may not hold any more; what is bad stays so."""
    return tuple(tuple(span if span.style == "bad" else Span(span.text, "dim") for span in row) for row in rows)


def _facts(environment: EnvironmentSnapshot, width: int) -> Iterator[Row]:
    host = environment.first
    if host.seen is None:
        yield from _unseen(host, width)
    elif environment.role is Role.DEVELOPMENT:
        yield from _development(host, width)
    elif environment.role is Role.BUILD:
        yield from _build(host, width)
    else:
        yield from _target(environment, width)
    yield fact("hosts", hosts(environment), width, "bad" if environment.failures else "")


def _unseen(host: HostSnapshot, width: int) -> Iterator[Row]:
    if host.failure is not None:
        yield fact("why", host.failure.what, width, "bad")


def _development(host: HostSnapshot, width: int) -> Iterator[Row]:
    found = host.development
    if found is None:
        return
    yield fact("commit", when(found.date, found.author), width)
    changed = f"{found.changed} not committed" if found.changed else "all committed"
    yield fact("files", changed, width, "attention" if found.changed else "")
    words = {"committed": "committed", "changed": "not committed", "new": "not in git", "missing": "missing"}
    word = words.get(found.config, "")
    if found.dumped is False:
        word = "not dumped"
    yield fact("settings", word, width, "attention" if word not in ("committed", "") else "")
    yield from _versions(host, width)


def _build(host: HostSnapshot, width: int) -> Iterator[Row]:
    found = host.build
    newest = found.newest if found else None
    if found is None or newest is None:
        yield from _versions(host, width)
        return
    yield fact("built", when(newest.built_at, newest.built_by), width)
    yield fact("took", seconds(newest.seconds) if newest.seconds else "", width)
    yield fact("files", f"{newest.files:,}, {size(newest.bytes)}", width)
    yield fact("locales", " ".join(newest.locales), width)
    yield fact("magento", newest.magento, width)
    yield fact("php", newest.php or host.php, width)
    yield fact("kept", f"{found.count} artifact{'s' if found.count != 1 else ''}", width)
    yield _disk(host, width)


def _target(environment: EnvironmentSnapshot, width: int) -> Iterator[Row]:
    host = environment.first
    target = host.target
    if target is None:
        return
    if target.occupant:
        yield fact("path", target.occupant, width, "bad")
    yield fact("since", when(target.since, target.who), width)
    verified = "yes" if target.verified_at else "no"
    yield fact("verified", verified if target.release else "", width, "" if target.verified_at else "attention")
    shop = shop_word(target)
    yield fact("shop", shop.word, width, "" if shop.sign == "good" else tone(shop.sign))
    yield from _magento(host, width)
    yield fact("mode", host.mode, width, "" if host.mode in ("production", "") else "attention")
    yield from _versions(host, width)
    lock = environment.lock
    yield fact("lock", f"{lock.who}, {short_clock(lock.since)}" if lock and lock.since else "", width)
    yield _disk(host, width)


def _magento(host: HostSnapshot, width: int) -> Iterator[Row]:
    found = host.magento_now
    for label, pending in (
        ("settings", found.configuration if found else None),
        ("database", found.database if found else None),
    ):
        word = pending.word if pending else "not asked"
        yield fact(
            label, word, width, "" if word == "up to date" else "dim" if pending is None else "attention"
        )


def _versions(host: HostSnapshot, width: int) -> Iterator[Row]:
    yield fact("magento", host.magento_version, width)
    yield fact("php", host.php, width)


def _disk(host: HostSnapshot, width: int) -> Row:
    disk = host.disk
    if disk is None or not disk.total:
        return fact("disk", "", width)
    scarce = disk.free < disk.total // 10
    return fact("disk", f"{rough_size(disk.free)} free", width, "attention" if scarce else "")


def when(at: float | None, who: str) -> str:
    """Return since when and by whom: `14:02, ops`."""
    return ", ".join(part for part in (short_clock(at) if at else "", who) if part)


def hosts(environment: EnvironmentSnapshot) -> str:
    """Return the hosts by name, each with its glyph where it does not stand well."""
    told = []
    for host in environment.hosts:
        found = host_standing(host)
        sign = "" if found.sign in ("good", "waiting") else getattr(glyphs(), found.sign)
        told.append(f"{sign}{host_name(host.address)}")
    return " ".join(told)


def host_name(address: str) -> str:
    """Return a host as people call it: without login, port and domain. An IP address stays whole."""
    name = address.rpartition("@")[2]
    if name.startswith("[") or name.replace(".", "").replace(":", "").isdecimal():
        return name
    return name.partition(":")[0].partition(".")[0]
