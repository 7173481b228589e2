"""Bringing the mirror clone up to date, and reading what a commit says of itself."""

import shlex

from core.actions.build.base import BuildAction, shell
from core.actions.running import expect, must, run_task
from core.actions.site import Site
from core.errors import ConsoleError, Refused
from core.jobs.action import Context, Outcome
from core.model.plan import Step
from core.ssh.host import Host
from core.text import one_line

_NOT_THERE = 42


async def describe(host: Host, site: Site, mirror: str, commit: str) -> dict[str, str]:
    """Return author, time and subject of a commit in the mirror. Raises ConsoleError `commit-unreadable`."""
    script = f"git -C {shlex.quote(mirror)} log -1 --format=%an%x00%cI%x00%s {shlex.quote(commit)} --"
    result = await host.sh(script, limit_s=site.environment.timeouts.command)
    told = expect(result, "commit-unreadable", "The commit can't be read", where=site.address)
    author, when, subject = (one_line(part) for part in [*told.split(b"\0"), b"", b""][:3])
    return {"author": author, "time": when, "subject": subject}


class Fetch(BuildAction):
    """Fetch the repository into the mirror; git's own keys and credentials on the build host are used."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Fetch, and prove that the commit is there."""
        site, layout = self.site(step), self.layout(step)
        if not site.environment.repository:
            raise Refused(
                "no-repository",
                f"{site.environment.name} names no repository.",
                where="environments.toml",
                remedy="Set `repository` of the build environment.",
            )
        script = shell("fetch", mirror=layout.mirror, url=site.environment.repository, commit=layout.commit)
        end = await run_task(ctx, self.bench, step, site, "fetch", script)
        if end.exit == _NOT_THERE:
            raise ConsoleError(
                "commit-not-found",
                f"Commit {layout.commit[:12]} is not in the repository.",
                where=site.address,
                remedy="Was it pushed? Plan the build again for the branch as it is now.",
            )
        must(
            end,
            "fetch-failed",
            "git could not fetch the repository",
            site,
            remedy="On the build host, as the user of the build, `git ls-remote` of the repository has to work "
            "without a question: a deploy key, and the server's host key in known_hosts.",
        )
        told = await describe(ctx.host(site.address), site, layout.mirror, layout.commit)
        return Outcome(facts=told, note=told["subject"])
