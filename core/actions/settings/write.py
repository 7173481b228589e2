"""The result goes into the files of all hosts: written beside, then renamed together (decision 30)."""

import hashlib
from typing import Any

from core.actions import replacing
from core.actions.hosts import on_all, sites_of
from core.actions.promotion.reload import reload_one
from core.actions.running import expect, fenced
from core.actions.settings.place import backup, changes, edited, work
from core.actions.site import Bench, Site
from core.errors import ConsoleError, Exit
from core.jobs.action import Context, Look, Outcome
from core.magento.php_config import read
from core.magento.php_edit import REMOVE
from core.magento.php_values import Value
from core.model.plan import Step
from core.settings.changes import EnvChange
from core.settings.new_file import new_file

_LARGEST = 32 << 20


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class WriteSettings:
    """Writes env.php (on development config.php) of every host, or of none."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Compare every host's file with what it is to become."""
        wanted: dict[str, str] = ctx.facts(step.id).get("after", {})

        async def done(site: Site) -> bool:
            return _digest(await self._file(ctx, step, site)) == wanted.get(site.address)

        sites = sites_of(self._bench, step)
        return Look.DONE if wanted and all((await on_all(sites, done)).values()) else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Make the new files from the old ones, write them beside on all hosts, rename them on all hosts."""
        sites = sites_of(self._bench, step)
        config = step.args.get("file") == "config"
        result = await self._result(ctx, step, sites[0])
        before = await on_all(sites, lambda site: self._file(ctx, step, site))
        after = {site.address: self._edited(ctx, step, before[site.address], result) for site in sites}
        known = ctx.facts(step.id)
        await ctx.note_facts(
            {
                "before": {a: _digest(data) for a, data in before.items()} | known.get("before", {}),
                "after": {a: _digest(data) for a, data in after.items()},
            }
        )
        await on_all(
            sites, lambda site: self._beside(ctx, step, site, before[site.address], after[site.address])
        )
        await on_all(
            sites, lambda site: self._rename(ctx, step, site, before[site.address], after[site.address])
        )
        names = ", ".join(site.host.name for site in sites)
        return Outcome(note=f"{'config.php' if config else 'env.php'} of {names}")

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Put the files back that this job replaced, and let php-fpm take them."""
        facts = ctx.facts(step.id)

        async def back(site: Site) -> None:
            await self._clear(ctx, step, site)
            now = _digest(await self._file(ctx, step, site))
            before, after = (facts.get(key, {}).get(site.address, now) for key in ("before", "after"))
            if now == before:
                return
            if now != after:
                raise ConsoleError(
                    "env-changed",
                    "The file was changed by somebody else after this job; it was not put back.",
                    where=site.address,
                    remedy=f"Compare it with {self._kept(ctx, step, site)}, which is as it was before.",
                    exit_code=Exit.STOPPED,
                )
            await self._restore(ctx, step, site)
            await reload_one(ctx, site)

        await on_all(sites_of(self._bench, step), back)
        return Outcome()

    def _kept(self, ctx: Context, step: Step, site: Site) -> str:
        """Return where the file is kept as it was; a step that is tried again keeps it anew each time."""
        return backup(site, step, str(ctx.facts(step.id).get("backup") or ctx.job_id))

    def _edited(self, ctx: Context, step: Step, before: bytes, result: Value) -> bytes:
        wanted = changes(step)
        keys = tuple(item.key.in_file for item in wanted.settings)
        if step.args.get("file") == "config":
            return new_file(before, "config.php", result, keys)
        env = {item.keys: self._value(ctx, item) for item in wanted.env}
        return new_file(before, "env.php", result, keys, env)

    def _value(self, ctx: Context, item: EnvChange) -> Any:
        if item.operation == "unset":
            return REMOVE
        return ctx.secret(item.secret).reveal() if item.secret else item.value

    async def _file(self, ctx: Context, step: Step, site: Site) -> bytes:
        return await ctx.host(site.address).read(edited(site, step), limit=_LARGEST)

    async def _result(self, ctx: Context, step: Step, site: Site) -> Value:
        """Return what Magento wrote into its private copy; nothing when none of its commands had to run."""
        if not changes(step).settings and not step.args.get("levels"):
            return None
        if step.args.get("levels") and not changes(step).settings:
            # The hosts are only made equal: the first one's section is what the others get.
            return read(await self._file(ctx, step, site), "env.php").values
        name = "config.php" if step.args.get("file") == "config" else "env.php"
        source = await ctx.host(site.address).read(f"{work(site, ctx.job_id)}/etc/{name}", limit=_LARGEST)
        return read(source, name).values

    async def _beside(self, ctx: Context, step: Step, site: Site, before: bytes, after: bytes) -> None:
        if before == after:
            return
        kept = self._kept(ctx, step, site)
        script = (
            replacing.find(edited(site, step))
            + replacing.unless_changed(before)
            + replacing.keep(site.layout.backups, kept.rpartition("/")[2])
            + replacing.write_beside(after)
            + replacing.lint(site.php)
        )
        self._expect(await fenced(ctx, self._bench, site, script, payload=after), site)

    async def _rename(self, ctx: Context, step: Step, site: Site, before: bytes, after: bytes) -> None:
        if before == after:
            return
        script = replacing.find(edited(site, step)) + replacing.unless_changed(before) + replacing.rename()
        self._expect(await fenced(ctx, self._bench, site, script), site)

    async def _clear(self, ctx: Context, step: Step, site: Site) -> None:
        """Remove what was written beside the file and not put in its place."""
        script = replacing.find(edited(site, step)) + 'rm -f "$n"\n'
        self._expect(await fenced(ctx, self._bench, site, script), site)

    async def _restore(self, ctx: Context, step: Step, site: Site) -> None:
        """Put the kept copy in place; its bytes never leave the host."""
        kept = self._kept(ctx, step, site)
        old = await ctx.host(site.address).read(kept, limit=_LARGEST)
        script = replacing.find(edited(site, step)) + replacing.write_beside(old) + replacing.rename()
        self._expect(await fenced(ctx, self._bench, site, script, payload=old), site)

    def _expect(self, result: Any, site: Site) -> None:
        if result.exit == replacing.CHANGED:
            raise ConsoleError(
                "env-changed", "The file was changed by somebody else at the same moment.", where=site.address,
                remedy="Read the plan again; everything is taken back.",
            )  # fmt: skip
        expect(
            result,
            "env-unwritten",
            "The file can't be written",
            where=site.address,
            remedy="Give it to the user that commands run as, with php-fpm's group; it was not changed.",
        )
