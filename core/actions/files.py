"""Reading files of a host that may not be there."""

from core.errors import ConsoleError
from core.ssh.host import Host


async def read_if_there(host: Host, path: str, limit: int = 8 << 20) -> bytes:
    """Return a file's contents, b"" when there is no such file. Raises ConsoleError for anything else."""
    try:
        return await host.read(path, limit=limit)
    except ConsoleError as error:
        if error.code == "file-missing":
            return b""
        raise
