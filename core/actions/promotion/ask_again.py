"""The same questions once more inside the window, before the database step runs (decision 3)."""

import msgspec

from core.actions.hosts import sites_of
from core.actions.promotion.answers import Answers, gather
from core.actions.site import Bench
from core.errors import Refused
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.pipeline.decision import Decision


class AskAgain:
    """Refuses when the answers differ from those that were approved; nothing has run then."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always asked again."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask and compare."""
        approved = ctx.facts("decide")
        sites = sites_of(self._bench, step)
        now = await gather(
            ctx,
            self._bench,
            sites,
            str(step.args["release"]),
            step.args["live"],
            schema_differs=bool(approved.get("schema_differs")),
            magento=str(approved.get("magento", "")),
        )
        before = msgspec.convert(approved["answers"], Answers)
        if not msgspec.convert(
            approved["decision"], Decision
        ).upgrades:  # only an upgrade needs the search engine
            now, before = (msgspec.structs.replace(answers, search=()) for answers in (now, before))
        if now != before:
            raise Refused(
                "forecast-moved",
                "Magento answers otherwise than when the plan was approved; no database step has run.",
                where=sites[0].address,
                remedy="Somebody changed the database or configuration meanwhile. Promote again and read the gate.",
            )
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
