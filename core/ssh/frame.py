"""The one constant command, and the frames that carry scripts and payloads to it (decision 21).

A host is only ever asked to execute `COMMAND`: what is to run arrives on standard input, so that no argument
list shows it. A frame is a header line, the script and the payload. The script ends with the frame's random
marker and the payload has an announced length, so that half a frame runs nothing.
"""

import base64
import re
import secrets
import shlex
from typing import Final, Literal

import msgspec

Kind = Literal["stream", "request"]

# No single quote, backslash, exclamation mark or newline: it must mean the same to sh, bash, fish and csh.
# The trap makes the limit hard: TERM reaches the script, and when that has ended, KILL what it left in its group.
# TMOUT, as hardening guides set it, would end bash's `read` on an idle shell.
BOOT: Final = (
    "unset TMOUT mc_m mc_k mc_n mc_p mc_s mc_d mc_r; cd 2>/dev/null || cd /; "
    "read -r mc_m mc_k mc_n mc_p || exit 98; "
    'mc_s=$(head -c "$mc_n"); case $mc_s in *"#$mc_m") ;; *) exit 98 ;; esac; '
    'mc_d=; [ "$mc_p" = 0 ] || mc_d=$(head -c "$mc_p"); [ "${#mc_d}" -eq "$mc_p" ] || exit 98; '
    'echo "$mc_m begin"; echo "$mc_m begin" >&2; '
    'if [ "$mc_k" = stream ]; then eval "$mc_s"; exit; fi; trap "kill -KILL 0" TERM; '
    'if [ "$mc_p" = 0 ]; then ( eval "$mc_s" ) </dev/null; '
    'else { printf %s "$mc_d" | base64 -d; } 2>/dev/null | ( eval "$mc_s" ); fi; mc_r=$?; '
    'echo "$mc_m end $mc_r"; echo "$mc_m end" >&2'
)
COMMAND: Final = f"sh -c '{BOOT}'"
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*\$?")


def command(run_as: str) -> str:
    """Return the line to execute, as `run_as` by sudo unless it is empty."""
    if not run_as:
        return COMMAND
    if not _USER.fullmatch(run_as):
        raise ValueError(f"not a user name: {run_as!r}")
    return f"sudo -n -H -u {shlex.quote(run_as)} -- {COMMAND}"


def new_marker() -> str:
    """Return a marker that no output holds by accident."""
    return "mc" + secrets.token_hex(16)


class Frame(msgspec.Struct, frozen=True):
    """One script on its way to a host."""

    marker: str
    data: bytes

    @property
    def begin(self) -> bytes:
        """What comes before the script's own output, on both streams; what is before it is noise."""
        return f"{self.marker} begin\n".encode()


def frame(script: str, kind: Kind, payload: bytes = b"") -> Frame:
    """Return the frame of a script. Raises ValueError for a script that a shell can't hold."""
    if "\0" in script:
        raise ValueError("a script holds no NUL")
    marker = new_marker()
    # Names of files on a host need not be UTF-8; they travel as surrogates.
    body = f"{script}\n#{marker}".encode("utf-8", "surrogateescape")
    encoded = base64.b64encode(payload)  # a shell variable holds no NUL
    header = f"{marker} {kind} {len(body)} {len(encoded)}\n".encode()
    return Frame(marker, header + body + encoded)
