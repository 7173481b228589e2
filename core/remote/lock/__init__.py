"""The lock of an environment, on each of its hosts (decision 22)."""

from core.remote.lock.acquire import acquire, holder
from core.remote.lock.claim import Claim, Held, HeldBy
from core.remote.lock.takeover import release_stale, take_over

__all__ = ["Claim", "Held", "HeldBy", "acquire", "holder", "release_stale", "take_over"]
