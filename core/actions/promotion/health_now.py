"""Whether the live release passes the health check that will decide after the switch, asked before the gate.

A check that is set up wrongly would fail after the database step, with the shop closed.
"""

from typing import Final

from core.actions.hosts import on_all
from core.actions.promotion.health import ask, complaint
from core.actions.promotion.maintenance import flagged
from core.actions.site import Bench, Site
from core.environments.model import HostRole
from core.errors import Refused
from core.jobs.action import Context
from core.magento.ask_result import Answer

_REDIRECT: Final = (
    "Set `health` so that the page is answered at once: scheme, port, host, path; where a balancer ends TLS, "
    'headers = { "X-Forwarded-Proto" = "https" }. Then promote again.'
)
_NO_ENTRY: Final = (
    "Let the host itself in without a password (nginx: `satisfy any; allow 127.0.0.1;`), or point `health` to a "
    "port that asks for none; then promote again."
)
_NO_PAGE: Final = (
    "Set `health` (scheme, port, host, path) or the host's `web` to where the shop answers; then promote again."
)
_REMEDIES: Final = {
    0: _NO_PAGE,
    400: _NO_PAGE,
    401: _NO_ENTRY,
    403: _NO_ENTRY,
    404: _NO_PAGE,
    407: _NO_ENTRY,
    421: _NO_PAGE,
}
"""By status; 0: no answer. No new release mends what the web server itself answers."""


async def live_warnings(
    ctx: Context, bench: Bench, sites: tuple[Site, ...], live: dict[str, str], *, refuse: bool
) -> tuple[str, ...]:
    """Return which open web hosts would not pass now.

    `refuse`: raise Refused where no release would ever pass; a roll back may be what mends it.
    """

    async def now(site: Site) -> Answer | None:
        return await ask(ctx, bench, site)

    asked = [site for site in sites if site.environment.health is not None and site.has(HostRole.WEB)]
    asked = [site for site in asked if live.get(site.address)]
    closed = await on_all(asked, lambda site: flagged(ctx, site, [live[site.address]]))
    asked = [site for site in asked if not closed[site.address]]
    found = await on_all(asked, now)
    return judge(asked, found, refuse=refuse)


def judge(sites: list[Site], found: dict[str, Answer | None], *, refuse: bool = True) -> tuple[str, ...]:
    """Return the complaints in words. Raises Refused `health-redirects`, `health-unfit`. Pure."""
    told = []
    for site in sites:
        health, answer = site.environment.health, found[site.address]
        expected = health.status if health else 200
        wrong = complaint(answer, expected, "")
        if refuse and wrong and answer is not None:
            _refuse_unfit(site, answer, wrong)
        if wrong:
            told.append(f"{site.host.name} {wrong} already now: the same check decides after the switch")
    return tuple(told)


def _refuse_unfit(site: Site, answer: Answer, wrong: str) -> None:
    redirects = 300 <= answer.status < 400
    # A page that takes too long may come of a broken shop, which a promotion may mend.
    slow = answer.status == 0 and "timed out" in answer.error
    remedy = _REDIRECT if redirects else "" if slow else _REMEDIES.get(answer.status, "")
    if remedy:
        raise Refused(
            "health-redirects" if redirects else "health-unfit",
            f"The live release {wrong} to the health check, as the new one would after the switch.",
            where=site.address,
            remedy=remedy,
        )
