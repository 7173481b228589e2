"""Taking the artifact to all hosts of the target, and linking what outlives releases."""

import shlex

from core.actions.checks.deep import refuse_changed
from core.actions.fences import fence_of
from core.actions.hosts import on_all, sites_of
from core.actions.promotion.older_config import note_older_config
from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.environments.model import Role
from core.errors import Refused
from core.jobs.action import Context, Look, Outcome
from core.model.plan import Step
from core.release.artifact import find, packs, read_manifest, tree
from core.release.inventory import take_inventory
from core.release.layout import Layout
from core.release.shared import Shared, link_shared, wrong_links
from core.release.sides import BuildSide, TargetSide
from core.release.transfer import transfer
from core.text import one_line


def _targets(bench: Bench, step: Step) -> tuple[Site, ...]:
    """Return the target's hosts; the step names the build host too, which may be one of them."""
    environment = bench.environment(str(step.args["environment"]))
    return bench.sites(environment.name)


class Transfer:
    """Streams from the build host through the console to all hosts at once; resumable."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """The transfer itself looks at what is there."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Bring the release to every host, verified and marked complete."""
        sites = _targets(self._bench, step)
        fence = fence_of(ctx, self._bench, sites[0])
        report = await transfer(
            await self._source(ctx, step),
            {
                site.address: TargetSide(
                    host=ctx.host(site.address),
                    layout=site.layout,
                    umask=site.umask,
                    group=site.environment.web_group,
                )
                for site in sites
            },
            str(step.args["release"]),
            guard=fence.guard,
            progress=lambda done, total: ctx.progress(done, total, "bytes"),
            log=lambda address, line: ctx.say(f"{address}: {one_line(line)}"),
        )
        hosts = report.hosts.values()
        most = max((host.bytes_sent for host in hosts), default=0)
        facts = {
            "bytes_sent": most,
            "bytes_wire": max((host.bytes_wire for host in hosts), default=0),
            "artifact_bytes": report.artifact_bytes,
            "artifact_files": report.artifact_files,
            "hosts": {
                address: {
                    "linked": host.linked,
                    "copied": host.copied,
                    "sent": host.sent,
                    "bytes_sent": host.bytes_sent,
                    "base": host.base,
                }
                for address, host in report.hosts.items()
            },
        }
        return Outcome(facts=facts, note=f"{most:,} of {report.artifact_bytes:,} bytes sent")

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Leave what arrived: a complete release may stay prepared, an unfinished one is gone on with."""
        return Outcome()

    async def _source(self, ctx: Context, step: Step) -> BuildSide:
        address = str(step.args["build_host"])
        layout = Layout(str(step.args["build_root"]))
        artifact = str(step.args["artifact"])
        host = ctx.host(address)
        return BuildSide(
            host=host,
            tree=tree(layout, artifact),
            manifest=await read_manifest(host, layout, artifact),
            info=await find(host, layout, artifact),
            packs=packs(layout, artifact),
        )


class LinkShared:
    """Links env.php, media, logs into the new release on every host."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """See whether every link is as it should be."""
        release = str(step.args["release"])

        async def linked(site: Site) -> bool:
            return not await wrong_links(ctx.host(site.address), site.layout, release, _shared(site))

        linked_everywhere = all((await on_all(sites_of(self._bench, step), linked)).values())
        return Look.DONE if linked_everywhere else Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Link on all hosts at once."""
        release = str(step.args["release"])

        async def link(site: Site) -> None:
            await link_shared(
                ctx.host(site.address),
                site.layout,
                release,
                _shared(site),
                umask=site.umask,
                group=site.environment.web_group,
                guard=fence_of(ctx, self._bench, site).guard,
            )

        await on_all(sites_of(self._bench, step), link)
        return Outcome()

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing: links in a release that is not live do no harm."""
        return Outcome()


def _shared(site: Site) -> Shared:
    return Shared(files=site.environment.shared_files, dirs=site.environment.shared_dirs)


class VerifyRelease:
    """Every host has the complete release, and env.php is reached through its link.

    What is promoted to production is hashed whole. A roll back is not held up by it.
    """

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def look(self, ctx: Context, step: Step) -> Look:
        """Always looked at."""
        return Look.NOT_DONE

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Look at all hosts at once."""
        sites = sites_of(self._bench, step)
        await on_all(sites, lambda site: self._one(ctx, step, site))
        if ctx.plan.kind != "rollback":
            return Outcome()
        return await note_older_config(ctx, sites, str(step.args["release"]))

    async def undo(self, ctx: Context, step: Step) -> Outcome:
        """Nothing to take back."""
        return Outcome()

    async def _one(self, ctx: Context, step: Step, site: Site) -> None:
        release = str(step.args["release"])
        found = (await take_inventory(ctx.host(site.address), site.layout)).find(release)
        if found is None or not found.complete or found.artifact_id != step.args["artifact"]:
            raise Refused(
                "release-incomplete",
                f"Release {release} is not complete.",
                where=site.address,
                remedy="Promote the artifact again; the transfer goes on where it ended.",
            )
        env = shlex.quote(f"{site.layout.release(release)}/app/etc/env.php")
        result = await fenced(ctx, self._bench, site, f"[ -s {env} ] && [ -r {env} ]\n")
        expect(
            result,
            "env-missing",
            "The release does not reach a readable env.php",
            where=site.address,
            remedy="shared/app/etc/env.php must be that of the installed shop; mageconsole never makes one.",
        )
        if site.environment.role is Role.PRODUCTION and ctx.plan.kind == "promote":
            await refuse_changed(ctx.host(site.address), site, release)
