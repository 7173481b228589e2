"""What a plan rests on, read from the hosts: so that a plan whose ground has moved is refused (decision 3)."""

import hashlib
import hmac
import shlex

import msgspec

from core.actions.running import expect
from core.actions.site import Site
from core.environments.model import Environment
from core.errors import Refused
from core.model.pins import moved
from core.model.plan import Pin
from core.ssh.host import Host

_NOTHING = "-"
_SCRIPT = """\
cd {root} 2>/dev/null || {{ printf 'current=\\nenv=\\nconfig=\\n'; exit 0; }}
r=$(readlink -f current 2>/dev/null) && [ -d "$r" ] || r=
printf 'current=%s\\n' "${{r##*/}}"
e=shared/app/etc/env.php; [ -e "$e" ] || e=app/etc/env.php
printf 'env=%s\\n' "$(sha256sum < "$e" 2>/dev/null | cut -c1-64)"
c=$(sha256sum < "${{r:-.}}/app/etc/config.php" 2>/dev/null | cut -c1-64)
printf 'config=%s\\n' "$c"
"""


def _keyed(project: str, digest: str) -> str:
    """Return a digest that tells nothing of what env.php holds, not even to who guesses."""
    return hmac.new(f"mageconsole pin {project}".encode(), digest.encode(), hashlib.sha256).hexdigest()


async def host_pins(host: Host, site: Site) -> tuple[Pin, ...]:
    """Return what a plan rests on on one host. Raises ConsoleError."""
    script = _SCRIPT.format(root=shlex.quote(site.path))
    result = await host.sh(script, limit_s=site.environment.timeouts.command)
    out = expect(result, "pins-unread", "What the plan rests on can't be read", where=site.address)
    found = dict(
        line.partition("=")[::2] for line in out.decode("utf-8", "replace").splitlines() if "=" in line
    )
    env = found.get("env", "")
    return (
        Pin("release", site.address, "current", found.get("current", "") or _NOTHING),
        Pin("file", site.address, "env.php", _keyed(site.project.name, env) if env else _NOTHING),
        Pin("file", site.address, "config.php", found.get("config", "") or _NOTHING),
    )


def environment_pin(environment: Environment) -> Pin:
    """Return the pin of an environment's part of environments.toml."""
    content = msgspec.json.encode(environment, order="deterministic")
    return Pin("environments.toml", "", environment.name, hashlib.sha256(content).hexdigest())


def refuse_moved(before: tuple[Pin, ...], now: tuple[Pin, ...], where: str) -> None:
    """Raise Refused `plan-stale` when something that the plan rests on has moved."""
    told = moved(before, now)
    if told:
        raise Refused(
            "plan-stale",
            "The plan no longer fits: " + "; ".join(told) + ".",
            where=where,
            remedy="Make the plan again and read it; nothing was changed.",
        )
