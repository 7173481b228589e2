"""Doing the same on all hosts of a step at the same time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeVar

from core.actions.site import Bench, Site
from core.errors import ConsoleError, Exit, Refused
from core.model.plan import Step
from core.ssh.host import LinkLost

T = TypeVar("T")


def sites_of(bench: Bench, step: Step) -> tuple[Site, ...]:
    """Return the step's hosts within its environment, in the plan's order."""
    environment = str(step.args.get("environment", ""))
    return tuple(bench.site(address, environment) for address in step.hosts)


def by_release(sites: Iterable[Site], live: Mapping[str, str], release: str = "") -> dict[str, Site]:
    """Return the live releases, each with the first host that runs it; `release` and nothing are left out."""
    found: dict[str, Site] = {}
    for site in sites:
        name = live.get(site.address, "")
        if name and name != release:
            found.setdefault(name, site)
    return found


def _weight(error: ConsoleError) -> tuple[bool, bool, bool]:
    """Order errors: what is unknown on one host makes all of it unknown, and "refused" only holds for all."""
    return isinstance(error, LinkLost), error.exit_code is Exit.STOPPED, not isinstance(error, Refused)


def _joined(errors: list[ConsoleError]) -> ConsoleError:
    if len(errors) == 1:
        return errors[0]
    worst = max(errors, key=_weight)
    told = "; ".join(f"{error.where}: {error.what}" if error.where else error.what for error in errors)
    joined = ConsoleError(worst.code, told, remedy=worst.remedy, exit_code=worst.exit_code)
    return joined if type(worst) is ConsoleError else _like(worst, joined)


def _like(worst: ConsoleError, joined: ConsoleError) -> ConsoleError:
    """Keep the kind of the worst error (Refused, LinkLost), for those who catch it."""
    worst.args = joined.args
    worst.what, worst.where = joined.what, ""
    return worst


async def on_all(sites: Iterable[Site], work: Callable[[Site], Awaitable[T]]) -> dict[str, T]:
    """Run `work` for each host at once and wait for all of them; results by address.

    Nothing is left running when it returns. Raises ConsoleError for the hosts that failed, together.
    """
    sites = tuple(sites)
    ended = await asyncio.gather(*(work(site) for site in sites), return_exceptions=True)
    errors = [item for item in ended if isinstance(item, ConsoleError)]
    for item in ended:
        if isinstance(item, BaseException) and not isinstance(item, ConsoleError):
            raise item
    if errors:
        raise _joined(errors)
    return {
        site.address: item
        for site, item in zip(sites, ended, strict=True)
        if not isinstance(item, BaseException)
    }
