"""Our shell scripts for hosts: read from beside this module, given their parameters, run, and judged."""

import shlex
import zlib
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Final

from core.remote.fence import fence_lost, is_lost
from core.remote.trouble import known, trouble
from core.ssh.host import Host, Result

Guard = Callable[[str, str], str]
"""(address, script) -> the script that acts only while the environment's lock is ours."""

DEFAULT_LIMIT_S: Final = 60.0
_WORTH_COMPRESSING: Final = 4096


def unguarded(address: str, script: str) -> str:
    """Let a script run without a lock: for scripts that read, and where no lock exists."""
    return script


@cache
def _text(name: str) -> str:
    return files("core.release").joinpath(f"{name}.sh").read_text("utf-8")


def script(names: str, /, **parameters: str | int) -> str:
    """Return a script: its parameters as shell variables, what all scripts share, then the named files.

    `names`: one or more, separated by blanks, without `.sh`.
    """
    given = "".join(f"{key}={shlex.quote(str(value))}\n" for key, value in parameters.items())
    return given + "\n".join(_text(name) for name in ("common", *names.split()))


class Common:
    """A section that several hosts are given: compressed once."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    @cached_property
    def compressed(self) -> bytes:
        """The data as gzip; made where this is asked for first, so ask in a thread when it is long."""
        return _gzip(self.data)

    @classmethod
    def prepared(cls, data: bytes) -> "Common":
        """Return one that was compressed already."""
        common = cls(data)
        assert common.compressed is not None
        return common


def pack(
    sections: Mapping[str, bytes | Common], *, gzip: bool = False, always: bool = False
) -> tuple[dict[str, str | int], bytes]:
    """Return parameters and payload that hand several inputs to a script; it reads each by `take NAME`.

    In the order given. `gzip`: whether the host can unpack; `always`: small sections are packed, too.
    """
    parameters: dict[str, str | int] = {}
    parts: list[bytes] = []
    for name, section in sections.items():
        common = section if isinstance(section, Common) else Common(section)
        packed = gzip and (always or len(common.data) > _WORTH_COMPRESSING)
        body = common.compressed if packed else common.data
        parameters[f"{name}_bytes"] = len(body)
        parameters[f"{name}_packed"] = "gzip" if packed else ""
        parts.append(body)
    return parameters, b"".join(parts)


def _gzip(data: bytes) -> bytes:
    """Compress as gzip without a time, so that the same data gives the same bytes."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return packer.compress(data) + packer.flush()


def succeeded(result: Result, address: str, code: str, what: str) -> bytes:
    """Return the output of a script that ended with 0.

    Raises LinkLost when the result is unknown, `fence-lost` when the lock is not ours any more, otherwise
    ConsoleError: a known trouble of the host such as `disk-full`, else `code`, with what the script said.
    """
    if is_lost(result):
        raise fence_lost(address)
    if known(result, what, address) != 0:
        raise trouble(result.err, what, address, code=code)
    return result.out


async def ask(
    host: Host, text: str, payload: bytes = b"", *, code: str, what: str, limit_s: float = DEFAULT_LIMIT_S
) -> bytes:
    """Run a script and return its output. Raises as `succeeded` does."""
    return succeeded(await host.sh(text, payload, limit_s=limit_s), host.address, code, what)


def nul_list(paths: list[str]) -> bytes:
    """Return paths as NUL-ended bytes, each led by `./` so that none is taken for an option."""
    return "".join(f"./{path}\0" for path in paths).encode("utf-8", "surrogateescape")


def records(data: bytes) -> list[str]:
    """Return NUL-ended records as text; bytes that are not UTF-8 are surrogate escapes."""
    return data.decode("utf-8", "surrogateescape").split("\0")[:-1]
