"""The file environments.toml itself: found, opened, read as text."""

import hashlib
import stat
from pathlib import Path
from typing import Final

import msgspec

from core.environments.mistake import EnvironmentsError, Mistake
from core.text import one_line

LARGEST: Final = 1_000_000
"""Bytes. A file beyond it is no environments.toml."""


class Source(msgspec.Struct, frozen=True):
    """The text of the file as it was read."""

    file: str
    """An absolute path."""
    text: str
    digest: str
    """SHA-256 of its bytes."""


def problem(file: Path | str, code: str, found: str, expected: str, hint: str = "") -> EnvironmentsError:
    """Return the error of a file that is wrong as a whole."""
    return EnvironmentsError(str(file), [Mistake(code=code, found=found, expected=expected, hint=hint)])


def read(path: Path) -> Source:
    """Read the file. Raises EnvironmentsError."""
    path = path.expanduser().absolute()
    data = _bytes(path)
    if len(data) > LARGEST:
        raise problem(path, "environments-too-large", "a file over 1 MB", "a file of some kilobytes")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        hint = "Save it as UTF-8 without BOM."
        raise problem(path, "environments-bom", "a byte order mark at its start", "plain UTF-8", hint)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        mistake = Mistake(
            code="environments-not-utf-8",
            line=line,
            column=column,
            found=f"the byte 0x{data[error.start]:02x}",
            expected="UTF-8",
        )
        raise EnvironmentsError(str(path), [mistake]) from None
    return Source(str(path), text, hashlib.sha256(data).hexdigest())


def _bytes(path: Path) -> bytes:
    """Return what the file holds, one byte more than it may at most."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            hint = f"Give the file in it: {one_line(str(path), 4096)}/environments.toml"
            raise problem(path, "environments-is-a-directory", "a directory", "a file", hint)
        # Opening a pipe would wait for a writer, for ever.
        if not stat.S_ISREG(mode):
            raise problem(path, "environments-not-a-file", "a device or pipe", "a file")
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        hint = "Name it with -c FILE; environments.example.toml shows what stands in it."
        raise problem(path, "environments-missing", "nothing", "a file", hint) from None
    except OSError as error:
        reason = one_line(error.strerror or str(error))
        raise problem(path, "environments-unreadable", reason, "a file that can be read") from None
    except ValueError:  # a path that holds a zero byte
        raise problem(path, "environments-missing", "no path", "a file") from None
