"""The gate of a change of settings: the plan is whole already, so it may have been approved with its digest."""

from core.actions.site import Bench
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.pipeline.confirmation import approved_beforehand


class SettingsGate:
    """Waits for a person unless the plan was approved beforehand."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether a person is needed."""
        environment = self._bench.environment(str(step.args["environment"]))
        return Look.DONE if approved_beforehand(environment, ctx.plan_options) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Nothing is left to do."""
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing was done."""
        return Outcome()
