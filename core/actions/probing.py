"""Asking Magento, and PHP about env.php, without the lock: nothing of ours stays on the host."""

import secrets
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from core.actions import scripts
from core.actions.site import Site
from core.magento.probe_result import ProbeAnswer, read
from core.ssh.host import Host, unknown


async def probe(
    host: Host,
    site: Site,
    root: str,
    *,
    commands: Sequence[str] = (),
    key: str = "",
    limit_s: float = 0.0,
    settings: Mapping[str, Any] | None = None,
) -> ProbeAnswer:
    """Ask `commands` of the Magento in `root`, and the facts of its env.php; changes nothing (decision 9).

    key: of the fingerprints, the same for all hosts that are compared. The script lies in a temporary
    directory while it runs: the lock, under which anything else is written, may be another's. limit_s: that
    of a small command unless given. settings: what the probe is asked of settings. Raises ConsoleError.
    """
    source = scripts.source(scripts.PROBE)
    text = (
        "t=$(mktemp -d) || exit 1\ntrap 'rm -rf \"$t\"' EXIT\ntrap 'exit 1' HUP INT TERM\n"
        f'f=$t/{scripts.PROBE}.php\nhead -c {len(source)} > "$f" || exit 1\n{shlex.join(site.php)} "$f"\n'
    )
    question = scripts.question(
        root=root,
        ask=[[name] for name in commands],
        forecast=False,
        fingerprint=key or secrets.token_hex(16),
        settings=settings,
    )
    limit = limit_s or site.environment.timeouts.command
    result = await host.sh(text, source + question, limit_s=limit)
    if result.exit is None:
        doing = "Asking Magento" if commands else "Asking PHP of env.php"
        remedy = "Asking changed nothing. Ask again; `timeouts.command` may be too short."
        raise unknown(result, doing, site.address, remedy)
    return read(result.out + b"\n" + result.err, where=site.address)
