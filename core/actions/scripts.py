"""Our constant PHP scripts on a host: written once, found again by the digest in their name."""

import hashlib
import json
import shlex
from importlib.resources import files
from typing import Any, Final

from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.jobs.action import Context

PROBE: Final = "mageconsole-probe"
ASK: Final = "mageconsole-ask"
SETTINGS: Final = "mageconsole-settings"


_PATHS: Final = "mageconsole-paths"
_BEFORE: Final = {
    PROBE: (_PATHS, "mageconsole-variables", "mageconsole-probe-settings"), SETTINGS: (_PATHS,),
}  # fmt: skip
"""What is sent in front of a script: the parts of it that are files of their own."""
_OPEN: Final = b"<?php\n"


def source(name: str) -> bytes:
    """Return a script's text: one file for the host, also where it is several here."""
    parts = (*_BEFORE.get(name, ()), name)
    return _OPEN + b"".join(_file(part).removeprefix(_OPEN) for part in parts)


def _file(name: str) -> bytes:
    return files("core.magento").joinpath("php", f"{name}.php").read_bytes()


def path_of(site: Site, name: str) -> str:
    """Return where a script lies on a host; another version of it would lie elsewhere."""
    digest = hashlib.sha256(source(name)).hexdigest()[:12]
    return f"{site.layout.dot}/php/{name}-{digest}.php"


async def ensure(ctx: Context, bench: Bench, site: Site, name: str) -> str:
    """Write the script where it is missing, and return its path. Needs the lock when it has to write."""
    path = path_of(site, name)
    text = source(name)
    digest = hashlib.sha256(text).hexdigest()
    there = f'[ "$(sha256sum < {shlex.quote(path)} 2>/dev/null | cut -c1-64)" = {digest} ]'
    result = await ctx.host(site.address).sh(there, limit_s=site.environment.timeouts.command)
    if result.ok:
        return path
    script = (
        f'd={shlex.quote(site.layout.dot)}/php\nmkdir -p "$d" && t=$(mktemp "$d/new.XXXXXX") || exit 1\n'
        f'cat > "$t" && chmod 0644 "$t" && mv -f "$t" {shlex.quote(path)} && {there}\n'
    )
    expect(
        await fenced(ctx, bench, site, script, payload=text),
        "script-not-written",
        "A script of ours can't be written",
        where=site.address,
        remedy=f"Is {site.layout.dot} writable for the owner, and is the disk full?",
    )
    return path


def command(site: Site, path: str) -> str:
    """Return the line that runs a script; its questions come on standard input."""
    return shlex.join([*site.php, path])


def question(**asked: Any) -> bytes:
    """Return what a script reads on its standard input."""
    return json.dumps(asked).encode()
