"""The key of the fingerprints by which secrets are compared unseen; only this operator's files hold it."""

import os
import secrets
from pathlib import Path
from typing import Final

from core.errors import ConsoleError, Exit, Refused

_KEY_BYTES: Final = 32


def read_key(path: Path) -> bytes:
    """Return the project's key; it is made where there is none, readable for its owner alone.

    Raises ConsoleError `fingerprint-key`, and Refused when others may read it.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _make(path)
        mode = path.stat().st_mode
        if mode & 0o077:
            raise Refused(
                "fingerprint-key-open",
                f"Others may read the key of the fingerprints (mode {mode & 0o777:o}).",
                where=str(path),
                remedy="Remove the file; a new one is made. Fingerprints that were told before are others then.",
            )
        key = path.read_bytes()
    except OSError as error:
        raise ConsoleError(
            "fingerprint-key",
            f"The key of the fingerprints can't be read: {error.strerror or error}",
            where=str(path),
            remedy="Mend its owner and mode, or remove it.",
            exit_code=Exit.FAILED,
        ) from error
    if len(key) != _KEY_BYTES:
        raise ConsoleError(
            "fingerprint-key", "The key of the fingerprints is damaged.", where=str(path), remedy="Remove it."
        )
    return key


def _make(path: Path) -> None:
    """Make the key where it is missing: written beside and linked, so that it is whole or not there."""
    if path.exists():
        return
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_BYTES))
        path.hardlink_to(draft)
    except FileExistsError:  # somebody else made one at the same moment: that is the key
        return
    finally:
        draft.unlink(missing_ok=True)
