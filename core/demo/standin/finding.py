"""Which command a word means: exact, abbreviated, or unknown with those that are near."""

from itertools import zip_longest

from core.demo.standin.commands import Command
from core.demo.standin.console import UsageError


class Namespace(Exception):
    """The word names a group of commands: they are listed, on standard error, exit code 1."""


def _fits(word: str, name: str) -> bool:
    parts, wanted = name.split(":"), word.split(":")
    return len(parts) == len(wanted) and all(
        part.startswith(item) for part, item in zip(parts, wanted, strict=True)
    )


def _namespaces(names: list[str]) -> list[str]:
    found = {
        ":".join(parts[:depth])
        for name in names
        for parts in [name.split(":")]
        for depth in range(1, len(parts))
    }
    return sorted(found)


def _distance(one: str, other: str) -> int:
    """Return how many letters to change, add or drop make one word the other."""
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, start=1):
        last, row = row, [number]
        for place, other_letter in enumerate(other):
            row.append(min(row[place] + 1, last[place + 1] + 1, last[place] + (letter != other_letter)))
    return row[-1]


def _alike(word: str, other: str) -> bool:
    return word in other or _distance(word, other) <= len(word) / 3


def _near(word: str, candidates: list[str]) -> list[str]:
    """Return those that are alike as a whole, or part by part with at most one miss after the first hit."""
    found = []
    for name in candidates:
        parts = name.split(":")
        pairs = zip_longest(word.split(":"), parts[: word.count(":") + 1], fillvalue="")
        hits = [bool(other) and _alike(part, other) for part, other in pairs]
        misses = hits[hits.index(True) :].count(False) if True in hits else 2
        if misses < 2 or _alike(word, name):
            found.append(name)
    return sorted(found)


def _complaint(message: str, near: list[str]) -> str:
    if not near:
        return message
    question = "Did you mean this?" if len(near) == 1 else "Did you mean one of these?"
    return f"{message}\n\n{question}\n" + "\n".join(f"    {name}" for name in near)


def find(word: str, commands: dict[str, Command]) -> Command:
    """Return the command that a word means. Raises UsageError and Namespace."""
    if word in commands:
        return commands[word]
    names = list(commands)
    spaces = _namespaces(names)
    if word in spaces:
        raise Namespace(word)
    fitting = [name for name in names if _fits(word, name)]
    if len(fitting) == 1:
        return commands[fitting[0]]
    if fitting:
        shown = "\n".join(f"    {name} {commands[name].description}" for name in fitting)
        raise UsageError(f'Command "{word}" is ambiguous.\nDid you mean one of these?\n{shown}')
    space = word.rpartition(":")[0]
    if space and not any(_fits(space, known) for known in spaces):
        message = f'There are no commands defined in the "{space}" namespace.'
        raise UsageError(_complaint(message, _near(space, spaces)))
    raise UsageError(_complaint(f'Command "{word}" is not defined.', _near(word, names)))
