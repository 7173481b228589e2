"""Taking over, or releasing, the lock of a job that does not come back: always an explicit wish."""

import asyncio
import functools
from collections.abc import Callable, Mapping
from typing import Final, Literal

from core.errors import ConsoleError, Refused
from core.remote.fence import Fence
from core.remote.lock.acquire import acquire, answer, holder
from core.remote.lock.claim import Claim, Held, HeldBy, check, write
from core.remote.patience import patiently
from core.remote.script import compose
from core.remote.task.cancel import cancel
from core.remote.task.model import CouldNot
from core.ssh.host import Host

_TRIES: Final = 60
_PAUSE_S: Final = 0.5
Tasks = Literal["stop", "wait", "refuse"]
"""What happens to tasks of the old job that still run."""


async def _expected(
    hosts: Mapping[str, Host], directory: Callable[[str], str], token: str, own: str
) -> dict[str, Held | None]:
    """Return the lock of each host. Raises Refused `lock-changed` when one is somebody else's by now."""
    found: dict[str, Held | None] = {}
    for address in sorted(hosts):
        look = functools.partial(holder, hosts[address], directory(address))
        held = found[address] = await patiently(look, "looking at the lock")
        if held and held.claim.token not in (token, own):
            raise _changed(address, held)
    if not any(found.values()):
        raise Refused("lock-free", "Nobody holds this lock any more.", where=", ".join(sorted(hosts)))
    return found


def _changed(address: str, held: Held | None) -> Refused:
    by = f"{held.claim.who} holds it ({held.claim.what})" if held else "it is free"
    return Refused(
        "lock-changed",
        f"The lock changed hands meanwhile: now {by}.",
        where=address,
        remedy="Look at it again: `mageconsole lock ENV show`.",
    )


async def _quiet(
    hosts: Mapping[str, Host], directory: Callable[[str], str], found: Mapping[str, Held | None], tasks: Tasks
) -> None:
    """Stop the old job's tasks on every host, or wait for them, or refuse."""
    for address, held in found.items():
        for task in held.tasks if held else ():
            if tasks == "refuse":
                raise Refused(
                    "lock-in-use",
                    f"Task {task} of the job that holds the lock still runs: the lock is not stale.",
                    where=address,
                    remedy="Cancel that job, or take the lock over: that stops the task first.",
                )
            if tasks == "stop":
                outcome = await cancel(hosts[address], f"{directory(address)}/tasks", task)
                if isinstance(outcome, CouldNot):
                    raise ConsoleError(
                        "takeover-blocked",
                        f"Task {task} of the old job could not be stopped: {outcome.pids} live on.",
                        where=address,
                        remedy="Stop these processes on the host, then take the lock over again.",
                    )


async def _swap(host: Host, directory: str, claim: Claim, expected: str, old_job: str, give: str) -> bytes:
    """Change the owner on one host; return `taken`, `free`, `busy`, `tasks` or `changed`."""
    script = compose(
        "process",
        "task",
        "lock",
        "takeover",
        dot=directory,
        token=claim.token,
        claim=write(claim),
        expected=expected,
        damaged="" if expected else "yes",
        old_job=old_job,
        give=give,
    )

    async def attempt() -> bytes:
        return answer(host, await host.sh(script, limit_s=60), "Taking the lock over").strip()

    return await patiently(attempt, "taking the lock over", limit_s=60)


async def _hand_over(
    hosts: Mapping[str, Host],
    directory: Callable[[str], str],
    expected: str,
    claim: Claim,
    tasks: Tasks,
    give: str = "",
) -> None:
    """Bring the lock of every host to `claim`, or with `give` to nobody."""
    old_job = ""
    for _ in range(_TRIES):
        found = await _expected(hosts, directory, expected, claim.token)
        old_job = old_job or next((h.claim.job for h in found.values() if h and h.claim.token == expected), "")
        await _quiet(hosts, directory, found, tasks)
        outcomes = []
        for address in sorted(hosts):
            outcome = await _swap(hosts[address], directory(address), claim, expected, old_job, give)
            if outcome == b"changed":
                raise _changed(address, await holder(hosts[address], directory(address)))
            outcomes.append(outcome)
            if outcome in (b"busy", b"tasks"):
                break
        if not {b"busy", b"tasks"} & set(outcomes):
            return
        await asyncio.sleep(_PAUSE_S)
    raise ConsoleError(
        "takeover-blocked",
        "A script or a task of the old job is still under way; the lock was not taken over.",
        where=", ".join(sorted(hosts)),
        remedy="Wait for it, or stop it on the host.",
    )


async def take_over(
    hosts: Mapping[str, Host],
    directory: Callable[[str], str],
    expected_token: str,
    claim: Claim,
    tasks: Tasks = "stop",
) -> Fence:
    """Make somebody else's lock ours. First the tasks of the old job are stopped, or waited for.

    `expected_token` is what the person saw (empty: a damaged owner file). Raises Refused `lock-changed`
    when it is another by now, `lock-free`, `lock-in-use` (tasks="refuse"); ConsoleError
    `takeover-blocked` when the old job's work can't be stopped; what `acquire` raises.
    """
    check(claim)
    await _hand_over(hosts, directory, expected_token, claim, tasks)
    fence = await acquire(hosts, directory, claim)
    if isinstance(fence, HeldBy):
        raise _changed(fence.address, fence.held)
    return fence


async def release_stale(
    hosts: Mapping[str, Host],
    directory: Callable[[str], str],
    expected_token: str,
    tasks: Tasks = "refuse",
) -> None:
    """Give a dead job's lock back to nobody. Raises what `take_over` raises."""
    nobody = Claim(token="-", who="", host="", pid=0, job="", what="")
    await _hand_over(hosts, directory, expected_token, nobody, tasks, give="yes")
