"""The last known state on disk: what the first frame is painted from, before any connection is made."""

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from core.console.merging import fitted
from core.console.snapshot import SCHEMA, Snapshot
from core.environments.model import Project
from core.jobs.state_dir import state_base

_LARGEST: Final = 8 << 20


class SnapshotStore:
    """The snapshot of one project, one file for each person. A file that can't be read is as good as none.

    It lies under the state directory (`state_dir` of environments.toml, else the XDG one), mode 0600.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._shared = bool(project.state_dir)
        key = hashlib.sha256(project.file.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        self.path: Path = state_base(project.state_dir) / "known" / f"{os.getuid()}-{key}.json"

    def load(self) -> Snapshot:
        """Return what was known last, fitted to environments.toml; all unknown when nothing usable is there."""
        return fitted(self._read(), self._project)

    def _read(self) -> Snapshot:
        try:
            with self.path.open("rb") as file:
                found = msgspec.json.decode(file.read(_LARGEST), type=Snapshot)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):  # what is known can be asked again
            return Snapshot()
        return found if found.schema == SCHEMA else Snapshot()

    def save(self, snapshot: Snapshot) -> None:
        """Keep the snapshot: whole or not at all. A disk that does not take it only costs the next first frame."""
        with contextlib.suppress(OSError):
            self._directory()
            handle, made = tempfile.mkstemp(dir=self.path.parent, prefix=".new-")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(msgspec.json.encode(snapshot))
                Path(made).replace(self.path)
            except OSError:  # told to nobody, as above; but nothing half made stays
                Path(made).unlink(missing_ok=True)

    def _directory(self) -> None:
        self.path.parent.parent.parent.mkdir(parents=True, exist_ok=True)
        for path in (self.path.parent.parent, self.path.parent):
            if not path.is_dir():
                path.mkdir(mode=0o700)
                path.chmod(0o2770 if self._shared else 0o700)
