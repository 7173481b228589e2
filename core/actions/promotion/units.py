"""Cron and consumers by systemd or supervisor: the named units are stopped, and those that ran are started."""

import shlex
from collections.abc import Mapping
from typing import Any

from core.actions.fences import fence_of
from core.actions.running import expect, reason_of
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Context


def _command(site: Site, verb: str, unit: str) -> str:
    """Return the command for one unit; as root it needs no sudo."""
    tool = ["systemctl"] if site.environment.cron == "systemd" else ["supervisorctl"]
    plain = shlex.join([*tool, verb, unit])
    sudo = shlex.join(["sudo", "-n", *tool, verb, unit])
    return f'if [ "$(id -u)" = 0 ]; then {plain}; else {sudo}; fi'


def _state(site: Site, unit: str) -> str:
    """Return a script that ends with 0 for a unit that is on, 3 for one that is off, else with 4.

    On is also what waits to start again: it would, in the middle of the upgrade.
    """
    if site.environment.cron == "systemd":
        quoted = shlex.quote(unit)
        # Of a unit that there is not, `is-active` says that it is inactive, as of one that is off.
        ask = (
            f"case $(systemctl show -p LoadState {quoted} 2>/dev/null) in "
            f"*=not-found) echo 'there is no unit '{quoted} ;; *) systemctl is-active {quoted} ;; esac"
        )
        on, off = "active|activating|reloading|deactivating", "inactive|failed|unknown"
    else:
        ask = _command(site, "status", unit)
        on, off = "*RUNNING*|*STARTING*|*BACKOFF*", "*STOPPED*|*EXITED*|*FATAL*|*STOPPING*"
    return f"said=$({ask} 2>&1)\ncase $said in {on}) exit 0 ;; {off}) exit 3 ;; esac\nprintf '%s' \"$said\" >&2\nexit 4\n"


async def _running(ctx: Context, site: Site) -> list[str]:
    """Return those of the named units that are on. Raises ConsoleError where it can't be told."""
    found = []
    for unit in site.environment.cron_units:
        result = await ctx.host(site.address).sh(
            _state(site, unit), user="login", limit_s=site.environment.timeouts.command
        )
        if result.exit not in (0, 3):
            raise ConsoleError(
                "cron-unknown",
                f"Whether {unit} runs can't be told: {reason_of(result)}",
                where=site.address,
                remedy="Is it spelt as the host knows it, and may the login ask for it by sudo without a password? "
                "A host that runs neither cron nor consumers has no such role in environments.toml.",
            )
        if result.ok:
            found.append(unit)
    return found


async def _each(ctx: Context, bench: Bench, site: Site, verb: str, units: list[str]) -> None:
    for unit in units:
        # The login holds the rights on units; the fence's files are the owner's, so it is checked first.
        guard = fence_of(ctx, bench, site).guard(site.address, ":\n")
        expect(await ctx.host(site.address).sh(guard), "fence-lost", "The lock is not ours", where=site.address)
        result = await ctx.host(site.address).sh(
            _command(site, verb, unit), user="login", limit_s=site.environment.timeouts.cron
        )
        expect(
            result,
            "cron-unit-failed",
            f"`{site.environment.cron}` could not {verb} {unit}",
            where=site.address,
            remedy="May the login do that by sudo without a password?",
        )


async def pause(ctx: Context, bench: Bench, site: Site) -> Mapping[str, Any]:
    """Stop the named units that run. Returns which, noted before they are stopped by the caller's facts."""
    known: list[str] | None = ctx.facts("pause-cron").get("paused", {}).get(site.address, {}).get("units")
    running = known if known is not None else await _running(ctx, site)
    await ctx.note_facts(
        {"paused": {**ctx.facts("pause-cron").get("paused", {}), site.address: {"units": running}}}
    )
    await _each(ctx, bench, site, "stop", running)
    return {"units": running}


async def resume(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any], release: str) -> None:
    """Start what had run; a unit that a person started meanwhile is left alone."""
    there = await _running(ctx, site)
    await _each(ctx, bench, site, "start", [unit for unit in state.get("units", []) if unit not in there])


async def resumed(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any]) -> bool:
    """Tell whether everything that had run runs."""
    there = await _running(ctx, site)
    return all(unit in there for unit in state.get("units", []))
