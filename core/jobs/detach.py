"""Whether a process that we leave behind outlives the login (decision 25)."""

import asyncio
import os
import shutil
from pathlib import Path
from typing import Final

import msgspec

_LIMIT_S: Final = 3.0


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What systemd does with the processes of someone who logs out. Facts of logind.conf(5)."""

    kills: bool = False
    """KillUserProcesses: at the end of a session all its processes are killed; root is spared by default."""
    in_session: bool = False
    """Whether this process belongs to a login session."""
    lingers: bool = False
    """Whether the user's own manager outlives the last login."""
    has_run: bool = False
    """Whether `systemd-run` is there."""
    user: str = ""

    @property
    def scope(self) -> bool:
        """Whether a job has to be started in a scope of the user's manager, and can be."""
        return self.kills and self.in_session and self.lingers and self.has_run


def detach_problem(found: Surroundings) -> str:
    """Return why a job would die with the login, and what to do; empty when it would not."""
    if not (found.kills and found.in_session) or found.scope:
        return ""
    if not found.lingers:
        return (
            "systemd kills what a user leaves behind at logout (KillUserProcesses=yes), so the job would die "
            f"with this login. Have `loginctl enable-linger {found.user}` run once."
        )
    return (
        "systemd kills what a user leaves behind at logout (KillUserProcesses=yes), and `systemd-run` is "
        "missing here. Install it, or set KillUserProcesses=no."
    )


async def surroundings(user: str) -> Surroundings:
    """Look at this machine; one without systemd kills nothing."""
    if not _has_systemd():
        return Surroundings(user=user)
    manager = await _loginctl("show-user", "--property=KillUserProcesses")
    own = await _loginctl("show-user", "--property=Linger", user)
    return Surroundings(
        kills="KillUserProcesses=yes" in manager and os.getuid() != 0,
        in_session=_in_session(),
        lingers="Linger=yes" in own,
        has_run=shutil.which("systemd-run") is not None,
        user=user,
    )


def _has_systemd() -> bool:
    return Path("/run/systemd/system").is_dir()


def _in_session() -> bool:
    return "session-" in Path("/proc/self/cgroup").read_text()


async def _loginctl(*arguments: str) -> str:
    """Return what loginctl says, empty when it can't be asked."""
    try:
        process = await asyncio.create_subprocess_exec(
            "loginctl", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
    except OSError:
        return ""
    try:
        async with asyncio.timeout(_LIMIT_S):
            out, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return ""
    return out.decode(errors="replace")
