"""Which lines of a text a regular expression matches: as if each line stood alone, at the speed of a whole block."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

# Where these occur, what a line matches can depend on whether its neighbours are there.
_NEEDS_LINES: Final = re.compile(r"\\[AZz]|\(\?(?![:i])|\(\?i(?![:)])|[*+?}]\+")
_CHOICE: Final = re.compile(r"[|()\[\]{}\n]")
_TOKEN: Final = re.compile(r"\\.?|.", re.DOTALL)
_QUANTIFIERS: Final = ".^$*+?"


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern that a person typed: one of small letters finds capitals too. Raises re.error."""
    return re.compile(pattern, re.MULTILINE | (re.IGNORECASE if pattern == pattern.lower() else 0))


def loose_of(pattern: str) -> str | None:
    """Return a pattern that finds in a block all lines that `pattern` finds alone; None when there is none."""
    return None if _NEEDS_LINES.search(pattern) else pattern


def hints_of(pattern: str) -> tuple[str, ...]:
    """Return small letters that any line that matches holds: the longest word that the pattern cannot do without.

    Nothing for patterns with alternatives, groups or sets. Finding a word is ten times as fast as matching.
    """
    if not pattern.isascii() or _CHOICE.search(pattern):
        return ()
    words = [""]
    for token in _TOKEN.findall(pattern):
        if token in "*?":
            words[-1] = words[-1][:-1]
        if token in _QUANTIFIERS or len(token) > 1:
            words.append("")
        else:
            words[-1] += token.lower()
    longest = max(words, key=len)
    return (longest,) if len(longest) > 1 else ()


def matching(
    text: str, exact: re.Pattern[str], loose: re.Pattern[str] | None, hints: Sequence[str] = ()
) -> Iterator[int]:
    """Yield the numbers of the lines that match, counted from 0. Every line in ASCII that matches holds a hint."""
    if hints and text.isascii():
        yield from _numbers(text, _hinted(text, hints), exact)
    elif hints or loose is None:
        for number, line in enumerate(text.split("\n")):
            held = not hints or not line.isascii() or any(hint in line.lower() for hint in hints)
            if held and exact.search(line):
                yield number
    else:
        yield from _numbers(text, _candidates(text, loose), exact)


def _numbers(text: str, begins: Iterator[int], exact: re.Pattern[str]) -> Iterator[int]:
    number = counted = 0
    for begin in begins:
        number += text.count("\n", counted, begin)
        counted = begin
        if exact.search(text[begin : _end(text, begin)]):
            yield number


def _candidates(text: str, loose: re.Pattern[str]) -> Iterator[int]:
    """Yield where lines begin that may match."""
    at = 0
    while at <= len(text) and (found := loose.search(text, at)):
        yield text.rfind("\n", 0, found.start()) + 1
        at = _end(text, found.start()) + 1


def _hinted(text: str, hints: Sequence[str]) -> Iterator[int]:
    """Yield where lines begin that hold a hint."""
    text = text.lower()
    begins: set[int] = set()
    for hint in hints:
        at = 0
        while (found := text.find(hint, at)) >= 0:
            begins.add(text.rfind("\n", 0, found) + 1)
            at = _end(text, found) + 1
    yield from sorted(begins)


def _end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def spans(text: str, exact: re.Pattern[str], limit: int = 200) -> list[tuple[int, int]]:
    """Return where in a line the pattern matches, empty matches left out."""
    found: list[tuple[int, int]] = []
    for match in exact.finditer(text):
        if match.end() > match.start():
            found.append(match.span())
        if len(found) == limit:
            break
    return found
