"""What modules declare of settings, kept on this machine: it is large, and the same for all hosts of an artifact."""

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from core.magento.settings_facts import ModuleXml

_KEPT: Final = 20
_DECODER: Final = msgspec.json.Decoder(tuple[ModuleXml, ...])


class ModuleCache:
    """A directory of files, one for each artifact; what can't be kept or read is asked for again."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def _path(self, name: str) -> Path:
        return self._place / f"modules-{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"

    def get(self, name: str) -> tuple[ModuleXml, ...] | None:
        """Return what is kept by a name, None when nothing is."""
        try:
            return _DECODER.decode(self._path(name).read_bytes())
        except (OSError, msgspec.DecodeError):
            return None

    def put(self, name: str, modules: tuple[ModuleXml, ...]) -> None:
        """Keep it, and the newest twenty."""
        try:
            self._place.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=self._place)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(modules))
            Path(made).replace(self._path(name))
            kept = sorted(self._place.glob("modules-*.json"), key=lambda path: path.stat().st_mtime)
            for old in kept[:-_KEPT]:
                old.unlink(missing_ok=True)
        except OSError:  # a cache that can't be written costs time, nothing else
            return
