"""Writing environments.toml: single values, so that comments, order and all other lines stay."""

import contextlib
import datetime
import fcntl
import hashlib
import os
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path as LocalPath
from typing import Any, Final

from core.environments import change
from core.environments.load import project_of
from core.environments.place import Path
from core.environments.source import Source, problem, read
from core.errors import ConsoleError, Refused
from core.text import one_line


class Removal(Enum):
    """The type of `REMOVE`."""

    REMOVE = "remove"


REMOVE: Final = Removal.REMOVE
"""In place of a value: the key goes."""

Leaf = str | int | float | bool | datetime.date | Sequence[str | int | float | bool]


def edit(path: LocalPath, changes: Mapping[Path, Leaf | Removal], expected_digest: str) -> str:
    """Change values in the file, all or none, and return its new digest.

    `changes` maps key paths to their new values; tables on the way are made. `expected_digest` is the one of
    the `Project` that the changes were made for: Refused when the file is not that one any more. Raises
    EnvironmentsError when the file would not load afterwards (the file is not touched), or can't be written.
    The new file replaces the old one as a whole; through a symbolic link its target is replaced.
    """
    target = path.expanduser().resolve()
    with _alone(target):
        source = read(target)
        if source.digest != expected_digest:
            raise Refused(
                "environments-changed",
                "The file was changed since it was read; nothing was written.",
                where=one_line(str(path), 4096),
                remedy="Read it again, look at the change, and repeat yours.",
            )
        text = _changed(source, changes)
        data = text.encode()
        digest = hashlib.sha256(data).hexdigest()
        project_of(Source(source.file, text, digest))
        if text != source.text:
            _replace(target, data)
    return digest


@contextlib.contextmanager
def _alone(target: LocalPath) -> Iterator[None]:
    """Keep other edits of ours away; the file itself is locked, so that nothing is left behind."""
    while True:
        try:
            descriptor = os.open(target, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            yield  # `read` tells what is wrong with the file
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            # Who held the lock before may have put a new file in its place.
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), target.stat()):
                    yield
                    return
        finally:
            os.close(descriptor)


def _changed(source: Source, changes: Mapping[Path, Leaf | Removal]) -> str:
    """Return the text with the changes made, proven by a second parser to be those and no others."""
    text, wanted = source.text, tomllib.loads(source.text)
    for path, value in changes.items():
        plain = list(value) if isinstance(value, list | tuple) else value
        try:
            if isinstance(value, Removal):
                text = change.without(text, path)
                _drop(wanted, path)
            else:
                text = change.put(text, path, plain)
                _set(wanted, path, plain)
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise _impossible(source, path) from error
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        found = None
    for path in (path for path, value in changes.items() if isinstance(value, Removal)):
        _drop_emptied(wanted, found, path)
    if found != wanted:
        raise _impossible(source, *changes)
    return text


def _impossible(source: Source, *paths: Path) -> ConsoleError:
    keys = ", ".join(one_line(".".join(map(str, path)), 200) for path in paths)
    return problem(
        source.file,
        "environments-not-editable",
        f"no place for {keys}",
        "a table that can hold it",
        "Edit it by hand.",
    )


def _set(data: Any, path: Path, value: Any) -> None:
    *above, key = path
    for part in above:
        data = data.setdefault(part, {}) if isinstance(data, dict) else data[part]
    data[key] = value


def _drop(data: Any, path: Path) -> None:
    *above, key = path
    for part in above:
        data = data[part]
    del data[key]


def _drop_emptied(wanted: Any, found: Any, path: Path) -> None:
    """Take out tables that a removal emptied, where the text has none: those that dotted keys alone had made."""
    if not path[1:]:
        return
    for part in path[:-2]:
        if not isinstance(wanted, dict) or not isinstance(found, dict) or part not in found:
            return
        wanted, found = wanted[part], found[part]
    if (
        isinstance(wanted, dict)
        and isinstance(found, dict)
        and path[-2] not in found
        and wanted.get(path[-2]) == {}
    ):
        del wanted[path[-2]]


def _replace(target: LocalPath, data: bytes) -> None:
    """Put a new file in the place of the old one, with its mode and owner."""
    try:
        old = target.stat()
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                _own(file.fileno(), old)
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            LocalPath(name).replace(target)
        except BaseException:  # raised again: nothing half made stays, whatever it was
            LocalPath(name).unlink(missing_ok=True)
            raise
        _sync_directory(target.parent)
    except OSError as error:
        reason = one_line(error.strerror or str(error))
        hint = "Nothing was changed. The directory must be writable too: the file is replaced as a whole."
        raise problem(
            target, "environments-not-writable", reason, "a file that can be replaced", hint
        ) from None


def _own(descriptor: int, old: os.stat_result) -> None:
    """Give a new file the old one's owner, group and mode."""
    new = os.fstat(descriptor)
    if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
        try:
            os.fchown(descriptor, old.st_uid, old.st_gid)
        except PermissionError:
            # A colleague's file in a shared directory: the group, which shares it, must stay.
            os.fchown(descriptor, -1, old.st_gid)
    os.fchmod(descriptor, old.st_mode & 0o7777)


def _sync_directory(directory: LocalPath) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
