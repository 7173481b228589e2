"""Static content: several processes at once, their logs checked for what exit codes hide (decision 16)."""

import asyncio
import shlex
from collections.abc import Sequence
from typing import Final

from core.actions.build.base import BuildAction, shell
from core.actions.build.check import known_tools
from core.actions.running import expect, run_task, whole_log
from core.actions.site import Site
from core.errors import ConsoleError
from core.jobs.action import Cancelled, Context, Outcome
from core.magento import static_log
from core.magento.commands import argv
from core.magento.static_content import Deploy, deploys, expected_directories, wanted
from core.magento.version import Version
from core.model.plan import Step
from core.ssh.host import LinkLost

MOST_PROCESSES: Final = 4
"""Each takes about 300 MB; more than four gain little."""
_SHOWN: Final = 8


class _Progress:
    """Adds up the files of all processes as their logs are drawn."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._files: dict[str, tuple[int, int]] = {}

    def seen(self, name: str, output: bytes) -> None:
        done, total = static_log.progress(output)
        self._files[name] = max(self._files.get(name, (0, 0)), (done, total))
        counts = self._files.values()
        self._ctx.progress(sum(count[0] for count in counts), sum(count[1] for count in counts), "files")


class Static(BuildAction):
    """Deploy the static content of all areas and locales, with one content version."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Run the processes, at most as many at once as the host has cores, then look at what came of it."""
        site = self.site(step)
        environment = site.environment
        content_version = str(ctx.facts("known")["content_version"])
        static = wanted(environment.static, environment.locales)
        told = str(ctx.facts("modules").get("magento", ""))
        processes = deploys(
            static,
            content_version=content_version,
            version=Version.parse(told) if told else None,
            limit_s=step.limit_s,
        )
        packages = await self._deploy(ctx, step, site, processes)
        themes = [str(theme) for theme in ctx.facts("config").get("themes", [])]
        sure = expected_directories((part for part in static if part.themes), ())
        must_have = dict.fromkeys([*sure, *(f"pub/static/{package}" for package in packages)])
        maybe = [path for path in expected_directories(static, themes) if path not in must_have]
        warnings = await self._complete(ctx, step, site, content_version, list(must_have), maybe)
        note = f"{len(packages)} packages, version {content_version}"
        return Outcome(facts={"content_version": content_version}, note=note, warnings=tuple(warnings))

    async def _deploy(
        self, ctx: Context, step: Step, site: Site, processes: Sequence[Deploy]
    ) -> dict[str, None]:
        """Run them; return the packages that were made. The first failure stops the others."""
        slots = asyncio.Semaphore(min(known_tools(ctx).cores, MOST_PROCESSES))
        progress = _Progress(ctx)
        failed: list[ConsoleError] = []
        lost: list[LinkLost] = []
        packages: dict[str, None] = {}

        async def one(process: Deploy) -> None:
            async with slots:
                if failed or ctx.cancelled():
                    return
                try:
                    packages.update(await self._one(ctx, step, site, process, failed, progress))
                except Cancelled:
                    return
                except LinkLost as error:
                    # The others go on: the step is begun again, and joins them all.
                    lost.append(error)
                except ConsoleError as error:
                    failed.append(error)

        await asyncio.gather(*(one(process) for process in processes))
        if ctx.cancelled():
            raise Cancelled
        for error in (*failed, *lost):
            raise error
        return packages

    async def _one(
        self,
        ctx: Context,
        step: Step,
        site: Site,
        process: Deploy,
        failed: list[ConsoleError],
        progress: _Progress,
    ) -> dict[str, None]:
        layout = self.layout(step)
        command = argv("setup:static-content:deploy", *process.arguments, php=site.php, root=layout.work)
        end = await run_task(
            ctx,
            self.bench,
            step,
            site,
            process.name,
            command,
            cwd=layout.work,
            stop=lambda: bool(failed),
            seen=lambda output: progress.seen(process.name, output),
        )
        log = await whole_log(ctx, site, end)
        verdict = static_log.judge(log, end.exit)
        progress.seen(process.name, log)
        if verdict.failures:
            said = "\n".join(verdict.failures[:_SHOWN])
            raise ConsoleError(
                "static-failed",
                f"Static content of {process.area} in {process.locale} failed:\n{said}",
                where=site.address,
                remedy=f"The whole output is in the job's log, and on the host in {end.log}.",
            )
        return dict.fromkeys(verdict.packages)

    async def _complete(
        self,
        ctx: Context,
        step: Step,
        site: Site,
        content_version: str,
        sure: Sequence[str],
        maybe: Sequence[str],
    ) -> list[str]:
        """Return warnings. Raises ConsoleError for a directory that is empty and must not be."""
        layout = self.layout(step)
        script = f"cd {shlex.quote(layout.work)} || exit 1\n" + shell("static_complete")
        asked = "".join(
            f"{kind} {path}\n" for kind, paths in (("sure", sure), ("maybe", maybe)) for path in paths
        )
        result = await ctx.host(site.address).sh(
            script, asked.encode(), limit_s=site.environment.timeouts.command
        )
        output = expect(result, "static-unknown", "The static content can't be looked at", where=site.address)
        told = [line.partition(" ") for line in output.decode(errors="replace").splitlines()]
        missing = [path for kind, _, path in told if kind == "missing"]
        version = [path for kind, _, path in told if kind == "version"]
        if missing or version != [content_version]:
            what = ", ".join(missing[:_SHOWN]) or "pub/static/deployed_version.txt"
            raise ConsoleError(
                "static-incomplete",
                f"Static content ended without an error, but is not there: {what}.",
                where=site.address,
                remedy="Does the theme exist, under that name? Look at the output in the job's log.",
            )
        return [
            f"{path} was not made: config.php names a theme that is not in the code."
            for kind, _, path in told
            if kind == "stale"
        ]
