"""Who holds a lock, and how that is written on a host."""

import re
from typing import Final

import msgspec

from core.errors import ConsoleError
from core.text import one_line

_TOKEN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{7,63}")


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What the holder of a lock says of itself."""

    token: str
    """New for each job: 8 to 64 letters, digits, `-`, `_`."""
    who: str
    host: str
    """The machine on which the job's process runs."""
    pid: int
    job: str
    what: str
    """What the job does, for people: "promote staging production"."""
    since: int = 0
    """When the lock was taken, by the clock of the host that holds it, epoch seconds; filled in there."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A lock as it was found on a host. `claim.token` is empty when its owner file is damaged."""

    claim: Claim
    heartbeat_age_s: int
    tasks: tuple[str, ...] = ()
    """Tasks of its job that live on this host: with one, the lock is not stale."""


class HeldBy(msgspec.Struct, frozen=True):
    """Somebody else has the lock on this host."""

    address: str
    held: Held


def check(claim: Claim) -> Claim:
    """Return the claim. Raises ConsoleError when its token can't be the name of a file."""
    if not _TOKEN.fullmatch(claim.token):
        raise ConsoleError("lock-token", "The token of a lock must be 8 to 64 letters, digits, `-` or `_`.")
    return claim


def write(claim: Claim) -> str:
    """Return the claim as one line of JSON, for the owner file."""
    return msgspec.json.encode(claim).decode()


def read(owner: bytes) -> Claim:
    """Return the claim that an owner file tells: token, since, JSON, a line each; whatever it holds."""
    lines = [*owner.split(b"\n"), b"", b"", b""]
    token = lines[0].decode("ascii", "replace")
    if not _TOKEN.fullmatch(token):
        return Claim(token="", who="unknown", host="unknown", pid=0, job="", what="its owner file is damaged")
    since = int(lines[1]) if lines[1].isdigit() and len(lines[1]) < 16 else 0
    try:
        told = msgspec.json.decode(lines[2], type=Claim)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Claim(token=token, who="unknown", host="unknown", pid=0, job="", what="unknown", since=since)
    return Claim(
        token=token,
        who=one_line(told.who),
        host=one_line(told.host),
        pid=told.pid,
        job=one_line(told.job),
        what=one_line(told.what),
        since=since,
    )
