"""The built tree becomes an artifact: cleared of what belongs to one system, listed, moved into the store."""

import shlex
import time

from core.actions.build.base import BuildAction
from core.actions.build.check import known_tools
from core.actions.build.known import facts_of
from core.actions.fences import fence_of
from core.actions.running import expect, fenced
from core.actions.site import Site
from core.errors import ConsoleError
from core.jobs.action import Context, Outcome
from core.model.plan import Step
from core.pipeline.build_exclude import KEPT_IN_VAR, excluded, find_arguments, shared_paths
from core.release.artifact import Info, artifacts, find_built, keep
from core.release.manifest import Manifest
from core.release.scan import scan


def clear_script(site: Site, work: str) -> str:
    """Return the script that takes out of a tree what no artifact holds."""
    literal = shared_paths(site.project)
    tests = find_arguments(excluded(site.project, site.environment), literal)
    kept = [part for name in KEPT_IN_VAR for part in ("!", "-name", name)]
    lines = [
        f"cd {shlex.quote(work)} || exit 1",
        shlex.join(
            ["find", ".", "-mindepth", "1", "(", *tests, ")", "-prune", "-exec", "rm", "-rf", "{}", "+"]
        ),
        "[ $? -eq 0 ] || exit 1",
        "[ ! -d var ] || "
        + shlex.join(
            ["find", "var", "-mindepth", "1", "-maxdepth", "1", *kept, "-exec", "rm", "-rf", "{}", "+"]
        ),
    ]
    return "\n".join(lines) + "\n"


class Package(BuildAction):
    """Make the artifact; its mark is written last."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Clear, list, move. Begun again, it goes on with what it finds."""
        site, layout = self.site(step), self.layout(step)
        host = ctx.host(site.address)
        key = str(ctx.facts("known").get("input_key", ""))
        there = await host.sh(f"[ -d {shlex.quote(layout.work)} ]", limit_s=site.environment.timeouts.command)
        if there.exit == 1 and (built := await find_built(host, site.layout, key)) is not None:
            return self._outcome(built)
        await self._clear(ctx, site, layout.work, step.limit_s)
        manifest = await scan(host, layout.work)
        self._sane(manifest, site)
        info = self._info(ctx, step, manifest, key)
        await keep(host, site.layout, layout.work, manifest, info, guard=fence_of(ctx, self.bench, site).guard)
        await fenced(ctx, self.bench, site, f"rm -f {shlex.quote(layout.checked_out)}")
        kept = await find_built(host, site.layout, key)
        if kept is None or kept.id != manifest.id:
            raise ConsoleError(
                "artifact-not-kept",
                f"Artifact {manifest.id[:12]} was stored, but is not found again.",
                where=site.address,
            )
        return self._outcome(kept)

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

    async def _clear(self, ctx: Context, site: Site, work: str, limit_s: float) -> None:
        result = await fenced(ctx, self.bench, site, clear_script(site, work), limit_s=limit_s)
        expect(
            result, "tree-not-cleared", "The built tree could not be cleared for packing", where=site.address
        )

    def _sane(self, manifest: Manifest, site: Site) -> None:
        """Raise when a secret file got through, whatever the patterns were."""
        for path in ("app/etc/env.php", "auth.json", "var/.regenerate"):
            if path in manifest.by_path:
                raise ConsoleError(
                    "artifact-unclean", f"{path} is still in the built tree.", where=site.address
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

    def _outcome(self, info: Info) -> Outcome:
        size = f"{info.bytes / 1e6:.1f} MB in {info.files} files"
        return Outcome(facts=facts_of(info), note=f"artifact {info.id[:12]}, {size}")
