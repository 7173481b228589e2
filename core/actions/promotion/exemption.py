"""Letting the host itself in while the shop is closed, for as long as it is asked.

Only after the database step: where a proxy on the same host hides the customers' addresses, 127.0.0.1 is
everybody, and an exemption before it would let customers into a half upgraded shop.
"""

import base64
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.jobs.action import Context
from core.model.plan import Step

_FILE: Final = "var/.maintenance.ip"
_SELF: Final = ("127.0.0.1", "::1")
_MAPPED: Final = "::ffff:"
"""What an IPv4 address begins with where the web server listens on IPv6 for both."""


def with_self(addresses: str, client: str = "") -> str:
    """Return the exempted addresses, comma separated as Magento writes them, with the host's own. Pure.

    `client`: from where the host asked itself; a web server that listens on the host's own address sees that one.
    """
    known = [part.strip() for part in addresses.split(",") if part.strip()]
    own = [*_SELF, *([client] if client else [])]
    own += [f"{_MAPPED}{address}" for address in own if ":" not in address]
    return ",".join([*known, *(address for address in dict.fromkeys(own) if address not in known)])


def _path(site: Site, release: str) -> str:
    return shlex.quote(f"{site.layout.release(release)}/{_FILE}")


async def _read(ctx: Context, site: Site, release: str) -> str | None:
    """Return the file's text, None where there is none. A dangling link into shared/ counts as none."""
    script = f'if [ -e {_path(site, release)} ]; then printf "+"; base64 < {_path(site, release)} || exit 1; fi'
    result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
    out = expect(result, "exemption-unknown", "The exempted addresses can't be read", where=site.address)
    return base64.b64decode(out[1:]).decode("utf-8", "replace") if out.startswith(b"+") else None


async def _write(ctx: Context, bench: Bench, site: Site, release: str, text: str | None) -> None:
    path = _path(site, release)
    remove = f'f=$(readlink -f {path}) || exit 1\nrm -f "$f"\n'
    script = remove if text is None else f"cat > {path}\n"
    expect(
        await fenced(ctx, bench, site, script, payload=(text or "").encode()),
        "exemption-failed",
        "The exempted addresses can't be written",
        where=site.address,
        remedy=f"Is {_FILE} writable for the owner?",
    )


@asynccontextmanager
async def exempted(
    ctx: Context, bench: Bench, step: Step, site: Site, release: str, client: str
) -> AsyncIterator[None]:
    """Exempt the host itself from maintenance within the block; afterwards the file is as it was.

    `client`: the address from which it asks itself.
    """
    key = f"exempt {site.address}"
    async with bench.noting:
        facts = ctx.facts(step.id)
        if key not in facts:
            facts = {
                **facts,
                key: {"before": await _read(ctx, site, release), "client": client, "release": release},
            }
            await ctx.note_facts(facts)
    before: str | None = facts[key]["before"]
    await _write(ctx, bench, site, release, with_self(before or "", client))
    try:
        yield
    finally:
        await _write(ctx, bench, site, release, before)


async def end_exemption(ctx: Context, bench: Bench, site: Site, release: str) -> None:
    """Take back an exemption that a job left when its process died within; what a person changed since stays.

    `release`: where it is, when the job did not note that.
    """
    for step in ("health-closed", "health"):
        noted = ctx.facts(step).get(f"exempt {site.address}")
        if noted is None:
            continue
        before: str | None = noted["before"]
        where = str(noted.get("release", release))
        if await _read(ctx, site, where) == with_self(before or "", noted.get("client", "")):
            await _write(ctx, bench, site, where, before)
