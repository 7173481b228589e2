"""Starting a script that goes on by itself after the channel has nothing more to tell."""

import asyncio
import contextlib

import asyncssh

from core.ssh.frame import frame
from core.ssh.host import Result
from core.ssh.links import Channel, no_shell
from core.ssh.reply import Reply

_SETTLE_S = 0.5
"""A script that ends tells its exit status right after its streams; one that goes on tells none."""
_LET_GO = 'let_go() { echo "$mc_m end ${1:-0}"; echo "$mc_m end" >&2; exec </dev/null >/dev/null 2>&1; }\n'


async def launch(channel: Channel, script: str, limit_s: float, address: str, run_as: str) -> Result:
    """Send the script; return when both of its streams have ended, or when it said `let_go [STATUS]`.

    `exit` is the script's when it has ended, that of `let_go`, or 0 when it let go of its streams and goes on;
    None beyond the limit and when the connection was lost. The channel stays open until the script's last
    process has ended, which frees its place then. Raises ConsoleError when the host runs no scripts.
    """
    sent = frame(_LET_GO + script, "stream")
    out, err = Reply(sent.marker), Reply(sent.marker)
    process = channel.process
    try:
        async with asyncio.timeout(limit_s):
            with contextlib.suppress(BrokenPipeError):  # it has ended already; what it said is read below
                process.stdin.write(sent.data)
                process.stdin.write_eof()
            await asyncio.gather(_fill(process.stdout, out), _fill(process.stderr, err))
    except TimeoutError:
        return Result(None, bytes(out.body), bytes(err.body), over_s=limit_s)
    except (asyncssh.Error, OSError):
        return Result(None, bytes(out.body), bytes(err.body))
    status = out.exit if out.done else await _status(channel)
    if not out.begun and status is not None:
        raise no_shell(address, run_as, out.noise, err.noise, status)
    if status is None and out.begun and channel.link.alive and not channel.closed:
        status = 0
    return Result(status, bytes(out.body), bytes(err.body))


async def _fill(reader: asyncssh.SSHReader[bytes], reply: Reply) -> None:
    while not reply.done:
        data = await reader.read(65536)
        if not data:
            break
        reply.feed(data)


async def _status(channel: Channel) -> int | None:
    try:
        async with asyncio.timeout(_SETTLE_S):
            await channel.process.channel.wait_closed()
    except TimeoutError:
        pass  # it goes on
    return channel.status()
