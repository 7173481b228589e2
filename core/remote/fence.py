"""The fence: what changes a host looks at the lock's token and acts in one remote shell (decision 22)."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Final

from core.errors import ConsoleError
from core.remote.patience import patiently
from core.remote.script import assign, compose
from core.remote.trouble import known, trouble
from core.ssh.host import Host, Result

LOST: Final = b"mageconsole-fence-lost"
LOST_EXIT: Final = 97


def fence_lost(address: str) -> ConsoleError:
    """Return the error for a host whose lock is no longer ours."""
    return ConsoleError(
        "fence-lost",
        "The lock is not this job's any more: somebody took it over or released it. Nothing was changed.",
        where=address,
        remedy="`mageconsole lock ENV show` says who holds it.",
    )


def is_lost(result: Result) -> bool:
    """Whether a guarded script refused because the lock is not ours any more."""
    return result.exit == LOST_EXIT and LOST in result.err


class Fence:
    """A lock that we hold on some hosts. Its `guard` is the only way to make a script that changes a host."""

    def __init__(self, token: str, hosts: Mapping[str, Host], directory: Callable[[str], str]) -> None:
        self.token = token
        self._hosts = dict(sorted(hosts.items()))
        self._directory = directory

    @property
    def addresses(self) -> tuple[str, ...]:
        """The hosts on which the lock is held."""
        return tuple(self._hosts)

    def opening(self, address: str) -> str:
        """Return the script's head that takes part in the fence, for those that guard in their own way."""
        return compose("fence", dot=self._directory(address), token=self.token)

    def guard(self, address: str, script: str) -> str:
        """Return the script that checks the token on this host and then, in the same shell, acts.

        Its standard input and exit code are those of `script`; 97 with a mark on standard error when the
        lock is not ours any more: then nothing ran. What the script leaves running does not hold the fence.
        """
        # `exit` keeps the outer shell, and with it the flock, alive: as its last command the inner one would
        # take its place without a fork.
        body = f'{self.opening(address)}(eval "$mc_script") 9<&-\nexit $?\n'
        return f"{assign(script=script)}(\n{body})\n"

    async def heartbeat(self) -> None:
        """Say on every host that the holder lives. Raises ConsoleError: `fence-lost` before all others."""
        answers = await asyncio.gather(*map(self._beat, self._hosts), return_exceptions=True)
        errors = [error for error in answers if isinstance(error, BaseException)]
        for error in sorted(errors, key=lambda error: getattr(error, "code", "") != "fence-lost"):
            raise error

    async def _beat(self, address: str) -> None:
        script = 'LC_ALL=C touch "$mc_dot/lock/beat"'
        result = await fenced(self._hosts[address], self, script, limit_s=20)
        if known(result, "Keeping the lock", address) != 0:
            raise trouble(result.err, "Keeping the lock", address, code="lock-not-kept")

    async def release(self) -> None:
        """Give the lock back on every host; where it is no longer ours there is nothing to do.

        Raises ConsoleError `lock-not-released`, naming the hosts on which it stays.
        """
        answers = await asyncio.gather(*map(self._release, self._hosts), return_exceptions=True)
        failed = []
        for address, error in zip(self._hosts, answers, strict=True):
            if isinstance(error, ConsoleError):
                failed.append(f"{address}: {error.what}")
            elif isinstance(error, BaseException):
                raise error
        if failed:
            raise ConsoleError(
                "lock-not-released",
                f"The lock could not be given back. {' '.join(failed)}",
                where=", ".join(self._hosts),
                remedy="`mageconsole lock ENV release` does it later.",
            )

    async def _release(self, address: str) -> None:
        script = compose("release", dot=self._directory(address), token=self.token)
        host = self._hosts[address]
        result = await patiently(lambda: _known(host, self, script), "giving the lock back", limit_s=60)
        if result.exit != 0 and not is_lost(result):
            raise trouble(result.err, "Giving the lock back", address, code="lock-not-released")


async def _known(host: Host, fence: Fence, script: str) -> Result:
    result = await host.sh(fence.guard(host.address, script), limit_s=30)
    known(result, "Giving the lock back", host.address)
    return result


async def fenced(host: Host, fence: Fence, script: str, payload: bytes = b"", limit_s: float = 60.0) -> Result:
    """Run a changing script behind the fence. Raises ConsoleError `fence-lost`; `exit` None stays unknown."""
    result = await host.sh(fence.guard(host.address, script), payload, limit_s=limit_s)
    if is_lost(result):
        raise fence_lost(host.address)
    return result
