"""Copying by OSC 52: one write to the terminal, of which nobody hears whether it was taken."""

from collections.abc import Iterable
from typing import Any, Final

from textual.app import App

from core.logs.document import Document

NOT_COPIED: Final = "Not copied"
LIMIT: Final = 55_000
"""More makes over 74 kB of base64, which terminals drop, bytes."""


def copy(app: App[Any], lines: Iterable[str], document: Document) -> str:
    """Copy lines when they are not too long, and return what to tell, with the path as the second way."""
    paths = ", ".join(str(log.path) for log in document.logs)
    taken: list[str] = []
    size = -1
    for line in lines:
        taken.append(line)
        size += len(line.encode("utf-8", "replace")) + 1
        if size > LIMIT:
            return f"{NOT_COPIED}: more than the {LIMIT:,} bytes that terminals take. x writes a file; all is in {paths}"
    app.copy_to_clipboard("\n".join(taken))
    count = f"{len(taken):,} line{'' if len(taken) == 1 else 's'}"
    return f"Copied {count}, if the terminal allows it. All is in {paths}"
