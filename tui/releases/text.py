"""A release as a row, as a paragraph, and whole. Pure."""

from collections.abc import Iterator

from core.console.answers import ReleaseRow, Releases
from core.console.figures import ago, clock, seconds, short_clock, size
from core.console.snapshot import Magento
from tui.glyphs import glyphs
from tui.pipeline.pane import host_name, short
from tui.pipeline.rows import Span
from tui.promotion.text import Line, head, labelled, line, table

_FITS = ("up to date", "up to date")


def release_state(row: ReleaseRow) -> Span:
    """Return the one word that matters most of a release."""
    if row.live:
        return Span("live", "good") if row.verified else Span("live, unverified", "attention")
    if not row.complete:
        return Span("unfinished", "attention")
    if row.previous:
        return Span("the one before", "accent")
    if row.goes_next:
        return Span("goes next", "dim")
    return Span("verified" if row.verified else "not verified", "" if row.verified else "dim")


def release_cells(row: ReleaseRow) -> list[Span]:
    """Return a release as a row."""
    since = max((host.live_since or 0.0 for host in row.hosts), default=0.0)
    artifact = row.artifact
    return [
        Span(row.name.partition("-")[0] + (f"  {short(artifact.id)}" if artifact else "")),
        release_state(row),
        Span(short(artifact.commit) if artifact else "", "dim"),
        Span(artifact.subject if artifact else "its record is missing"),
        Span(short_clock(since) if since else "never", "" if since else "dim"),
        Span(" ".join(host_name(address) for address in row.live) or "", "good"),
    ]


def words_of(row: ReleaseRow) -> str:
    """Return what a filter looks through."""
    artifact = row.artifact
    made = f"{artifact.id} {artifact.commit} {artifact.subject} {artifact.built_by}" if artifact else ""
    return f"{row.name} {release_state(row).text} {made} {' '.join(host.address for host in row.hosts)}"


def release_lines(row: ReleaseRow, found: Releases, fit: Magento | None, now: float) -> tuple[Line, ...]:
    """Return what matters of a release. `fit`: what Magento said of it, None when it was not asked."""
    artifact = row.artifact
    lines = [labelled("release", row.name)]
    if artifact is not None:
        lines += [
            labelled("artifact", artifact.id),
            labelled("commit", f"{artifact.commit}  {artifact.subject}"),
            labelled("holds", f"{artifact.files:,} files, {size(artifact.bytes)}"),
        ]
    verified = [host_name(host.address) for host in row.hosts if host.verified_at]
    lines.append(labelled("verified", "on " + ", ".join(verified) if verified else "nowhere"))
    there = {host.address for host in row.hosts}
    missing = [host_name(item) for item in found.addresses if item not in there]
    if missing:
        lines.append(labelled("missing", "on " + ", ".join(missing), "attention"))
    if row.goes_next:
        told = f"The next promotion removes it: {found.keep} verified ones are kept."
        lines.append(labelled("kept", told, "attention"))
    return (*lines, fit_line(row, found, fit, now))


def release_whole(row: ReleaseRow, found: Releases, fit: Magento | None, now: float) -> tuple[Line, ...]:
    """Return all that is known of a release."""
    return (*release_lines(row, found, fit, now), *_built(row), line(), head("Hosts"), *_hosts(row, found))


def _built(row: ReleaseRow) -> Iterator[Line]:
    artifact = row.artifact
    if artifact is None:
        yield labelled("built", "its record is missing", "attention")
        return
    by = f" by {artifact.built_by}" if artifact.built_by else ""
    took = f" in {seconds(artifact.seconds)}" if artifact.seconds else ""
    yield labelled("built", f"{clock(artifact.built_at)}{by}{took}" if artifact.built_at else glyphs().none)
    yield labelled("locales", " ".join(artifact.locales) or glyphs().none)
    yield labelled("magento", artifact.magento or glyphs().none)
    yield labelled("php", artifact.php or glyphs().none)


def _hosts(row: ReleaseRow, found: Releases) -> list[Line]:
    there = {host.address: host for host in row.hosts}
    rows = [("host", "state", "made live", "verified")]
    for address in found.addresses:
        host = there.get(address)
        if host is None:
            rows.append((host_name(address), "missing", glyphs().none, glyphs().none))
            continue
        word = "live" if host.live else "whole" if host.complete else "unfinished"
        times = [clock(at) if at else "never" for at in (host.live_since, host.verified_at)]
        rows.append((host_name(address), word, times[0], times[1]))
    return table(rows, ("", "", "dim", "dim"))


def outdated(fit: Magento, found: Releases) -> bool:
    """Whether a release was made live since Magento was asked: the database may be another one."""
    return fit.asked < max((host.live_since or 0.0 for row in found.rows for host in row.hosts), default=0.0)


def fit_line(row: ReleaseRow, found: Releases, fit: Magento | None, now: float) -> Line:
    """Return whether a release fits the database, and when that was asked."""
    if row.live:
        return labelled("database", "It is live: a asks Magento, on the first screen.", "dim")
    if fit is None:
        return labelled("database", "Whether it fits the database as it now is was not asked: f asks.", "dim")
    asked = f"asked {ago(fit.asked, now)}"
    words = (fit.configuration.word, fit.database.word)
    if outdated(fit, found):
        said = "it fitted" if words == _FITS else f"settings {words[0]}, database {words[1]}"
        return labelled(
            "database", f"Before the last switch {said}, {asked}; that may have changed: f asks again.", "dim"
        )
    if words == _FITS:
        return labelled("database", f"It fits the database as it now is, {asked}.", "good")
    told = f"settings {words[0]}, database {words[1]}, {asked}. {fit.database.told}".strip()
    return labelled("database", told, "attention")
