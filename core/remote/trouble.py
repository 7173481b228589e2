"""What a host's own error text means, told as an error that people can act on."""

from typing import Final

from core.errors import ConsoleError
from core.ssh.host import Result, unknown
from core.text import one_line

_KNOWN: Final = (
    ("No space left on device", "disk-full", "the disk is full (or has no inodes left)", "Free space there."),
    ("Disk quota exceeded", "disk-full", "the disk quota is used up", "Free space or raise the quota."),
    ("File too large", "disk-full", "a file would become larger than allowed", "Raise the limit (ulimit -f)."),
    ("Read-only file system", "read-only", "the file system is read-only", "Remount it writable."),
    ("Permission denied", "no-permission", "writing was not permitted", "Check the owner and `run_as`."),
    ("Operation not permitted", "no-permission", "it was not permitted", "Check the owner and `run_as`."),
)


def trouble(text: bytes, doing: str, where: str, *, code: str) -> ConsoleError:
    """Return the error for what a host's tools said while `doing`; `code` when the text is not a known one.

    The scripts run their tools with LC_ALL=C, so the texts are those of the C library.
    """
    shown = one_line(text, 300)
    for sign, known, meaning, remedy in _KNOWN:
        if sign in shown:
            return ConsoleError(known, f"{doing}: {meaning} ({shown})", where=where, remedy=remedy)
    return ConsoleError(code, f"{doing}: {shown or 'no reason was given'}", where=where)


def known(result: Result, doing: str, where: str) -> int:
    """Return the exit code, or raise LinkLost (TimedOut) when it is unknown: unknown is never success."""
    if result.exit is None:
        raise unknown(result, doing, where)
    return result.exit
