"""The switch of all hosts in two phases (decision 5), and its way back."""

import shlex

from core.actions.fences import fence_of
from core.actions.hosts import on_all, sites_of
from core.actions.promotion.maintenance import clear_flags, flagged, set_flags
from core.actions.promotion.reload import reload_one
from core.actions.running import run_task
from core.actions.site import Bench, Site
from core.errors import ConsoleError, Exit
from core.jobs.action import Context, Look, Outcome
from core.magento.commands import argv
from core.model.plan import Step
from core.release import switch


def _live(step: Step, site: Site) -> str:
    return str(step.args["live"].get(site.address, ""))


def _release(step: Step) -> str:
    return str(step.args["release"])


def _path(site: Site, release: str) -> str:
    return site.layout.release(release) if release else ""


class PrepareSwitch:
    """Phase 1: the next link on every host, and the proof of the right to rename it.

    Also carries over a maintenance flag that a person set: what was closed before stays closed. One that an
    earlier job left in the new release alone goes, else the switch itself would close the shop.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether every host is prepared, or switched already."""

        async def ready(site: Site) -> bool:
            links = await switch.links(ctx.host(site.address), site.layout)
            return links.next.endswith(f"/{_release(step)}") or links.current.endswith(f"/{_release(step)}")

        done = "carried" in ctx.facts(step.id) and all((await on_all(self._sites(step), ready)).values())
        return Look.DONE if done else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Prepare all hosts; nothing is switched unless all are ready."""
        carried = ctx.facts(step.id).get("carried")
        if carried is None:
            carried = await on_all(self._sites(step), lambda site: self._to_carry(ctx, step, site))
            await ctx.note_facts({"carried": carried})
        await on_all(self._sites(step), lambda site: self._one(ctx, step, site, carried[site.address]))
        kept = [self._bench.site(address).host.name for address, names in carried.items() if names]
        note = f"{', '.join(kept)} had been closed before and will stay so" if kept else ""
        return Outcome(facts={"carried": carried}, note=note)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Take the next link away, and the flags that were carried over."""
        carried: dict[str, list[str]] = ctx.facts(step.id).get("carried", {})

        async def back(site: Site) -> None:
            fence = fence_of(ctx, self._bench, site)
            await switch.take_back(
                ctx.host(site.address), site.layout, _release(step), _live(step, site), guard=fence.guard
            )
            await clear_flags(ctx, self._bench, site, carried.get(site.address, []))

        await on_all(self._sites(step), back)
        return Outcome()

    def _sites(self, step: Step) -> tuple[Site, ...]:
        return sites_of(self._bench, step)

    async def _to_carry(self, ctx: Context, step: Step, site: Site) -> list[str]:
        """Return the new release when the live one was closed by somebody else."""
        live, release = _live(step, site), _release(step)
        if not live or live == release:
            return []
        closed = await flagged(ctx, site, [live, release])
        return [release] if live in closed and release not in closed else []

    async def _clear_leftover(self, ctx: Context, step: Step, site: Site) -> None:
        """Take the flag out of the new release where the shop is open."""
        live, release = _live(step, site), _release(step)
        if live != release and await flagged(ctx, site, [live, release] if live else [release]) == [release]:
            await clear_flags(ctx, self._bench, site, [release])

    async def _one(self, ctx: Context, step: Step, site: Site, carried: list[str]) -> None:
        if carried:
            await set_flags(ctx, self._bench, site, carried)
        elif "sets" not in ctx.facts("close"):
            await self._clear_leftover(ctx, step, site)
        fence = fence_of(ctx, self._bench, site)
        await switch.prepare(ctx.host(site.address), site.layout, _release(step), guard=fence.guard)


class Switch:
    """Phase 2: the renames, on all hosts at the same time."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Read every host's link."""
        states = await on_all(sites_of(self._bench, step), lambda site: self._taken(ctx, step, site))
        return Look.DONE if all(states.values()) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Rename on all hosts. A failure is undone by the runner unless a database step ran; then it is `mixed`."""
        sites = sites_of(self._bench, step)
        try:
            await on_all(sites, lambda site: self._take(ctx, step, site))
        except ConsoleError as error:
            raise await self._mixed(ctx, step, error) from error
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Let every host's link lead to what was live before; php-fpm and caches follow."""
        sites = sites_of(self._bench, step)

        async def back(site: Site) -> bool:
            switched = await self._was_switched(ctx, step, site)
            fence = fence_of(ctx, self._bench, site)
            await switch.take_back(
                ctx.host(site.address), site.layout, _release(step), _live(step, site), guard=fence.guard
            )
            if switched:
                await reload_one(ctx, site)
            return switched

        try:
            switched = await on_all(sites, back)
        except ConsoleError as error:
            raise await self._mixed(ctx, step, error) from error
        if not any(switched.values()):
            return Outcome()
        told = await on_all(sites, lambda site: self._flush_old(ctx, step, site))
        return Outcome(warnings=tuple(line for lines in told.values() for line in lines))

    async def _take(self, ctx: Context, step: Step, site: Site) -> None:
        fence = fence_of(ctx, self._bench, site)
        await switch.take(ctx.host(site.address), site.layout, _release(step), guard=fence.guard)

    async def _was_switched(self, ctx: Context, step: Step, site: Site) -> bool:
        """Tell whether a host ran the new release; noted, for once its link leads back nothing else tells."""
        taken = await self._taken(ctx, step, site)
        async with self._bench.noting:
            known: dict[str, bool] = ctx.facts(step.id).get("switched", {})
            if site.address not in known:
                known = {**known, site.address: taken}
                await ctx.note_facts({"switched": known})
        return known[site.address]

    async def _taken(self, ctx: Context, step: Step, site: Site) -> bool:
        links = await switch.links(ctx.host(site.address), site.layout)
        return links.current.endswith(f"/releases/{_release(step)}")

    async def _mixed(self, ctx: Context, step: Step, error: ConsoleError) -> ConsoleError:
        """Say what each host runs; `mixed` when they differ."""
        told: list[str] = []
        kinds: set[str] = set()
        for site in sites_of(self._bench, step):
            try:
                taken = await self._taken(ctx, step, site)
            except ConsoleError as problem:
                told.append(f"{site.host.name}: unknown ({problem.what})")
                kinds.add("unknown")
            else:
                told.append(f"{site.host.name}: {'new' if taken else 'old'}")
                kinds.add("new" if taken else "old")
        if len(kinds) == 1 and "unknown" not in kinds:
            return error
        return ConsoleError(
            "switch-mixed",
            f"The hosts do not run the same: {'; '.join(told)}. {error.what}",
            where=error.where,
            remedy="Take the host that differs out of the balancer, mend it, and resume the job.",
            exit_code=Exit.STOPPED,
        )

    async def _flush_old(self, ctx: Context, step: Step, site: Site) -> tuple[str, ...]:
        """Flush what the new code may have cached for the old; the switch back itself is done."""
        live = _live(step, site)
        if not live:
            return ()
        root = _path(site, live)
        command = argv("cache:flush", php=site.php, root=root)
        try:
            end = await run_task(ctx, self._bench, step, site, "flush-back", command, cwd=root)
        except ConsoleError as error:
            return (f"the caches were not flushed after the switch back: {error.what}",)
        return () if end.exit == 0 else (f"`{shlex.join(command)}` failed after the switch back: {end.tail}",)
