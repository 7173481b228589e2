"""`cron:*`: a block in the user's crontab that holds the release's real path."""

import hashlib
import subprocess

from core.demo.standin import world
from core.demo.standin.call import Call
from core.demo.standin.phpfile import dig


def _tool() -> str:
    return str(world.host_directory() / "bin/crontab")


def _read() -> str:
    return subprocess.run([_tool(), "-l"], capture_output=True, text=True, check=False).stdout


def _write(text: str) -> None:
    subprocess.run([_tool(), "-"], input=text, text=True, check=True)


def _marks(call: Call) -> tuple[str, str]:
    digest = hashlib.sha256(str(call.shop.root).encode()).hexdigest()
    return f"#~ MAGENTO START {digest}", f"#~ MAGENTO END {digest}"


def _without(text: str, call: Call) -> str:
    start, end = _marks(call)
    before, found, rest = text.partition(f"{start}\n")
    return (
        before.rstrip("\n") + ("\n" if before.strip() else "") + rest.partition(f"{end}\n")[2]
        if found
        else text
    )


def install(call: Call) -> int:
    """Play `cron:install`."""
    text = _read()
    start, end = _marks(call)
    if start in text and not call.option("force"):
        call.terminal.line("Crontab has already been generated and saved", "error")
        return 1
    root = call.shop.root
    php = world.host_directory() / "bin/php"
    line = (
        f'* * * * * {php} {root}/bin/magento cron:run 2>&1 | grep -v "Ran jobs by schedule" '
        f">> {root}/var/log/magento.cron.log"
    )
    _write(_without(text, call) + f"{start}\n{line}\n{end}\n")
    call.terminal.line("Crontab has been generated and saved", "info")
    return 0


def remove(call: Call) -> int:
    """Play `cron:remove`: the block of this release only."""
    _write(_without(_read(), call))
    call.terminal.line("Magento cron tasks have been removed", "info")
    return 0


def run(call: Call) -> int:
    """Play `cron:run`."""
    enabled = dig(call.shop.settings, "cron/enabled")
    if enabled is not None and not enabled:
        call.terminal.line("Cron is disabled. Jobs were not run.", "info")
        return 0
    call.database()
    call.pause(float(call.knob("cron_s", 0)))
    call.terminal.line("Ran jobs by schedule.", "info")
    return 0
