"""The built tree becomes an artifact: cleared of what belongs to one system, listed, moved into the store."""

import shlex
import time
from collections.abc import Callable

from core.actions.build.base import BuildAction
from core.actions.build.check import known_tools
from core.actions.build.known import facts_of
from core.actions.fences import fence_of
from core.actions.running import expect, fenced
from core.actions.site import Site
from core.errors import ConsoleError
from core.jobs.action import Context, Outcome
from core.model.plan import Step
from core.pipeline.build_inputs import shared_paths
from core.release.artifact import Info, artifacts, find_built, keep, packs, read_manifest, tree
from core.release.exclusion import excluder
from core.release.manifest import Manifest
from core.release.packing import store
from core.release.scan import scan
from core.release.script import nul_list
from core.ssh.host import LinkLost


class Sorter:
    """Says of each path whether it is left out, and remembers those that are."""

    def __init__(self, excluded: Callable[[str], bool]) -> None:
        self._excluded = excluded
        self.left_out: list[str] = []

    def __call__(self, path: str) -> bool:
        """Whether the path is kept out of the artifact."""
        if not self._excluded(path):
            return False
        self.left_out.append(path)
        return True

    @property
    def parents(self) -> list[str]:
        """The directories that may have nothing left in them."""
        return sorted({path.rpartition("/")[0] for path in self.left_out} - {""})


class Package(BuildAction):
    """Make the artifact; its mark is written last."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Clear, list, move. Begun again, it goes on with what it finds."""
        site, layout = self.site(step), self.layout(step)
        host = ctx.host(site.address)
        key = str(ctx.facts("known").get("input_key", ""))
        there = await host.sh(f"[ -d {shlex.quote(layout.work)} ]", limit_s=site.environment.timeouts.command)
        if there.exit == 1 and (built := await find_built(host, site.layout, key)) is not None:
            manifest = await read_manifest(host, site.layout, built.id)
            return self._outcome(built, layout.commit, await self._pack(ctx, site, manifest))
        sorter = Sorter(excluder(shared=shared_paths(site.project), patterns=site.environment.artifact_exclude))
        manifest = await scan(host, layout.work, excluded=sorter)
        await self._clear(ctx, site, layout.work, sorter, step.limit_s)
        info = self._info(ctx, step, manifest, key)
        await keep(host, site.layout, layout.work, manifest, info, guard=fence_of(ctx, self.bench, site).guard)
        # The tree is still there when an artifact of the same contents was.
        gone = f"rm -f {shlex.quote(layout.checked_out)}\nrm -rf {shlex.quote(layout.work)}\n"
        await fenced(ctx, self.bench, site, gone, limit_s=step.limit_s)
        kept = await find_built(host, site.layout, key)
        if kept is None or kept.id != manifest.id:
            raise ConsoleError(
                "artifact-not-kept",
                f"Artifact {manifest.id[:12]} was stored, but is not found again.",
                where=site.address,
            )
        warnings = await self._pack(ctx, site, manifest)
        return self._outcome(kept, layout.commit, warnings)

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Remove artifacts without their mark: under the lock, nobody else makes one."""
        site = self.site(step)
        store = shlex.quote(artifacts(site.layout))
        script = (
            f'for home in {store}/*/; do\n  case $home in */by-input/|*"/*/") continue ;; esac\n'
            '  [ -e "${home}complete" ] || rm -rf "$home" || exit 1\ndone\n'
        )
        result = await fenced(ctx, self.bench, site, script, limit_s=max(step.limit_s, 600.0))
        expect(result, "artifact-left", "An unfinished artifact could not be removed", where=site.address)
        return Outcome()

    async def _pack(self, ctx: Context, site: Site, manifest: Manifest) -> tuple[str, ...]:
        """Store the artifact as it is sent to hosts without a release. It can be sent without."""
        host, fence = ctx.host(site.address), fence_of(ctx, self.bench, site)
        place = tree(site.layout, manifest.id), packs(site.layout, manifest.id)
        try:
            await store(host, *place, manifest, guard=fence.guard)
        except LinkLost:
            raise
        except ConsoleError as error:
            if error.code in ("artifact-changed", "fence-lost"):
                raise
            return (f"{error.what} Each transfer packs what it sends; it takes a little longer.",)
        return ()

    async def _clear(self, ctx: Context, site: Site, work: str, sorter: Sorter, limit_s: float) -> None:
        """Remove what is left out: the store holds nothing that its manifest does not name."""
        parents = nul_list(sorter.parents)
        script = (
            f"cd {shlex.quote(work)} || exit 1\n"
            f"head -c {len(parents)} > ../parents && xargs -0 -r rm -rf -- || exit 1\n"
            "xargs -0 -r rmdir -p --ignore-fail-on-non-empty -- < ../parents 2>/dev/null || :\n"
            "rm -f ../parents\n"
        )
        payload = parents + nul_list(sorter.left_out)
        result = await fenced(ctx, self.bench, site, script, payload=payload, limit_s=limit_s)
        expect(
            result, "tree-not-cleared", "The built tree could not be cleared for packing", where=site.address
        )

    def _info(self, ctx: Context, step: Step, manifest: Manifest, key: str) -> Info:
        commit = ctx.facts("fetch")
        tools = known_tools(ctx)
        environment = self.site(step).environment
        locales = [*environment.locales, *(one for part in environment.static for one in part.locales)]
        started = float(ctx.facts("check").get("at", time.time()))
        return Info(
            id=manifest.id,
            commit=str(step.args["commit"]),
            subject=str(commit.get("subject", "")),
            branch=str(step.args["ref"]),
            committed_at=str(commit.get("time", "")),
            php=tools.php,
            extensions=tools.extensions,
            magento=str(ctx.facts("modules").get("magento", "")),
            content_version=str(ctx.facts("known").get("content_version", "")),
            locales=tuple(dict.fromkeys(locales)),
            built_at=time.time(),
            built_by=f"{self.bench.who.user}@{self.bench.who.machine}",
            seconds=round(time.time() - started, 1),
            files=len(manifest.entries),
            bytes=manifest.size,
            input_key=key,
            tools={"composer": tools.composer} if tools.composer else {},
        )

    def _outcome(self, info: Info, commit: str, warnings: tuple[str, ...] = ()) -> Outcome:
        size = f"{info.bytes / 1e6:.1f} MB in {info.files} files"
        same = f"The same contents were built before, from commit {info.commit[:12]}; that artifact stays."
        return Outcome(
            facts=facts_of(info),
            note=f"artifact {info.id[:12]}, {size}",
            warnings=(same, *warnings) if info.commit != commit else warnings,
        )
