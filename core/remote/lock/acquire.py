"""Taking the lock of an environment on all of its hosts, and asking who has it."""

import contextlib
from collections.abc import Callable, Mapping
from typing import Final, Literal

from core.errors import ConsoleError
from core.remote.fence import Fence
from core.remote.lock.claim import Claim, Held, HeldBy, check, read, write
from core.remote.patience import patiently
from core.remote.script import compose
from core.remote.task.model import lives
from core.remote.task.state import parse
from core.remote.trouble import known, trouble
from core.ssh.host import Host, Result
from core.text import one_line

_TAKING: Final = "Taking the lock"


def answer(host: Host, result: Result, doing: str) -> bytes:
    """Return the output of a lock script. Raises LinkLost, ConsoleError."""
    if known(result, doing, host.address) == 0:
        return result.out
    match one_line(result.err).split():
        case ["missing", *_]:
            raise ConsoleError(
                "lock-directory-missing",
                f"{doing}: there is no directory for it.",
                where=host.address,
                remedy="The first promotion makes `.mageconsole`; `mageconsole check` says what is missing.",
            )
        case ["foreign", owner, login, *_]:
            raise ConsoleError(
                "lock-foreign-owner",
                f"{doing}: its directory belongs to {owner}, commands run as {login}.",
                where=host.address,
                remedy=f'Set `run_as = "{owner}"` for this host, or log in as that user.',
            )
    raise trouble(result.err, doing, host.address, code="lock-failed")


async def _take(host: Host, directory: str, claim: Claim) -> bytes:
    """Return `taken`, `joined` or `held`; repeating it is safe."""
    script = compose("why", "lock", "acquire", dot=directory, token=claim.token, claim=write(claim))

    async def attempt() -> bytes:
        return answer(host, await host.sh(script, limit_s=30), _TAKING).strip()

    return await patiently(attempt, "taking the lock", limit_s=60)


async def acquire(hosts: Mapping[str, Host], directory: Callable[[str], str], claim: Claim) -> Fence | HeldBy:
    """Take the lock on every host, in sorted order, or on none; a lock with our own token is joined.

    `directory` gives the `.mageconsole` of an address. Raises ConsoleError `lock-directory-missing`,
    `lock-foreign-owner`, `disk-full`, `read-only`, `no-permission`, `lock-failed`, `host-lost`.
    """
    check(claim)
    tried: dict[str, Host] = {}
    held: HeldBy | None = None
    try:
        for address in sorted(hosts):
            tried[address] = hosts[address]
            outcome = await _one(hosts[address], directory(address), claim)
            if outcome != "taken":
                del tried[address]
            if isinstance(outcome, HeldBy):
                held = outcome
                break
    except BaseException:  # raised again: the locks taken so far are given back first
        # What went wrong is told, not that a host out of reach could not give its lock back.
        with contextlib.suppress(ConsoleError):
            await Fence(claim.token, tried, directory).release()
        raise
    if held is None:
        return Fence(claim.token, hosts, directory)
    await Fence(claim.token, tried, directory).release()
    return held


async def _one(host: Host, directory: str, claim: Claim) -> HeldBy | Literal["taken", "joined"]:
    """Take the lock on one host, or return who has it. One that went away meanwhile is tried again."""
    for _ in range(20):
        match await _take(host, directory, claim):
            case b"taken":
                return "taken"
            case b"joined":
                return "joined"
        found = await holder(host, directory)
        if found is not None:
            return HeldBy(host.address, found)
    raise ConsoleError("lock-failed", f"{_TAKING}: it changes hands all the time.", where=host.address)


async def holder(host: Host, directory: str) -> Held | None:
    """Return who holds the lock on a host, None when nobody. Raises LinkLost, ConsoleError."""
    out = answer(host, await host.sh(holder_script(directory), limit_s=60), "Looking at the lock")
    return read_holder(host.address, out)


def holder_script(directory: str) -> str:
    """Return the script that asks who holds the lock; `read_holder` reads what it prints."""
    return compose("process", "task", "holder", dot=directory)


def read_holder(address: str, out: bytes) -> Held | None:
    """Return who holds the lock, by the script's answer. Raises ConsoleError `lock-failed`."""
    if out.strip() == b"free":
        return None
    head, _, owner = out.partition(b"\nowner\n")
    first, *tasks = head.split(b"\n")
    word, _, age = first.partition(b" ")
    if word != b"held" or not age.lstrip(b"-").isdigit():
        raise ConsoleError("lock-failed", f"The answer makes no sense: {one_line(first)}", where=address)
    claim = read(owner)
    living = tuple(
        name for job, name, state in map(_task, tasks) if job == claim.job and _lives(state, address)
    )
    return Held(claim=claim, heartbeat_age_s=max(int(age), 0), tasks=living)


def _task(line: bytes) -> tuple[str, str, bytes]:
    """Return job, id and state line of a task."""
    name, job, state = [*line.removeprefix(b"task ").split(b"\t"), b"", b""][:3]
    return one_line(job), one_line(name), state


def _lives(state: bytes, address: str) -> bool:
    return lives(parse(state, address))
