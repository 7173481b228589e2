"""Asking a release what Magento thinks of it, without touching the live shop (decisions 1, 9, 10)."""

import shlex
from collections.abc import Sequence
from typing import Final

from core.actions import scripts
from core.actions.site import Bench, Site
from core.jobs.action import Context
from core.magento.probe_result import ProbeAnswer, read
from core.ssh.host import unknown

CONFIG_STATUS: Final = "app:config:status"
DB_STATUS: Final = "setup:db:status"


async def ask_release(
    ctx: Context,
    bench: Bench,
    site: Site,
    release: str,
    *,
    commands: Sequence[str] = (CONFIG_STATUS, DB_STATUS),
    forecast: bool = False,
) -> ProbeAnswer:
    """Ask one release on one host. Raises ConsoleError when it can't be asked, or refuses to answer."""
    path = await scripts.ensure(ctx, bench, site, scripts.PROBE)
    root = site.layout.release(release)
    question = scripts.question(
        root=root, ask=[[name] for name in commands], forecast=forecast, fingerprint=bench.job_id
    )
    limit = site.environment.timeouts.command * 3
    result = await ctx.host(site.address).sh(
        f"cd {shlex.quote(root)} && {scripts.command(site, path)}", question, limit_s=limit
    )
    if result.exit is None:
        raise unknown(
            result,
            f"Asking Magento in release {release}",
            site.address,
            "Asking changed nothing. Is the database slow, or `timeouts.command` too short?",
        )
    return read(result.out + b"\n" + result.err, where=site.address)


async def config_of(ctx: Context, site: Site, release: str) -> bytes:
    """Return a release's config.php."""
    return await ctx.host(site.address).read(
        f"{site.layout.release(release)}/app/etc/config.php", limit=8 << 20
    )
