"""A keyring for tests: a file whose place is in a variable. `keyring` loads it by its name."""

import json
import os
from pathlib import Path
from typing import Final

import keyring.backend

PLACE: Final = "TEST_KEYRING"
NAME: Final = f"{__name__}.FileKeyring"


class FileKeyring(keyring.backend.KeyringBackend):
    """Keeps everything in one JSON file."""

    priority = 1

    def _kept(self) -> dict[str, str]:
        path = Path(os.environ[PLACE])
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def _keep(self, kept: dict[str, str]) -> None:
        Path(os.environ[PLACE]).write_text(json.dumps(kept))

    def get_password(self, service: str, username: str) -> str | None:
        return self._kept().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        self._keep(self._kept() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        kept = self._kept()
        del kept[f"{service} {username}"]
        self._keep(kept)
