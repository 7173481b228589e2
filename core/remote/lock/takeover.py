"""Taking over, or releasing, the lock of a job that does not come back: always an explicit wish."""

import asyncio
import contextlib
import functools
from collections.abc import Callable, Mapping
from typing import Final, Literal

import msgspec

from core.errors import ConsoleError, Refused
from core.remote.fence import Fence
from core.remote.lock.acquire import acquire, answer, holder
from core.remote.lock.claim import Claim, Held, HeldBy, check, write
from core.remote.patience import patiently
from core.remote.script import compose
from core.remote.task.cancel import cancel
from core.remote.task.model import CouldNot, lives
from core.remote.task.sweep import list_tasks
from core.ssh.host import Host

_PAUSE_S: Final = 0.5
_BUSY_S: Final = 90.0
"""How long a guarded script of the old holder may keep us waiting: longer than such scripts may take."""
_WAIT_S: Final = 7200.0
Tasks = Literal["stop", "wait", "refuse"]
"""What happens to tasks of the old job that still run."""


class _Change(msgspec.Struct, frozen=True):
    """One change of hands: from the lock that a person saw to ours, or to nobody."""

    hosts: Mapping[str, Host]
    directory: Callable[[str], str]
    expected: str
    claim: Claim
    tasks: Tasks
    give: bool = False


def _changed(address: str, held: Held | None) -> Refused:
    by = f"{held.claim.who} holds it ({held.claim.what})" if held else "it is free"
    return Refused(
        "lock-changed",
        f"The lock changed hands meanwhile: now {by}.",
        where=address,
        remedy="Look at it again: `mageconsole lock ENV show`.",
    )


async def _holders(change: _Change) -> dict[str, Held]:
    """Return the lock of each host that is still the expected one.

    Raises Refused `lock-changed` when a host's is somebody else's, `lock-free` when none is locked.
    """
    found: dict[str, Held] = {}
    locked = False
    for address in sorted(change.hosts):
        look = functools.partial(holder, change.hosts[address], change.directory(address))
        held = await patiently(look, "looking at the lock")
        locked = locked or held is not None
        if held and held.claim.token == change.expected:
            found[address] = held
        elif held and held.claim.token != change.claim.token:
            raise _changed(address, held)
    if not locked:
        raise Refused("lock-free", "Nobody holds this lock.", where=", ".join(sorted(change.hosts)))
    return found


async def _stop(change: _Change, address: str, task: str) -> None:
    """Stop a task of the old job, or refuse to; with "wait" it is left to end."""
    if change.tasks == "refuse":
        raise Refused(
            "lock-in-use",
            f"Task {task} of the job that holds the lock still runs: the lock is not stale.",
            where=address,
            remedy="Cancel that job, or take the lock over: that stops the task first.",
        )
    if change.tasks == "wait":
        return
    outcome = await cancel(change.hosts[address], f"{change.directory(address)}/tasks", task)
    if isinstance(outcome, CouldNot):
        raise ConsoleError(
            "takeover-blocked",
            f"Task {task} of the old job could not be stopped: {', '.join(map(str, outcome.pids))} live on.",
            where=address,
            remedy="Stop these processes on the host, then take the lock over again.",
        )


async def _swap(change: _Change, address: str, old_job: str) -> bytes:
    """Change the owner on one host; return `taken`, `free`, `busy`, `tasks` or `changed`."""
    script = compose(
        *("process", "task", "why", "lock", "takeover"),
        dot=change.directory(address),
        token=change.claim.token,
        claim=write(change.claim),
        expected=change.expected,
        old_job=old_job,
        give="yes" if change.give else "",
    )
    host = change.hosts[address]

    async def attempt() -> bytes:
        return answer(host, await host.sh(script, limit_s=60), "Taking the lock over").strip()

    return await patiently(attempt, "taking the lock over", limit_s=60)


async def _round(change: _Change, old_job: str) -> bool:
    """Go over the hosts once; return whether all changed hands."""
    for address in sorted(change.hosts):
        outcome = await _swap(change, address, old_job)
        if outcome == b"changed":
            raise _changed(address, await holder(change.hosts[address], change.directory(address)))
        if outcome not in (b"taken", b"free"):
            return False
    return True


async def _hand_over(change: _Change) -> str:
    """Bring the lock of every host to the new claim, or to nobody; return the old holder's job."""
    clock = asyncio.get_running_loop().time
    end = clock() + (_WAIT_S if change.tasks == "wait" else _BUSY_S)
    old_job = ""
    while True:
        found = await _holders(change)
        for address, held in found.items():
            old_job = held.claim.job
            for task in held.tasks:
                await _stop(change, address, task)
        if await _round(change, old_job):
            return old_job
        if clock() > end:
            break
        await asyncio.sleep(_PAUSE_S)
    raise ConsoleError(
        "takeover-blocked",
        "A script or a task of the old job is still under way; the lock was not taken over.",
        where=", ".join(sorted(change.hosts)),
        remedy="Wait for it, or stop it on the host.",
    )


async def _late(change: _Change, old_job: str) -> None:
    """Stop what the old job could start between the look at its tasks and the change of hands.

    Only where flock is missing: then a task claims first and looks at the token afterwards, and we the
    other way round, so that one of the two sees the other.
    """
    for address, host in sorted(change.hosts.items()):
        look = functools.partial(list_tasks, host, f"{change.directory(address)}/tasks")
        for task in await patiently(look, "looking at the tasks"):
            if task.job == old_job and lives(task.state):
                await _stop(change, address, task.id)


async def take_over(
    hosts: Mapping[str, Host],
    directory: Callable[[str], str],
    expected_token: str,
    claim: Claim,
    tasks: Tasks = "stop",
) -> Fence:
    """Make somebody else's lock ours. First the tasks of the old job are stopped, or waited for.

    `expected_token` is what the person saw (empty: a damaged owner file). Raises Refused `lock-changed`
    when it is another by now, `lock-free`, `lock-in-use` (with tasks="refuse"); ConsoleError
    `takeover-blocked` when the old job's work can't be stopped; what `acquire` raises. Then the hosts
    that had changed hands already are free.
    """
    change = _Change(hosts, directory, expected_token, check(claim), tasks)
    try:
        old_job = await _hand_over(change)
        if old_job != claim.job:
            await _late(change, old_job)
        fence = await acquire(hosts, directory, claim)
        if isinstance(fence, HeldBy):
            raise _changed(fence.address, fence.held)
    except BaseException:  # raised again: the hosts that changed hands are freed first
        with contextlib.suppress(ConsoleError):  # what went wrong first is told
            await Fence(claim.token, hosts, directory).release()
        raise
    return fence


async def release_stale(
    hosts: Mapping[str, Host],
    directory: Callable[[str], str],
    expected_token: str,
    tasks: Tasks = "refuse",
) -> None:
    """Give a dead job's lock back to nobody. Raises what `take_over` raises."""
    nobody = Claim(token="-", who="", host="", pid=0, job="", what="")
    await _hand_over(_Change(hosts, directory, expected_token, nobody, tasks, give=True))
