"""Asking `bin/magento` for the screen: both probes, seldom and on request; the live shop is not touched."""

import time

from msgspec.structs import replace

from core.actions.probing import probe
from core.actions.promotion.asking import CONFIG_STATUS, DB_STATUS
from core.actions.site import Site
from core.console.snapshot import HostSnapshot, Magento, Pending
from core.environments.model import Role
from core.errors import ConsoleError, Refused
from core.magento import probes
from core.magento.probe_result import ProbeAnswer
from core.magento.version import Version
from core.ssh.host import Host
from core.text import one_line


def root_of(site: Site, known: HostSnapshot) -> str:
    """Return the directory of what runs on a host. Raises Refused where no Magento with a database runs."""
    if site.environment.role is Role.DEVELOPMENT:
        return site.path
    if site.environment.role is Role.BUILD:
        raise Refused("no-magento", "The build system has no database to be asked.", where=site.address)
    if known.target is None or not known.target.release:
        raise Refused("nothing-live", "Nothing is live there that could be asked.", where=site.address)
    return site.layout.release(known.target.release)


async def ask(host: Host, site: Site, root: str, magento: str) -> Magento:
    """Return what the Magento in `root` says; `magento`: its version as far as known. Raises ConsoleError."""
    limit = site.environment.timeouts.command * 3
    answer = await probe(host, site, root, commands=(CONFIG_STATUS, DB_STATUS), limit_s=limit)
    return told(answer, Version.parse(magento))


async def ask_host(host: Host, site: Site, known: HostSnapshot) -> HostSnapshot:
    """Return a host's snapshot with what Magento says of what runs there, or with why it could not be asked."""
    try:
        found = await ask(host, site, root_of(site, known), known.magento_version)
    except ConsoleError as error:
        unknown = Pending(word="unknown", told=one_line(error.what))
        found = Magento(asked=time.time(), configuration=unknown, database=unknown)
    return replace(known, magento=found, magento_of=known.runs)


def told(answer: ProbeAnswer, version: Version | None) -> Magento:
    """Return both answers in the screen's words. Pure."""
    return Magento(
        asked=time.time(),
        configuration=pending(answer.result(CONFIG_STATUS, version)),
        database=pending(answer.result(DB_STATUS, version)),
    )


def pending(result: probes.ProbeResult) -> Pending:
    """Return what one probe answered in the screen's words. What is not understood is never up to date. Pure."""
    match result:
        case probes.UpToDate():
            return Pending(word="up to date")
        case probes.PermanentFalsePositive(messages):
            return Pending(word="up to date", told=one_line("; ".join(messages)))
        case probes.NeedsImport():
            return Pending(word="import needed")
        case probes.NeedsUpgrade(_, messages):
            return Pending(word="upgrade needed", told=one_line("; ".join(messages)))
        case probes.CodeOlderThanDatabase(_, messages):
            return Pending(word="older than the database", told=one_line("; ".join(messages)))
        case probes.DatabaseUnreachable(message):
            return Pending(word="unknown", told=one_line(f"the database is out of reach: {message}"))
        case probes.NotInstalled():
            return Pending(word="unknown", told="Magento is not installed there")
        case probes.CommandMissing(command):
            return Pending(word="unknown", told=one_line(f"this Magento has no {command}"))
        case probes.ModulesOutdated():
            return Pending(word="unknown", told="the modules in config.php are not those on disk")
        case probes.Unknown(_, text):
            return Pending(word="unknown", told=one_line(text))
