"""Cron by `cron/enabled` in env.php: set to 0, and brought back byte for byte."""

from collections.abc import Mapping
from typing import Any

import msgspec

from core.actions import replacing
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Context
from core.magento import env_cron


def _file(site: Site) -> str:
    return f"{site.layout.shared}/app/etc/env.php"


async def _read(ctx: Context, site: Site) -> bytes:
    return await ctx.host(site.address).read(_file(site), limit=8 << 20)


async def _write(ctx: Context, bench: Bench, site: Site, before: bytes, after: bytes) -> None:
    """Put the new file in the old one's place, unless somebody changed it meanwhile; keep a backup."""
    if before == after:
        return
    script = (
        replacing.find(_file(site))
        + replacing.unless_changed(before)
        + replacing.keep(site.layout.backups, f"env.php.{bench.job_id}")
        + replacing.write_beside(after)
        + replacing.rename()
        + replacing.prune(site.layout.backups, "env.php")
    )
    result = await fenced(ctx, bench, site, script, payload=after)
    if result.exit == replacing.CHANGED:
        raise ConsoleError(
            "env-changed", "env.php was changed by somebody else at the same moment.", where=site.address,
            remedy="Try again.",
        )  # fmt: skip
    expect(
        result,
        "env-unwritten",
        "env.php can't be written",
        where=site.address,
        remedy="Give env.php to the user that commands run as, with php-fpm's group; it was not changed.",
    )


async def pause(ctx: Context, bench: Bench, site: Site) -> Mapping[str, Any]:
    """Set `cron/enabled` to 0 where it is on. What will be changed is noted before it is."""
    noted: dict[str, Any] = ctx.facts("pause-cron").get("paused", {})
    before = await _read(ctx, site)
    if not env_cron.enabled(before):
        return dict(noted.get(site.address, {}))
    after, changed = env_cron.disable(before)
    state = {"changed": msgspec.to_builtins(changed)}
    await ctx.note_facts({"paused": {**noted, site.address: state}})
    await _write(ctx, bench, site, before, after)
    return state


async def resume(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any], release: str) -> None:
    """Bring back what this job changed; a cron that was off before stays off."""
    if "changed" not in state:
        return
    before = await _read(ctx, site)
    after = env_cron.restore(before, msgspec.convert(state["changed"], env_cron.Disabled))
    await _write(ctx, bench, site, before, after)


async def resumed(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any]) -> bool:
    """Tell whether what was changed is back."""
    if "changed" not in state:
        return True
    text = await _read(ctx, site)
    return env_cron.restore(text, msgspec.convert(state["changed"], env_cron.Disabled)) == text
