"""Whether each host of an environment has a path of its own: on one that they share both would write one release."""

import asyncio
import secrets
import shlex
from collections.abc import Callable, Sequence
from typing import Final

from core.actions.running import expect
from core.actions.site import Site
from core.ssh.host import Host

Guard = Callable[[str, str], str]
"""(address, script) -> the script that acts only while the environment's lock is ours."""

_JOB: Final = "job-"
_CHECK: Final = "check-"
"""How the names of markers begin: of a job that holds the lock, and of those who only look."""


def unguarded(address: str, script: str) -> str:
    """Leave the marker without a lock: a file of a random name, which is gone again at once, is in nobody's way."""
    return script


def _marker(site: Site, name: str) -> str:
    return shlex.quote(f"{site.layout.dot}/shared-path.{name}")


def _sweep(site: Site, guard: Guard) -> str:
    """Return the line that takes away markers of whoever was killed before: a job's own, or old ones of a check."""
    dot = shlex.quote(site.layout.dot)
    if guard is unguarded:
        return (
            f"find {dot} -maxdepth 1 -name 'shared-path.{_CHECK}*' -mmin +10 -exec rm -f {{}} + 2>/dev/null\n"
        )
    return f"rm -f {dot}/shared-path.{_JOB}*\n"


async def _put(host: Host, site: Site, name: str, guard: Guard) -> bool:
    """Leave the marker; False where there is no `.mageconsole` yet."""
    dot = shlex.quote(site.layout.dot)
    script = f"[ -d {dot} ] || exit 3\n{_sweep(site, guard)}: > {_marker(site, name)}\n"
    result = await host.sh(guard(site.address, script), limit_s=site.environment.timeouts.command)
    if result.exit == 3:
        return False
    expect(result, "not-writable", f"{site.layout.dot} can't be written", where=site.address)
    return True


async def _sees(host: Host, site: Site, name: str) -> bool:
    script = f"if [ -e {_marker(site, name)} ]; then echo yes; fi"
    result = await host.sh(script, limit_s=site.environment.timeouts.command)
    what = "Whether the path is shared with another host can't be told"
    return expect(result, "shared-path-unknown", what, where=site.address).strip() == b"yes"


async def _take_away(host: Host, site: Site, name: str, guard: Guard) -> None:
    script = f"rm -f {_marker(site, name)}\n"
    result = await host.sh(guard(site.address, script), limit_s=site.environment.timeouts.command)
    expect(result, "not-writable", f"{site.layout.dot} can't be written", where=site.address)


async def sharing(
    sites: Sequence[Site], host_of: Callable[[str], Host], guard: Guard = unguarded
) -> tuple[tuple[str, str], ...]:
    """Return pairs of hosts that share the path: a marker written on one is there on the other.

    The marker's name is random and never looked up before, so that no cache of a network file system knows better.
    Raises ConsoleError.
    """
    found: list[tuple[str, str]] = []
    for at, site in enumerate(sites[:-1]):
        others = [other for other in sites[at + 1 :] if other.address not in {second for _, second in found}]
        name = (_CHECK if guard is unguarded else _JOB) + secrets.token_hex(8)
        if not others or not await _put(host_of(site.address), site, name, guard):
            continue
        try:
            seen = await asyncio.gather(*(_sees(host_of(other.address), other, name) for other in others))
        finally:
            await _take_away(host_of(site.address), site, name, guard)
        found += [(site.address, other.address) for other, yes in zip(others, seen, strict=True) if yes]
    return tuple(found)


def told(pairs: Sequence[tuple[str, str]]) -> str:
    """Return in words which hosts share the path."""
    return "; ".join(f"{first} and {second} see the same directory" for first, second in pairs)


REMEDY = (
    "Name only one of them in environments.toml, or give each host a path of its own: a release must not be "
    "written by two hosts at once. Shared media belongs under shared/, mounted there."
)
