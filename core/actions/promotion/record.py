"""Recording what went live: the verified mark, and a line of history on every host (decision 27)."""

import json
import shlex
import time
from typing import Any

from core.actions.fences import fence_of
from core.actions.files import read_if_there
from core.actions.hosts import on_all, sites_of
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.pipeline.undecided import conflicts_of
from core.release.inventory import take_inventory
from core.release.switch import mark_verified


def _decided(ctx: Context) -> dict[str, Any]:
    """Return what a person decided about what was set by hand here, and what it was."""
    found = {
        one["name"]: {key: one[key] for key in ("answer", "live", "candidate", "where")}
        for one in conflicts_of(ctx.plan)
    }
    return {"decided": found} if found else {}


class Record:
    """Marks the release as verified and appends to the history."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def _line(self, ctx: Context, step: Step) -> str:
        return json.dumps(
            {
                "hotfix": ctx.plan_options.get("hotfix", ""),
                "job": self._bench.job_id,
                "what": step.args.get("verb", "promote"),
                "release": step.args["release"],
                "before": step.args["live"],
                "artifact": step.args["artifact"],
                **_decided(ctx),
                "who": self._bench.who.user,
                "from": self._bench.who.machine,
                "at": round(time.time(), 3),
            },
            sort_keys=True,
        )

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether every host knows of this job."""

        async def known(site: Site) -> bool:
            inventory = await take_inventory(ctx.host(site.address), site.layout)
            found = inventory.find(str(step.args["release"]))
            if found is None or (step.args.get("verified") and found.verified_at is None):
                return False
            text = await read_if_there(ctx.host(site.address), site.layout.history)
            return f'"{self._bench.job_id}"'.encode() in text

        return Look.DONE if all((await on_all(sites_of(self._bench, step), known)).values()) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Record on all hosts at once."""
        await on_all(sites_of(self._bench, step), lambda site: self._one(ctx, step, site))
        if step.args.get("verified"):
            return Outcome()
        return Outcome(
            warnings=("live, but not verified: without `health` nothing was asked of the web hosts",)
        )

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: history is not unwritten."""
        return Outcome()

    async def _one(self, ctx: Context, step: Step, site: Site) -> None:
        fence = fence_of(ctx, self._bench, site)
        release = str(step.args["release"])
        if step.args.get("verified"):
            await mark_verified(ctx.host(site.address), site.layout, release, guard=fence.guard)
        history = shlex.quote(site.layout.history)
        job = shlex.quote(f'"{self._bench.job_id}"')
        script = (
            f"[ -e {history} ] && while read -r line; do case $line in *{job}*) exit 0 ;; esac; done < {history}\n"
            f"cat >> {history} && sync {history}\n"
        )
        expect(
            await fenced(ctx, self._bench, site, script, payload=f"{self._line(ctx, step)}\n".encode()),
            "not-recorded",
            "The history can't be written",
            where=site.address,
        )
