"""Magento makes the new settings: on one host, in one process, in a private copy of the files (decision 30)."""

import asyncio
import shlex

from core.actions import scripts
from core.actions.hosts import sites_of
from core.actions.probing import probe
from core.actions.promotion.asking import CONFIG_STATUS
from core.actions.running import expect, fenced, must, run_task
from core.actions.settings.caches import clean
from core.actions.settings.place import changes, root, work
from core.actions.site import Bench, Site
from core.errors import ConsoleError, Exit
from core.jobs.action import Context, Look, Outcome
from core.magento.probes import UpToDate
from core.magento.settings_script import Put, bring_back, change, read
from core.model.plan import Step
from core.secret import Secret


class ComputeSettings:
    """Runs Magento's commands; the shop's files stay as they are, the configuration hash becomes the new one."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """It runs once."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Run all commands in one task. Raises ConsoleError with Magento's own words."""
        site = sites_of(self._bench, step)[0]
        path = await scripts.ensure(ctx, self._bench, site, scripts.SETTINGS)
        where = work(site, ctx.job_id)
        if not ctx.resuming:
            await self._clear(ctx, site)
        wanted = changes(step)
        put = [
            Put(
                item.key,
                ctx.secret(item.secret) if item.secret else item.value,
                direct=item.direct,
                encrypt=item.encrypt,
            )
            for item in wanted.settings
            if item.operation == "set"
        ]
        unset = [item.key for item in wanted.settings if item.operation == "unset"]
        question = change(root(site, step), where, step.args["file"], put, unset)
        end = await run_task(
            ctx, self._bench, step, site, "settings", scripts.command(site, path), cwd=root(site, step),
            payload=question, confidential=any(isinstance(item.value, Secret) for item in put),
        )  # fmt: skip
        result = await self._result(ctx, site, where)
        if result:
            read(result, site.address)
        must(end, "settings-failed", "The settings could not be changed", site)
        number = len(put) + len(unset)
        return Outcome(note=f"{number} setting{'' if number == 1 else 's'}, on {site.host.name}")

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Bring the configuration hash back to what the files say, by an import; they are as before by now."""
        await self.bring_back(ctx, step, "bring-back")
        others = sites_of(self._bench, step)[1:]
        warnings = await asyncio.gather(*(self._clean(ctx, step, other) for other in others))
        return Outcome(
            note="the configuration hash is that of the files again", warnings=tuple(filter(None, warnings))
        )

    async def _clean(self, ctx: Context, step: Step, site: Site) -> str:
        """Clean the config cache of another host, which may have kept the new values. Returns what went wrong."""
        try:
            await clean(ctx, self._bench, step, site, ("config",), task="cache-back")
        except ConsoleError as error:
            return f"{site.host.name}: {error.what}; clean its config cache by hand"
        return ""

    async def bring_back(self, ctx: Context, step: Step, name: str) -> None:
        """Bring the hash back by a task of this name: twice in one attempt takes two. Raises ConsoleError."""
        site = sites_of(self._bench, step)[0]
        await bring_hash_back(ctx, self._bench, step, site, name)
        await self._clear(ctx, site)

    async def _clear(self, ctx: Context, site: Site) -> None:
        """Remove private copies, this job's and those of jobs that are gone: the lock says that no other works."""
        script = f"rm -rf {shlex.quote(f'{site.layout.dot}/settings')}\n"
        await fenced(ctx, self._bench, site, script)

    async def _result(self, ctx: Context, site: Site, where: str) -> bytes:
        try:
            return await ctx.host(site.address).read(f"{where}/result.json", limit=4 << 20)
        except ConsoleError as error:
            if error.code == "file-missing":
                return b""
            raise


async def bring_hash_back(ctx: Context, bench: Bench, step: Step, site: Site, name: str) -> None:
    """Import what the files say, so that the hash is theirs, and ask whether it is. Raises ConsoleError."""
    path = await scripts.ensure(ctx, bench, site, scripts.SETTINGS)
    place = root(site, step)
    end = await run_task(
        ctx, bench, step, site, name, scripts.command(site, path), cwd=place, payload=bring_back(place)
    )
    answer = await probe(
        ctx.host(site.address),
        site,
        place,
        commands=(CONFIG_STATUS,),
        limit_s=site.environment.timeouts.command * 3,
    )
    if end.exit == 0 and isinstance(answer.result(CONFIG_STATUS, None), UpToDate):
        return
    raise ConsoleError(
        "hash-not-restored",
        f"The files are as before, but the configuration hash in the database is not: {end.tail}",
        where=site.address,
        remedy="The shop answers 500 until it is: run `bin/magento app:config:import -n` there.",
        exit_code=Exit.STOPPED,
    )


class TidySettings:
    """Removes the private copies, which hold what env.php holds."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether they are gone."""
        site = sites_of(self._bench, step)[0]
        script = f"[ ! -e {shlex.quote(work(site, ctx.job_id))} ]"
        result = await ctx.host(site.address).sh(script, limit_s=site.environment.timeouts.command)
        return Look.DONE if result.ok else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Remove them."""
        site = sites_of(self._bench, step)[0]
        script = f"rm -rf {shlex.quote(work(site, ctx.job_id))}\n"
        expect(
            await fenced(ctx, self._bench, site, script), "not-tidied", "The private copies can't be removed",
            where=site.address,
        )  # fmt: skip
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()
