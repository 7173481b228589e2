"""Changes that a person has made on the screen and not applied: kept in a file of theirs until they are, or are undone.

What is declared in environments.toml needs no such file; these are shared settings for config.php, and values that
are to be taken away. Never a secret: a shared setting is none, and of what is taken away only its name is kept.
"""

import contextlib
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
import platformdirs

from core.environments.model import Project
from core.jobs.journal import disk_error
from core.settings.secrets.name import slug

File: TypeAlias = Literal["config.php", "env.php, system", "env.php"]


class Staged(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change."""

    system: str
    path: str
    """Of the setting, or the key of env.php."""
    scope: str = "default"
    file: File = "config.php"
    value: str | None = None
    """None: it is taken away."""

    @property
    def name(self) -> str:
        """The setting with its scope, or the key of env.php."""
        return self.path if self.scope == "default" else f"{self.path} ({self.scope})"

    @property
    def place(self) -> tuple[str, str, str]:
        """What it is about: one system's file has one change of a setting."""
        return self.system, self.file, self.name


class StagedChanges:
    """Those of one project and one person."""

    def __init__(self, project: Project, place: Path | None = None) -> None:
        folder = place or platformdirs.user_state_path("mageconsole") / "staged"
        self._file = folder / f"{slug(project.name)}.json"
        self.all: tuple[Staged, ...] = self._read()

    def _read(self) -> tuple[Staged, ...]:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=tuple[Staged, ...])
        except (FileNotFoundError, msgspec.DecodeError):
            return ()

    def find(self, place: tuple[str, str, str]) -> Staged | None:
        """Return the change of one system's setting, None where there is none."""
        return next((one for one in self.all if one.place == place), None)

    def put(self, change: Staged) -> None:
        """Take a change in, in the place of the one before. Raises ConsoleError when the disk doesn't take it."""
        self._keep((*(one for one in self.all if one.place != change.place), change))

    def drop(self, places: Collection[tuple[str, str, str]]) -> None:
        """Forget changes. Raises ConsoleError when the disk doesn't take it."""
        left = tuple(one for one in self.all if one.place not in places)
        if left != self.all:
            self._keep(left)

    def _keep(self, changes: tuple[Staged, ...]) -> None:
        try:
            self._write(changes)
        except OSError as error:
            raise disk_error(error, self._file) from error
        self.all = changes

    def _write(self, changes: tuple[Staged, ...]) -> None:
        folder = self._file.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(changes))
                file.flush()
                os.fsync(file.fileno())
            Path(made).replace(self._file)
        except BaseException:  # raised again: nothing half made stays
            with contextlib.suppress(OSError):
                Path(made).unlink()
            raise
