"""Cron by `cron/enabled` in env.php: set to 0, and brought back byte for byte."""

import hashlib
import shlex
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from core.actions.running import expect, fenced
from core.actions.site import Bench, Site
from core.errors import ConsoleError
from core.jobs.action import Context
from core.magento import env_cron

_CHANGED: Final = 9
_KEPT_BACKUPS: Final = 10
_READERS: Final = """\
of() { stat -c "$1" "$2"; }
if [ "$(of %g "$f")" != "$(of %g "$n")" ] ||
    { [ "$(of %u "$f")" != "$(of %u "$n")" ] && case $(of %A "$f") in ????r*) false ;; esac; }; then
    echo "$f belongs to $(of %U:%G "$f"), the new file would belong to $(of %U:%G "$n")" >&2
    rm -f "$n"
    exit 1
fi
"""
"""Refuses to put a file in env.php's place that php-fpm might not be able to read: the shop would answer 500."""


def _file(site: Site) -> str:
    return f"{site.layout.shared}/app/etc/env.php"


async def _read(ctx: Context, site: Site) -> bytes:
    return await ctx.host(site.address).read(_file(site), limit=8 << 20)


async def _write(ctx: Context, bench: Bench, site: Site, before: bytes, after: bytes) -> None:
    """Put the new file in the old one's place, unless somebody changed it meanwhile; keep a backup."""
    if before == after:
        return
    backup = f"{site.layout.backups}/env.php.{bench.job_id}"
    script = (
        f"f=$(readlink -f {shlex.quote(_file(site))}) || exit 1\n"
        f'[ "$(sha256sum < "$f" | cut -c1-64)" = {hashlib.sha256(before).hexdigest()} ] || exit {_CHANGED}\n'
        f"mkdir -p -m 0700 {shlex.quote(site.layout.backups)} || exit 1\n"
        f'[ -e {shlex.quote(backup)} ] || (umask 077 && cat < "$f" > {shlex.quote(backup)}) || exit 1\n'
        'n=$f.mageconsole\n(umask 077 && cat > "$n") || exit 1\n'
        'chown --reference="$f" "$n" 2>/dev/null || chgrp --reference="$f" "$n" 2>/dev/null || :\n'
        # The mode, access control lists too, after the owner, whose change may clear bits of it.
        'cp --attributes-only --preserve=mode "$f" "$n" || { rm -f "$n"; exit 1; }\n'
        f"{_READERS}"
        'sync "$n" && mv -f "$n" "$f" || exit 1\n'
        # Backups hold the crypt key: no more of them than somebody may still want (decision 30).
        f"ls -1t {shlex.quote(site.layout.backups)} | grep '^env[.]php[.]' | tail -n +{_KEPT_BACKUPS + 1} |\n"
        f'    while read -r old; do rm -f {shlex.quote(site.layout.backups)}/"$old"; done\nexit 0\n'
    )
    result = await fenced(ctx, bench, site, script, payload=after)
    if result.exit == _CHANGED:
        raise ConsoleError(
            "env-changed", "env.php was changed by somebody else at the same moment.", where=site.address,
            remedy="Try again.",
        )  # fmt: skip
    expect(
        result,
        "env-unwritten",
        "env.php can't be written",
        where=site.address,
        remedy="Give env.php to the user that commands run as, with php-fpm's group; it was not changed.",
    )


async def pause(ctx: Context, bench: Bench, site: Site) -> Mapping[str, Any]:
    """Set `cron/enabled` to 0 where it is on. What will be changed is noted before it is."""
    noted: dict[str, Any] = ctx.facts("pause-cron").get("paused", {})
    before = await _read(ctx, site)
    if not env_cron.enabled(before):
        return dict(noted.get(site.address, {}))
    after, changed = env_cron.disable(before)
    state = {"changed": msgspec.to_builtins(changed)}
    await ctx.note_facts({"paused": {**noted, site.address: state}})
    await _write(ctx, bench, site, before, after)
    return state


async def resume(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any], release: str) -> None:
    """Bring back what this job changed; a cron that was off before stays off."""
    if "changed" not in state:
        return
    before = await _read(ctx, site)
    after = env_cron.restore(before, msgspec.convert(state["changed"], env_cron.Disabled))
    await _write(ctx, bench, site, before, after)


async def resumed(ctx: Context, bench: Bench, site: Site, state: Mapping[str, Any]) -> bool:
    """Tell whether what was changed is back."""
    if "changed" not in state:
        return True
    text = await _read(ctx, site)
    return env_cron.restore(text, msgspec.convert(state["changed"], env_cron.Disabled)) == text
