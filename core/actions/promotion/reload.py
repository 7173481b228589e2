"""Making php-fpm take new code, by the command that environments.toml names."""

from core.actions.hosts import on_all, sites_of
from core.actions.running import expect
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step


async def reload_one(ctx: Context, site: Site) -> None:
    """Reload php-fpm of a host where a command is configured; nothing otherwise."""
    if not site.host.reload:
        return
    result = await ctx.host(site.address).sh(
        site.host.reload, limit_s=site.environment.timeouts.command, user="login"
    )
    expect(
        result,
        "reload-failed",
        f"Reloading php-fpm by `{site.host.reload}`",
        where=site.address,
        remedy="Until php-fpm is reloaded it may go on with the old code. Is the command allowed without a password?",
    )


class Reload:
    """Runs the configured reload of php-fpm on each host, as the login."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Reloading again does no harm."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Reload all hosts at once."""
        await on_all(sites_of(self._bench, step), lambda site: reload_one(ctx, site))
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: undoing the switch reloads by itself."""
        return Outcome()
