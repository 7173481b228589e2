"""The config.php of a release that is gone back to: the artifact's, or as somebody left it there."""

import hashlib
from collections.abc import Mapping
from typing import Final

from core.actions.hosts import on_all
from core.actions.promotion.asking import config_of
from core.actions.site import Site
from core.jobs.action import Context, Outcome
from core.release.marks import read_release_manifest

CONFIG: Final = "app/etc/config.php"
FACT: Final = "configs"
"""In the facts of `verify`: the SHA-256 of config.php for each host, before a roll back changes anything."""


async def config_digest(ctx: Context, site: Site, release: str) -> str:
    """Return the SHA-256 of a release's config.php on a host, in hex."""
    return hashlib.sha256(await config_of(ctx, site, release)).hexdigest()


async def shipped_digest(ctx: Context, site: Site, release: str) -> str:
    """Return the SHA-256 of the config.php that the artifact has, in hex."""
    manifest = await read_release_manifest(ctx.host(site.address), site.layout, release)
    return str(manifest.by_path[CONFIG].digest)


async def note_older_config(ctx: Context, sites: tuple[Site, ...], release: str) -> Outcome:
    """Keep what config.php is on each host, and warn of one that is not the artifact's.

    A roll back is not refused for it: this is the file with which the release was live.
    """
    shipped = await shipped_digest(ctx, sites[0], release)
    found = await on_all(sites, lambda site: config_digest(ctx, site, release))
    return Outcome(facts={FACT: found}, warnings=_warnings(found, shipped, release))


def _warnings(found: Mapping[str, str], shipped: str, release: str) -> tuple[str, ...]:
    changed = [address for address, digest in found.items() if digest != shipped]
    if not changed:
        return ()
    alike = "" if len(set(found.values())) == 1 else ", not the same on every host"
    return (
        f"config.php of release {release} was changed by hand on {', '.join(changed)}{alike}: "
        "the shop goes back to it as it is there",
    )
