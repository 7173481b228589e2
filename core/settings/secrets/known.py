"""Which secrets were stored from here: names only, because a keyring can't list what it holds."""

import os
import tempfile
from pathlib import Path

import msgspec

from core.errors import ConsoleError, Exit
from core.settings.secrets.name import SecretName


class Known:
    """A file of names beside the operator's state."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> tuple[SecretName, ...]:
        """Return the names, sorted; none when the file is missing or damaged: it is a memory aid."""
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=tuple[SecretName, ...])
        except (OSError, msgspec.DecodeError):
            return ()
        return tuple(sorted(set(found)))

    def add(self, name: SecretName) -> None:
        """Note that a secret was stored."""
        self._write({*self.names(), name})

    def drop(self, name: SecretName) -> None:
        """Note that a secret was removed."""
        self._write(set(self.names()) - {name})

    def _write(self, names: set[SecretName]) -> None:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=self._path.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(sorted(names)))
            Path(made).replace(self._path)
        except OSError as error:
            raise ConsoleError(
                "secret-list-unwritten",
                f"The list of stored secrets can't be written: {error.strerror or error}",
                where=str(self._path),
                remedy="The secret itself is stored; only `secret list` may not show it.",
                exit_code=Exit.FAILED,
            ) from error
