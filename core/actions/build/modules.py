"""Whether config.php lists every module: else `setup:upgrade` would change it on one host (decision 11)."""

import shlex
from typing import Final

from core.actions.build.base import BuildAction
from core.actions.running import fenced
from core.errors import ConsoleError
from core.jobs.action import Context, Outcome
from core.magento.commands import argv, available
from core.magento.output import reason
from core.magento.probes import CommandMissing, ModulesOutdated, UpToDate, classify
from core.magento.version import Version
from core.model.plan import Step
from core.ssh.host import unknown

_COMMAND: Final = "module:config:status"


class Modules(BuildAction):
    """Ask Magento's version and `module:config:status`; both need neither database nor env.php."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Ask; only the exact answer "up to date" lets the build go on."""
        version = await self._version(ctx, step)
        facts = {"magento": str(version) if version else ""}
        if not available(_COMMAND, version):
            return Outcome(
                facts=facts,
                note=f"Magento {version}",
                warnings=(f"Magento {version} can't say whether config.php lists every module.",),
            )
        site = self.site(step)
        exit_code, out, err = await self._ask(ctx, step, _COMMAND)
        match classify(_COMMAND, version, exit_code, out, err):
            case UpToDate():
                return Outcome(facts=facts, note=f"Magento {version}" if version else "")
            case ModulesOutdated():
                raise ConsoleError(
                    "modules-outdated",
                    "app/etc/config.php does not list exactly the modules in the code, in their order.",
                    where=site.address,
                    remedy="On development: `bin/magento setup:upgrade`, then commit app/etc/config.php. "
                    "Otherwise setup:upgrade would rewrite it on one of production's hosts only.",
                )
            case CommandMissing():
                return Outcome(facts=facts, warnings=("This Magento has no module:config:status.",))
            case other:
                raise ConsoleError(
                    "modules-unknown",
                    f"`{_COMMAND}` gave no answer that is known: {getattr(other, 'text', '') or other}",
                    where=site.address,
                    remedy="Run it in a checkout by hand, without env.php, to see what it says.",
                )

    async def _version(self, ctx: Context, step: Step) -> Version | None:
        exit_code, out, err = await self._ask(ctx, step, "--version")
        version = Version.parse(out.decode(errors="replace")) if exit_code == 0 else None
        if version is None and exit_code != 0:
            raise ConsoleError(
                "magento-does-not-start",
                f"bin/magento does not start: {reason(out, err)}",
                where=self.site(step).address,
                remedy="Is `vendor` complete, and does PHP have the extensions that Magento needs?",
            )
        return version

    async def _ask(self, ctx: Context, step: Step, command: str) -> tuple[int, bytes, bytes]:
        """Run a command in the work tree. It may write a stub of env.php there, so it runs under the lock."""
        site, layout = self.site(step), self.layout(step)
        line = shlex.join(argv(command, php=site.php, root=layout.work))
        script = f"cd {shlex.quote(layout.work)} || exit 1\n{line}\n"
        result = await fenced(ctx, self.bench, site, script, limit_s=step.limit_s)
        if result.exit is None:
            raise unknown(result, command, site.address)
        return result.exit, result.out, result.err
