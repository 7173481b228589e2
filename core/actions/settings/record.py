"""Recording who changed which settings, on every host (decision 27). Names only, never a value."""

import json
import shlex
import time

from core.actions.files import read_if_there
from core.actions.hosts import on_all, sites_of
from core.actions.running import expect, fenced
from core.actions.settings.place import changes
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.pipeline.new_settings import SETTING


class RecordSettings:
    """Appends a line to the history."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether every host knows of this job."""

        if self._nothing(ctx, step):
            return Look.DONE

        async def known(site: Site) -> bool:
            return await self._known(ctx, site)

        return Look.DONE if all((await on_all(sites_of(self._bench, step), known)).values()) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Record on all hosts at once."""
        line = f"{self._line(step)}\n".encode()

        async def one(site: Site) -> None:
            if await self._known(ctx, site):
                return
            history = shlex.quote(site.layout.history)
            expect(
                await fenced(ctx, self._bench, site, f"cat >> {history} && sync {history}\n", payload=line),
                "not-recorded",
                "The history can't be written",
                where=site.address,
            )

        await on_all(sites_of(self._bench, step), one)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: history is not unwritten."""
        return Outcome()

    def _nothing(self, ctx: Context, step: Step) -> bool:
        """Whether the promotion went on without setting them."""
        return ctx.plan.kind == "promote" and not ctx.facts(SETTING).get("set")

    async def _known(self, ctx: Context, site: Site) -> bool:
        """Whether the history of a host has a line of this job about settings; a promotion has one of its own."""
        text = await read_if_there(ctx.host(site.address), site.layout.history)
        job, what = f'"{self._bench.job_id}"'.encode(), b'"what": "settings"'
        return any(job in line and what in line for line in text.splitlines())

    def _line(self, step: Step) -> str:
        wanted = changes(step)
        names = [f"{'-' if item.operation == 'unset' else ''}{item.key}" for item in wanted.settings]
        reasons = self._bench.environment(str(step.args["environment"])).exceptions
        env = [f"{'-' if item.operation == 'unset' else ''}{item.path}" for item in wanted.env]
        return json.dumps(
            {
                "job": self._bench.job_id,
                "what": "settings",
                "settings": names,
                "env": env,
                "exceptions": {name: reasons[name] for name in names if name in reasons},
                "who": self._bench.who.user,
                "from": self._bench.who.machine,
                "at": round(time.time(), 3),
            },
            sort_keys=True,
        )
