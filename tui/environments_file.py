"""environments.toml while it may be changed by others: looked at cheaply, read when it has come to rest."""

from pathlib import Path
from typing import Final

from core.environments.load import load
from core.environments.model import Project
from core.errors import ConsoleError

Signature = tuple[int, int, int] | None
"""When it was changed, its size, its inode: a file that was replaced or written is another one.
None: it is not there."""
_NEVER: Final = (-1, -1, -1)


class EnvironmentsFile:
    """Looked at outside the event loop. What it was found to be once is not told again."""

    def __init__(self, project: Project) -> None:
        self._file = Path(project.file)
        self._settled: Signature = _NEVER
        self._before = self._signature()

    def look(self) -> Project | ConsoleError | None:
        """Return what it has become, or why that can't be used; None: it is as it was, or was told already.

        It is read once two looks find it the same: an editor may still be writing.
        """
        now = self._signature()
        if now == self._settled or now != self._before:
            self._before = now
            return None
        self._settled = now
        try:
            return load(str(self._file))
        except ConsoleError as error:
            return error

    def again(self) -> None:
        """Let the next look find it changed: what it was found to be could not be gone on with."""
        self._settled = _NEVER

    def _signature(self) -> Signature:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
