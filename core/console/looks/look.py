"""One look at one host: one script, one round trip, files only."""

import shlex
import time
from importlib.resources import files
from typing import Final

import msgspec

from core.actions.checks.facts import HostFacts, parse
from core.actions.running import expect
from core.actions.site import Site
from core.console.looks.parts import Part, join
from core.console.looks.reading import read_build, read_development, read_disk, read_lock, read_target
from core.console.snapshot import HostSnapshot
from core.environments.model import Role
from core.errors import ConsoleError
from core.jobs.events import Failure
from core.magento.maintenance import FLAG
from core.release.artifact import Info, available_script, read_available
from core.release.inventory import Inventory, inventory_script, read_inventory
from core.remote.lock.acquire import holder_script, read_holder
from core.remote.lock.claim import Held
from core.remote.trouble import trouble
from core.ssh.host import Host, LinkLost

_DOING: Final = "Looking at the host"


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


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What one look found on a host."""

    facts: HostFacts
    """What the scripts of `scripts` told, by their names for it."""
    held: Held | None
    artifacts: tuple[Info, ...] = ()
    """Of the build system, the newest first."""
    inventory: Inventory | None = None
    """Of a staging or production host."""


async def find(host: Host, site: Site, *, versions: bool = False) -> Found:
    """Look at a host, and return what was found. Raises ConsoleError."""
    joined = join(scripts(site, versions=versions))
    result = await host.sh(joined.script, limit_s=site.environment.timeouts.command)
    out = expect(result, "look-failed", _DOING, where=site.address)
    parts = joined.split(out)

    def told(name: str) -> bytes:
        return _part(parts, name, site, result.err)

    role = site.environment.role
    facts = parse(site.address, told("facts"))
    return Found(
        facts=facts.and_more(parse(site.address, told("versions"))) if versions else facts,
        held=read_holder(site.address, told("lock")),
        artifacts=read_available(told("artifacts")) if role is Role.BUILD else (),
        inventory=read_inventory(site.address, site.layout, told("releases"))
        if role in (Role.STAGING, Role.PRODUCTION)
        else None,
    )


def _part(parts: dict[str, Part], name: str, site: Site, said: bytes) -> bytes:
    """Return what one of the scripts printed. Raises ConsoleError when it failed."""
    part = parts.get(name)
    if part is None:
        raise LinkLost("look-cut-off", "The answer of the host ends in the middle.", where=site.address)
    if part.exit != 0:
        raise trouble(said, _DOING, site.address, code="look-failed")
    return part.out


async def look(host: Host, site: Site, *, versions: bool = False) -> HostSnapshot:
    """Look at a host. Never raises for what is wrong with the host: that is its `failure`."""
    try:
        found = await find(host, site, versions=versions)
    except ConsoleError as error:
        return HostSnapshot(address=site.address, failure=Failure.of(error), tried=time.time())
    facts, now = found.facts, time.time()
    common = HostSnapshot(
        address=site.address,
        seen=now,
        tried=now,
        lock=read_lock(found.held),
        disk=read_disk(facts.one("disk")),
        php=facts.one("php"),
        magento_version=facts.one("magento"),
        mode=facts.one("mode"),
        config=facts.one("config"),
    )
    if site.environment.role is Role.DEVELOPMENT:
        return read_development(common, facts)
    if found.inventory is None:
        return read_build(common, found.artifacts)
    return read_target(common, facts, found.inventory, site.path)
