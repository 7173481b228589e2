"""What the screen remembers from one start to the next: theme, layout, where the operator was."""

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec
import platformdirs


class Remembered(msgspec.Struct, kw_only=True):
    """What was remembered; all of it can be lost without harm."""

    theme: str = ""
    environment: str = ""
    """The pane that had the focus."""
    development: str = ""
    """Which of several development systems was shown."""
    layout: dict[str, str | int | bool] = {}
    """What widgets keep, each under its own name: `log.wrap`, `settings.filter`."""


class Memory:
    """The remembered state of one project, in a file under the state directory."""

    def __init__(self, project: str) -> None:
        name = "".join(letter if letter.isalnum() else "-" for letter in project) or "project"
        self._path = platformdirs.user_state_path("mageconsole") / "screen" / f"{name}.json"
        self.now = self._read()

    def _read(self) -> Remembered:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Remembered)
        except (OSError, msgspec.DecodeError):
            return Remembered()

    def save(self) -> None:
        """Write it; a disk that does not take it costs the operator a choice, and no more."""
        with contextlib.suppress(OSError):
            self._write()

    def _write(self) -> None:
        folder: Path = self._path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, made = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(self.now))
        Path(made).replace(self._path)
