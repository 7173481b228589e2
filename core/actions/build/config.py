"""The check of config.php before the long work: a build has no database to ask (design, section 5)."""

from core.actions.build.base import BuildAction
from core.errors import ConsoleError
from core.jobs.action import Context, Outcome
from core.magento import php_config
from core.magento.config_check import check
from core.magento.static_content import physical_themes
from core.model.plan import Step
from core.ssh.host import Host

_PATH = "app/etc/config.php"
_LONGEST = 32 << 20


async def _read(host: Host, path: str) -> bytes:
    """Return what the file holds, nothing when it isn't there. Raises ConsoleError, LinkLost."""
    source = bytearray()
    try:
        while len(source) <= _LONGEST and (piece := await host.read(path, len(source))):
            source += piece
    except ConsoleError as error:
        if error.code != "file-missing":
            raise
    return bytes(source)


class Config(BuildAction):
    """Read config.php of the work tree, without running it, and tell all that it lacks at once."""

    async def run(self, ctx: Context, step: Step) -> Outcome:
        """Check; the themes that it names are facts for the static content."""
        site, layout = self.site(step), self.layout(step)
        host = ctx.host(site.address)
        source = await _read(host, f"{layout.work}/{_PATH}")
        if not source:
            raise ConsoleError(
                "config-php-missing",
                f"The commit holds no {_PATH}.",
                where=site.address,
                remedy="On development: `bin/magento app:config:dump scopes themes`, then commit it.",
            )
        config = php_config.read(source, _PATH)
        findings = check(config.values)
        if findings:
            raise ConsoleError(
                findings[0].code,
                "; ".join(finding.what for finding in findings) + ".",
                where=f"{site.address}: {_PATH}",
                remedy="; ".join(dict.fromkeys(finding.remedy for finding in findings)) + ".",
            )
        warnings = (f"{_PATH} has text outside of PHP, sent before every page.",) if config.prints else ()
        return Outcome(facts={"themes": list(physical_themes(config.values))}, warnings=warnings)
