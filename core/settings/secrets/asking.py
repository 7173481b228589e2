"""Asking the command that environments.toml names for a secret: `pass show acme/production/payment/...`."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from typing import Final

import msgspec

from core.secret import Secret
from core.text import one_line

LIMIT_S: Final = 20.0
"""A password store may unlock itself first."""
_LARGEST: Final = 1 << 20


class Told(msgspec.Struct, frozen=True):
    """What the command came to: a secret, or why there is none."""

    secret: Secret | None
    why: str = ""


async def ask(command: Sequence[str], limit_s: float = LIMIT_S) -> Told:
    """Run the command and take what it prints, without the last line's end. Its output is shown nowhere.

    Only an exit status of 0 counts. It stands in an argument list, so it holds the secret's name at most.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        return Told(None, f"{one_line(command[0], 80)} can't be run: {one_line(error.strerror or str(error))}")
    try:
        async with asyncio.timeout(limit_s):
            out, err = await process.communicate()
    except TimeoutError:
        return Told(None, f"{one_line(command[0], 80)} did not answer within {limit_s:.0f} s")
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0:
        said = one_line(err.decode("utf-8", "replace"), 160)
        return Told(None, f"exit status {process.returncode}{f': {said}' if said else ''}")
    try:
        value = out.decode()
    except UnicodeDecodeError:
        return Told(None, "what it prints is not UTF-8")
    value = value.removesuffix("\n").removesuffix("\r")
    if not value or len(out) > _LARGEST:
        return Told(None, "it prints nothing" if not value else "it prints more than a megabyte")
    return Told(Secret(value))
