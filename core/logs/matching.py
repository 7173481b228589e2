"""Which lines of a text a regular expression matches: as if each line stood alone, at the speed of a whole block."""

import re
from collections.abc import Iterator
from typing import Final

# Where these occur, what a line matches can depend on whether its neighbours are there.
_NEEDS_LINES: Final = re.compile(r"\\[AZz]|\(\?(?![:i])|\(\?i(?![:)])|[*+?}]\+")


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that a person typed: one of small letters finds capitals too. Raises re.error."""
    return re.compile(pattern, re.MULTILINE | (re.IGNORECASE if pattern == pattern.lower() else 0))


def loose_of(pattern: str) -> str | None:
    """Return a pattern that finds in a block all lines that `pattern` finds alone; None when there is none."""
    return None if _NEEDS_LINES.search(pattern) else pattern


def matching(text: str, exact: re.Pattern[str], loose: re.Pattern[str] | None) -> Iterator[int]:
    """Yield the numbers of the lines that match, counted from 0."""
    if loose is None:
        yield from (number for number, line in enumerate(text.split("\n")) if exact.search(line))
        return
    at = number = counted = 0
    while at <= len(text) and (found := loose.search(text, at)):
        begin = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.start())
        end = len(text) if end < 0 else end
        number += text.count("\n", counted, begin)
        counted = begin
        if exact.search(text[begin:end]):
            yield number
        at = end + 1


def spans(text: str, exact: re.Pattern[str], limit: int = 200) -> list[tuple[int, int]]:
    """Return where in a line the pattern matches, empty matches left out."""
    found: list[tuple[int, int]] = []
    for match in exact.finditer(text):
        if match.end() > match.start():
            found.append(match.span())
        if len(found) == limit:
            break
    return found
