"""Writing a log, or the rows that a filter found, into a file of the operator's: text only, as it is shown."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from core.errors import ConsoleError
from core.logs.document import Document, runs_of
from core.logs.line_text import shown
from core.logs.rows import Rows

BATCH: Final = 500
"""Rows that are written between two chances for others."""
_WHOLE: Final = 1 << 26
"""No line is longer in an export, bytes."""


def rows_text(document: Document, rows: Rows, first: int, stop: int) -> Iterator[str]:
    """Yield the whole lines of places of a selection, without ends; with the host's name when there are several."""
    several = len(document.logs) > 1
    chosen = map(rows.row, range(first, min(stop, len(rows))))
    for _, number, line, count in runs_of(document, chosen):
        log = document.logs[number]
        for raw in log.read(line, count):
            data = raw.data if raw.size == len(raw.data) else log.whole(raw.number, _WHOLE)
            yield f"{log.host} | {shown(data)}" if several else shown(data)


async def export(
    document: Document, rows: Rows, directories: tuple[Path, ...], name: str, tell: Callable[[int], None]
) -> Path:
    """Write all rows into a new file, readable by its owner only, and return where it is.

    `tell` is told how many rows are written. Raises ConsoleError `export-failed` when none of the directories
    takes it.
    """
    file_name = f"{name}-{time.strftime('%Y%m%d-%H%M%S')}.log"
    last: OSError | None = None
    for directory in directories:
        path = directory / file_name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as error:
            last = error
            continue
        try:
            await _write(handle, document, rows, tell)
        except OSError as error:
            last = error
            continue
        finally:
            os.close(handle)
        return path
    raise ConsoleError(
        "export-failed",
        f"The log could not be written to {' or '.join(map(str, directories))}: {last}",
        remedy="The raw log itself stays where it is; y tells its path.",
    )


async def _write(handle: int, document: Document, rows: Rows, tell: Callable[[int], None]) -> None:
    total = len(rows)
    for first in range(0, total, BATCH):
        stop = min(first + BATCH, total)
        text = "".join(line + "\n" for line in rows_text(document, rows, first, stop))
        data = memoryview(text.encode("utf-8", "replace"))
        while data:
            data = data[os.write(handle, data) :]
        tell(stop)
        await asyncio.sleep(0)
