"""One look at one host: one script, one round trip, files only."""

import shlex
import time
from importlib.resources import files

from core.actions.checks.facts import HostFacts, parse
from core.actions.running import expect
from core.actions.site import Site
from core.console.looks.parts import Part, join
from core.console.looks.reading import read_build, read_development, read_disk, read_lock, read_target
from core.console.snapshot import Disk, HostSnapshot
from core.environments.model import Role
from core.errors import ConsoleError
from core.jobs.events import Failure
from core.magento.maintenance import FLAG
from core.release.artifact import available_script, read_available
from core.release.inventory import inventory_script, read_inventory
from core.remote.lock.acquire import holder_script, read_holder
from core.ssh.host import Host, LinkLost
from core.text import one_line


def _file(name: str) -> str:
    return files("core.console.looks").joinpath(name).read_text("utf-8")


def _assign(**values: str) -> str:
    return "".join(f"{name}={shlex.quote(value)}\n" for name, value in values.items())


def _env_php(site: Site) -> str:
    root = site.layout.shared if site.environment.role in (Role.STAGING, Role.PRODUCTION) else site.path
    return f"{root}/app/etc/env.php"


def scripts(site: Site, *, versions: bool) -> dict[str, str]:
    """Return the scripts for a host, by name; `versions`: also start its PHP, which costs more than the rest."""
    role = site.environment.role
    head = _assign(root=site.path, env=_env_php(site), dot=site.layout.dot) + _file("place.sh")
    parts = {"lock": holder_script(site.layout.dot)}
    if role is Role.DEVELOPMENT:
        parts["facts"] = head + _file("development.sh")
    elif role is Role.BUILD:
        parts["facts"] = head
        parts["artifacts"] = available_script(site.layout)
    else:
        cron = "yes" if site.environment.cron == "crontab" else ""
        more = _assign(current=site.layout.current, history=site.layout.history, flag=FLAG, cron=cron)
        parts["facts"] = head + more + _file("target.sh")
        parts["releases"] = inventory_script(site.layout)
    if versions:
        root = site.path if role in (Role.DEVELOPMENT, Role.BUILD) else site.layout.current
        parts["versions"] = _assign(php=shlex.join(site.php), root=root) + _file("versions.sh")
    return parts


async def look(host: Host, site: Site, *, versions: bool = False) -> HostSnapshot:
    """Look at a host. Never raises for what is wrong with the host: that is its `failure`."""
    try:
        return await _look(host, site, versions)
    except ConsoleError as error:
        return HostSnapshot(address=site.address, failure=Failure.of(error), tried=time.time())


async def _look(host: Host, site: Site, versions: bool) -> HostSnapshot:
    joined = join(scripts(site, versions=versions))
    result = await host.sh(joined.script, limit_s=site.environment.timeouts.command)
    out = expect(result, "look-failed", "The host can't be looked at", where=site.address)
    parts = joined.split(out)
    facts = parse(site.address, _part(parts, "facts", site, result.err))
    told = parse(site.address, parts["versions"].out) if "versions" in parts else None
    return _snapshot(site, parts, facts, told, result.err)


def _part(parts: dict[str, Part], name: str, site: Site, said: bytes) -> bytes:
    """Return what one of the scripts printed. Raises ConsoleError when it failed."""
    part = parts.get(name)
    if part is None:
        raise LinkLost("look-cut-off", "The answer of the host ends in the middle.", where=site.address)
    if part.exit != 0:
        what = one_line(said, 300) or f"exit status {part.exit}"
        raise ConsoleError(
            "look-failed",
            f"The host can't be looked at: {what}",
            where=site.address,
            remedy=f"See what is wrong with `mageconsole check {site.environment.name}`.",
        )
    return part.out


def _snapshot(
    site: Site, parts: dict[str, Part], facts: HostFacts, told: HostFacts | None, said: bytes
) -> HostSnapshot:
    now, role = time.time(), site.environment.role
    lock = read_lock(read_holder(site.address, _part(parts, "lock", site, said)))
    disk: Disk | None = read_disk(facts.one("disk"))
    common = HostSnapshot(
        address=site.address,
        seen=now,
        tried=now,
        lock=lock,
        disk=disk,
        php=told.one("php") if told else "",
        magento_version=told.one("magento") if told else "",
        mode=facts.one("mode"),
        config=facts.one("config"),
    )
    if role is Role.DEVELOPMENT:
        return read_development(common, facts)
    if role is Role.BUILD:
        return read_build(common, read_available(_part(parts, "artifacts", site, said)))
    inventory = read_inventory(site.address, site.layout, _part(parts, "releases", site, said))
    return read_target(common, facts, inventory, site.path)
