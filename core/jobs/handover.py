"""What a starting job's process is given through a pipe, never on its command line: secrets, and who starts it."""

import hashlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

import msgspec

from core.errors import Refused
from core.jobs.state import JobState
from core.secret import Secret

_SHORTEST_SEARCHED: Final = 6


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """Written by the one who starts the process, read once."""

    secrets: dict[str, str] = {}
    who: str = ""
    origin: str = ""
    choice: Literal["retry", "skip", "abandon"] = "retry"
    """What becomes of the step that failed, when a stopped job is resumed; or of the whole job."""
    reason: str = ""
    put_back: tuple[str, ...] = ()
    """Of a job that is given up: the steps that are undone."""
    leaves: tuple[str, ...] = ()
    """Of a job that is given up: what is left as it is, in words."""

    def opened(self) -> dict[str, Secret]:
        """Return the secrets as what they are."""
        return {name: Secret(value) for name, value in self.secrets.items()}


def fingerprints(secrets: Mapping[str, Secret], salt: bytes) -> dict[str, str]:
    """Return a fingerprint of each secret that only serves this job, and is slow to search for."""

    def slow(secret: Secret) -> str:
        return hashlib.scrypt(secret.reveal().encode(), salt=salt, n=1 << 13, r=8, p=1, dklen=16).hex()

    # It lets go of Python's lock: hundreds of them are done on all cores.
    with ThreadPoolExecutor() as pool:
        return dict(zip(secrets, pool.map(slow, secrets.values()), strict=True))


def unsearched(secrets: Mapping[str, Secret]) -> tuple[str, ...]:
    """Return the names of secrets too short to be searched for in output (decision 28)."""
    return tuple(name for name, secret in secrets.items() if len(secret.reveal()) < _SHORTEST_SEARCHED)


def same_secrets(state: JobState, now: Mapping[str, str]) -> None:
    """Check that a resumed job works with the secrets that it began with. Raises Refused."""
    changed = sorted(name for name, value in now.items() if state.secrets.get(name, value) != value)
    if changed:
        raise Refused(
            "secret-changed",
            f"The job began with another value of {', '.join(changed)}.",
            where=state.job_id,
            remedy="Put the old value back to resume it, or start a new job.",
        )
