"""The resident shell: small scripts without the cost of a new channel and of start-up files."""

import asyncio
from importlib.resources import files

import asyncssh

from core.errors import ConsoleError
from core.ssh import failures, links
from core.ssh.frame import BOOT, Frame, frame
from core.ssh.host import Result
from core.ssh.links import Channel
from core.ssh.reply import Reply, Skip

LARGEST = 16 << 20
"""Bytes that a script may print to one stream; larger output belongs into a `source`."""
_GRACE_S = 15.0
"""Beyond the limit on the host: its own KILL comes 3 s after TERM, the rest is for the network."""
_RESIDENT = files("core.ssh").joinpath("resident.sh").read_text("utf-8")


def resident() -> Frame:
    """Return the frame that makes a channel a resident shell."""
    return frame(f"mc_boot='{BOOT}'\n{_RESIDENT}", "stream")


class TooLarge(Exception):
    """A script printed more than `LARGEST`."""


class Shell:
    """One resident shell on one channel. Requests must come one after the other."""

    def __init__(self, channel: Channel, address: str, run_as: str) -> None:
        self._channel = channel
        self._address = address
        self._run_as = run_as
        self._frame = resident()
        self.usable = False

    async def start(self) -> None:
        """Turn the channel into a shell. Raises ConsoleError."""
        process = self._channel.process
        skip = Skip(self._frame.begin)
        try:
            async with asyncio.timeout(links.START_S):
                process.stdin.write(self._frame.data)
                while not skip.found and (data := await process.stdout.read(65536)):
                    skip.feed(data)
        except TimeoutError:
            self.close()
            raise links.no_start(self._address) from None
        except (asyncssh.Error, OSError):
            pass  # told below, by what the host said before it hung up
        if skip.found:
            self.usable = True
            return
        raise await self._refusal(skip.noise)

    async def _refusal(self, noise: bytes) -> ConsoleError:
        stderr = await _rest(self._channel)
        self.close()
        if self._channel.status() is None:
            return failures.lost(self._address)
        return links.no_shell(self._address, self._run_as, noise, stderr, self._channel.status())

    @property
    def alive(self) -> bool:
        """Whether it takes another request."""
        return self.usable and self._channel.link.alive and not self._channel.closed

    def close(self) -> None:
        """Let the host close the channel; a script that runs is not stopped by that."""
        self.usable = False
        self._channel.process.close()

    async def run(self, script: str, payload: bytes, limit_s: float) -> Result:
        """Run a script. Raises TooLarge. After an unknown result the shell is not used again."""
        request = frame(script, "request", payload)
        lost = f"{self._frame.marker} lost\n".encode()
        out, err = Reply(request.marker, lost), Reply(request.marker, lost)
        self.usable = False  # until the answer is whole
        clock = asyncio.get_running_loop().time
        began, silent = clock(), False
        try:
            async with asyncio.timeout(limit_s + _GRACE_S):
                await self._exchange(f"{limit_s:.3f}\n".encode() + request.data, out, err)
        except TimeoutError:
            silent = True
        except (asyncssh.Error, OSError):
            pass  # unknown: exit stays None
        self.usable = out.exit is not None and err.done
        if not self.usable:
            self.close()
            # Killed before its time was over it was by somebody else, or for want of memory.
            over = silent or (out.killed and clock() - began >= limit_s)
            return Result(None, bytes(out.body), bytes(err.body), over_s=limit_s if over else None)
        return Result(out.exit, bytes(out.body), bytes(err.body))

    async def _exchange(self, data: bytes, out: Reply, err: Reply) -> None:
        process = self._channel.process
        reading = asyncio.gather(_fill(process.stdout, out), _fill(process.stderr, err))
        try:
            process.stdin.write(data)
            await reading
        finally:
            reading.cancel()


async def _fill(reader: asyncssh.SSHReader[bytes], reply: Reply) -> None:
    while not reply.done:
        data = await reader.read(1 << 18)
        if not data:
            return
        reply.feed(data)
        if len(reply.body) > LARGEST:
            raise TooLarge


async def _rest(channel: Channel) -> bytes:
    """Return what a channel that ends says on stderr, at most 4 KB within 2 s."""
    try:
        async with asyncio.timeout(2):
            said = await channel.process.stderr.read(4096)
            await channel.process.wait_closed()
            return said
    except (TimeoutError, asyncssh.Error, OSError):
        return b""
