"""Whether the same was built before: then that artifact is the result, at once (decision 20)."""

import msgspec

from core.actions.build.base import BuildAction
from core.actions.build.check import known_tools
from core.errors import ConsoleError
from core.jobs.action import Amendment, Context, Outcome
from core.magento.static_content import content_version
from core.model.plan import Step
from core.pipeline.build import Commit, finishing_steps
from core.pipeline.build_inputs import build_inputs, key_of
from core.release.artifact import Info, find_built


def facts_of(info: Info) -> dict[str, object]:
    """Return what later steps and the screen need to know of an artifact."""
    return {"artifact": info.id, "info": msgspec.to_builtins(info)}


class Known(BuildAction):
    """Look the inputs up in the store; when they are there only the finishing steps remain."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Look, and leave out the rest of the build when there is nothing to build."""
        site = self.site(step)
        environment = site.environment
        key = key_of(build_inputs(self.bench.project, environment, str(step.args["commit"]), known_tools(ctx)))
        facts: dict[str, object] = {"input_key": key, "content_version": content_version([key])}
        if ctx.facts("fetch"):
            return self._again(ctx, step, key, site.address)
        rebuild = bool(ctx.plan_options.get("rebuild"))
        built = None if rebuild else await find_built(ctx.host(site.address), site.layout, key)
        if built is None:
            return Outcome(facts=facts, note="not built before" if not rebuild else "to be built anew")
        commit = Commit(id=str(step.args["commit"]), ref=str(step.args["ref"]), subject=built.subject)
        return Outcome(
            facts={**facts, **facts_of(built), "known": True},
            note=f"artifact {built.id[:12]} is there already",
            amend=Amendment(steps=finishing_steps(environment, commit)),
        )

    def _again(self, ctx: Context, step: Step, key: str, where: str) -> Outcome:
        """Asked again by a resumed job, the build having begun: it stays what it is, or can't go on."""
        before = ctx.facts(step.id)
        if before.get("input_key") == key:
            return Outcome(facts=before)
        raise ConsoleError(
            "inputs-moved",
            "PHP or composer of the build host are not those that this build began with.",
            where=where,
            remedy="Cancel this job, and build anew.",
        )
