"""Cron by the owner's crontab: this shop's lines are commented out under the job's mark, and brought back."""

import hashlib
import shlex
from collections.abc import Mapping
from typing import Any, Final

from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Context
from core.magento import cron
from core.release.layout import Layout

_READ: Final = """\
{ said=$(LC_ALL=C crontab -l 2>&1 >&3); } 3>&1
status=$?
case $status:$said in 0:* | 1:*"no crontab"*) exit 0 ;; esac
printf '%s\\n' "$said" >&2
exit "$status"
"""
"""crontab answers 1 for "no crontab", and for almost every error too: only its words tell them apart. An error taken
for an empty crontab would leave cron on, or off for ever."""


async def _text(ctx: Context, site: Site) -> str:
    result = await ctx.host(site.address).sh(_READ, limit_s=site.environment.timeouts.command)
    out = expect(
        result,
        "crontab-unread",
        "The crontab can't be read",
        where=site.address,
        remedy='Is cron installed? Where it is not used, set cron = "none".',
    )
    try:
        return out.decode()
    except UnicodeDecodeError as error:
        raise ConsoleError(
            "crontab-not-text", "The crontab is not UTF-8; it is not touched.", where=site.address
        ) from error


async def _roots(ctx: Context, site: Site) -> tuple[str, ...]:
    """Return the paths by which the shop is known there: `cron:install` writes the real one, people either."""
    # What follows keeps a line's end that belongs to the name.
    script = f"printf '%s/' \"$(readlink -f {shlex.quote(site.path)})\""
    result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
    out = expect(result, "path-unread", "The real path can't be told", where=site.address)
    real = out.decode("utf-8", "surrogateescape").removesuffix("/")
    return tuple(dict.fromkeys((site.path, real or site.path)))


async def _write(ctx: Context, bench: Bench, site: Site, before: str, after: str) -> None:
    """Install the changed crontab, unless somebody else changed it meanwhile."""
    if before == after:
        return
    # The first line of the payload is the digest of what is expected there; the rest is the new crontab.
    script = (
        'read -r sum || exit 1\n[ "$(crontab -l 2>/dev/null | sha256sum | cut -c1-64)" = "$sum" ] || exit 9\n'
        "crontab -\n"
    )
    payload = hashlib.sha256(before.encode()).hexdigest() + "\n" + after
    result = await fenced(ctx, bench, site, script, payload=payload.encode())
    if result.exit == 9:
        raise ConsoleError(
            "crontab-changed",
            "The crontab was changed by somebody else at the same moment.",
            where=site.address,
            remedy="Try again.",
        )
    expect(result, "crontab-unwritten", "The crontab can't be written", where=site.address)


async def pause(ctx: Context, bench: Bench, site: Site) -> Mapping[str, Any]:
    """Comment out the lines that run this shop. Returns how many there were, and jobs that left some paused."""
    roots = await _roots(ctx, site)
    before = after = await _text(ctx, site)
    lines, left = 0, list[str]()
    for root in roots:
        paused = cron.pause(after, root, bench.job_id)
        after, lines = paused.text, lines + len(paused.lines)
        left += cron.left(before, root, bench.job_id)
    await _write(ctx, bench, site, before, after)
    return {"lines": lines, "left": list(dict.fromkeys(left))}


async def resume(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any], release: str) -> None:
    """Bring back the lines paused by this job; with a release, let paths into releases follow `current`."""
    before = await _text(ctx, site)
    after = cron.resume(before, bench.job_id).text
    if release:
        for root in await _roots(ctx, site):
            after = cron.renew(after, root, Layout(root).release(release))
    await _write(ctx, bench, site, before, after)


async def resumed(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any]) -> bool:
    """Tell whether no line is paused by this job."""
    return bench.job_id not in cron.paused_by(await _text(ctx, site))
