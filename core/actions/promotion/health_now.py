"""Whether the live release passes the health check that will decide after the switch, asked before the gate.

A check that is set up wrongly would fail after the database step, with the shop closed.
"""

from core.actions.hosts import on_all
from core.actions.promotion.health import ask, complaint
from core.actions.promotion.maintenance import flagged
from core.actions.site import Bench, Site
from core.environments.model import HostRole
from core.errors import Refused
from core.jobs.action import Context
from core.magento.ask_result import Answer


async def live_warnings(
    ctx: Context, bench: Bench, sites: tuple[Site, ...], live: dict[str, str]
) -> tuple[str, ...]:
    """Return which open web hosts would not pass now. Raises Refused where they only redirect."""

    async def now(site: Site) -> Answer | None:
        return await ask(ctx, bench, site)

    asked = [site for site in sites if site.environment.health is not None and site.has(HostRole.WEB)]
    asked = [site for site in asked if live.get(site.address)]
    closed = await on_all(asked, lambda site: flagged(ctx, site, [live[site.address]]))
    asked = [site for site in asked if not closed[site.address]]
    found = await on_all(asked, now)
    return judge(asked, found)


def judge(sites: list[Site], found: dict[str, Answer | None]) -> tuple[str, ...]:
    """Return the complaints in words. Raises Refused `health-redirects`. Pure."""
    told = []
    for site in sites:
        health, answer = site.environment.health, found[site.address]
        expected = health.status if health else 200
        wrong = complaint(answer, expected, "")
        if answer is not None and 300 <= answer.status < 400 and answer.status != expected:
            raise Refused(
                "health-redirects",
                f"The live release {wrong} to the health check, as the new one would after the switch.",
                where=site.address,
                remedy="Set `health` so that the page is answered at once: scheme, port, host, path; then promote again.",
            )
        if wrong:
            told.append(f"{site.host.name} {wrong} already now: the same check decides after the switch")
    return tuple(told)
