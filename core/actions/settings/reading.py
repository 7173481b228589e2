"""Reading the settings of one host: both files in one script, the rest by the probe. Changes nothing, needs no lock."""

import shlex

import msgspec

from core.actions.running import expect
from core.actions.site import Site
from core.errors import ConsoleError
from core.ssh.host import Host

_SCRIPT = """\
for f in {config} {env}; do
    if [ -e "$f" ]; then
        [ -r "$f" ] || {{ echo "$f can't be read" >&2; exit 5; }}
        wc -c < "$f" | tr -d ' '
    else echo -1; fi
done
echo
cat {config} {env} 2>/dev/null
exit 0
"""


class Files(msgspec.Struct, frozen=True):
    """Both configuration files of a host, as they are; None where there is no such file."""

    config: bytes | None
    env: bytes | None

    def __repr__(self) -> str:
        return "Files(…)"  # they hold passwords


async def read_files(host: Host, site: Site, config: str, env: str) -> Files:
    """Read both files. Raises ConsoleError."""
    script = _SCRIPT.format(config=shlex.quote(config), env=shlex.quote(env))
    result = await host.sh(script, limit_s=site.environment.timeouts.command)
    if result.exit == 5:
        raise ConsoleError(
            "settings-unreadable", "The configuration files can't be read.", where=site.address,
            remedy="Give them to the user that commands run as (`run_as`), or to its group.",
        )  # fmt: skip
    out = expect(result, "settings-unread", "The configuration files can't be read", where=site.address)
    head, blank, body = out.partition(b"\n\n")
    sizes = [int(line) for line in head.split()] if blank else []
    if len(sizes) != 2 or len(body) != sum(size for size in sizes if size > 0):
        raise ConsoleError(
            "settings-moved", "The configuration files changed while they were read.", where=site.address,
            remedy="Read them again.",
        )  # fmt: skip
    return Files(
        None if sizes[0] < 0 else body[: sizes[0]], None if sizes[1] < 0 else body[len(body) - sizes[1] :]
    )
