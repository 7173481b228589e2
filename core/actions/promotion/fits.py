"""Whether the live release fits the database as it now is: asked before it is marked as verified."""

from core.actions.hosts import sites_of
from core.actions.promotion.answers import gather
from core.actions.site import Bench, Site
from core.errors import Refused
from core.jobs.action import Context, Look, Outcome
from core.magento.probes import PermanentFalsePositive, UpToDate
from core.magento.schema import schema_paths
from core.model.plan import Step
from core.release.difference import difference
from core.release.inventory import take_inventory
from core.release.marks import read_release_manifest


class Fits:
    """Refuses where Magento still asks for an import or an upgrade."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always asked."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask on every host; the release that was live before tells a demand that never ends (decision 7)."""
        sites = sites_of(self._bench, step)
        first, release = sites[0], str(step.args["release"])
        inventory = await take_inventory(ctx.host(first.address), first.layout)
        found = inventory.find(release)
        before = inventory.previous.name if inventory.previous else ""
        answers = await gather(
            ctx, self._bench, sites, release, {first.address: before},
            schema_differs=bool(before) and await self._schema_differs(ctx, first, before, release),
            magento=found.info.artifact.magento if found and found.info else "",
        )  # fmt: skip
        stale = isinstance(answers.database, PermanentFalsePositive)
        if not isinstance(answers.config, UpToDate) or not (stale or isinstance(answers.database, UpToDate)):
            raise Refused(
                "still-pending",
                "The live release does not fit the database: Magento answers "
                f"{type(answers.config).__name__} and {type(answers.database).__name__}.",
                where=first.address,
                remedy="Resume the job that stopped, or roll back; nothing was changed by this verification.",
            )
        told = ("setup:db:status says 2 as it does for the release before: not pending",)
        return Outcome(warnings=told if stale else ())

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()

    async def _schema_differs(self, ctx: Context, site: Site, before: str, release: str) -> bool:
        host = ctx.host(site.address)
        old = await read_release_manifest(host, site.layout, before)
        changed = difference(old, await read_release_manifest(host, site.layout, release))
        return bool(schema_paths((*changed.added, *changed.changed, *changed.removed)))
