"""Reading again, under the lock, what the plan rests on (decision 3)."""

import msgspec

from core.actions.hosts import on_all, sites_of
from core.actions.pins import host_pins, refuse_moved
from core.actions.site import Bench
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Pin, Step


class Recheck:
    """Compares the plan's pins with the hosts as they are now."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always read again."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Read all hosts; refuse when something has moved."""
        before = msgspec.convert(step.args.get("pins", []), tuple[Pin, ...])
        sites = sites_of(self._bench, step)
        read = await on_all(sites, lambda site: host_pins(ctx.host(site.address), site))
        now = tuple(pin for pins in read.values() for pin in pins)
        refuse_moved(before, now, sites[0].environment.name)
        return Outcome(facts={"pins": msgspec.to_builtins(now)})

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
