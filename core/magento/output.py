"""What Magento's commands print: boxes unwrapped, noise skipped, the reason of a failure found."""

import re
from collections.abc import Iterable
from typing import Final

from core.text import clean, one_line

_FULL_BOX: Final = 70
"""From this width on a box's line may go on in the next: Symfony cuts at 80 columns without a terminal."""
_REASONS: Final = (
    re.compile(r"^Import failed: .+", re.MULTILINE),
    re.compile(r"^Unable to apply .+", re.MULTILINE),
    re.compile(r"^Error happened during deploy process: .+", re.MULTILINE),
    re.compile(r"^(?:PHP )?(?:Fatal|Parse) error: .+", re.MULTILINE),
    re.compile(r"^There is an error in .+", re.MULTILINE),
)


def squeeze(text: str | bytes) -> str:
    """Return the text cleaned and without any white space: a box splits words in the middle."""
    return "".join(clean(text).split())


def holds(text: str, *sentences: str) -> bool:
    """Tell whether a squeezed text holds one of the sentences."""
    return any("".join(sentence.split()) in text for sentence in sentences)


def boxes(text: str | bytes) -> list[str]:
    """Return the messages of Symfony's error boxes, each as one line."""
    found: list[str] = []
    lines: list[str] = []
    for line in clean(text).split("\n"):
        if line.startswith("  ") and len(line) > 3:
            lines.append(line)
        elif lines:
            found.append(_unwrap(lines))
            lines = []
    if lines:
        found.append(_unwrap(lines))
    return [message for message in found if message]


def _unwrap(lines: Iterable[str]) -> str:
    message = ""
    for line in lines:
        inner = line[2:-2] if line.endswith("  ") else line[2:]
        message += inner if len(line) >= _FULL_BOX else f"{inner.rstrip()} "
    return one_line(message, 500)


def reason(out: str | bytes, err: str | bytes) -> str:
    """Return why a command failed, as far as it said so: one line, empty when it said nothing."""
    text = f"{clean(out)}\n{clean(err)}"
    for pattern in _REASONS:
        if found := pattern.search(text):
            return one_line(found[0], 500)
    if found_boxes := boxes(err) or boxes(out):
        return found_boxes[0]
    lines = [line for line in clean(out).split("\n") if line.strip()] or clean(err).split("\n")
    return one_line(lines[-1], 500)
