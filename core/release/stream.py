"""Reading what a script writes when it may be many megabytes."""

import zlib
from typing import Final

from core.errors import ConsoleError
from core.release.script import ask, succeeded
from core.ssh.host import Host

_PIECE: Final = 1 << 18
_LIMIT_S: Final = 900.0


async def collect(host: Host, text: str, *, code: str, what: str) -> bytes:
    """Return the whole output of a script that ends in `emit`, of any size. Raises ConsoleError, LinkLost."""
    data = bytearray()
    async with host.source(text) as source:
        while piece := await source.read(_PIECE):
            data += piece
        succeeded(await source.result(), host.address, code, what)
    return unpack(bytes(data), host.address, code, what)


async def fetch(host: Host, text: str, *, code: str, what: str) -> bytes:
    """Do the same on the resident shell, which starts at once, for output of at most some megabytes packed.

    Raises ConsoleError, LinkLost.
    """
    return unpack(await ask(host, text, code=code, what=what, limit_s=_LIMIT_S), host.address, code, what)


def unpack(data: bytes, address: str, code: str, what: str) -> bytes:
    """Return what a script wrote through `emit`. Raises ConsoleError with `code` when it is cut off or damaged."""
    packing, newline, body = data.partition(b"\n")
    if not newline:
        raise ConsoleError(code, f"{what}: the answer is cut off.", where=address)
    if packing != b"gzip":
        return body
    try:
        return zlib.decompress(body, 31)
    except zlib.error as error:
        raise ConsoleError(code, f"{what}: the answer is damaged.", where=address) from error
