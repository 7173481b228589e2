"""Which command a word means: exact, abbreviated, or unknown with those that are near."""

import difflib

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


def _near(word: str, candidates: list[str]) -> list[str]:
    last = word.rpartition(":")[2]
    near = set(difflib.get_close_matches(word, candidates, n=8, cutoff=0.6))
    near |= {name for name in candidates if last and last in name.split(":")}
    return sorted(near)


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
