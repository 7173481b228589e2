"""What answers on a port that did not let us log in: an SSH server, or something else."""

import asyncio

_WAIT_S = 2.0
_LONGEST = 1024


async def other_greeting(host: str, port: int) -> bytes:
    """Return what a server says that is not SSH; b"" for an SSH server, and for one that says nothing.

    A web server speaks only when it is spoken to, so our own version line is sent first.
    """
    try:
        async with asyncio.timeout(_WAIT_S):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(b"SSH-2.0-mageconsole\r\n\r\n")
                said = await reader.read(_LONGEST)
            finally:
                writer.transport.abort()
    except (OSError, TimeoutError):
        return b""
    # An sshd that is too busy says so without a version line.
    return b"" if b"SSH-" in said or b"MaxStartups" in said else said
