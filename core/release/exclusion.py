"""What is never in an artifact. Pure.

Patterns of `artifact_exclude` are a subset of those of .gitignore: `*` and `?` stay within a name, `**` is
any directories, `[...]` a set; a pattern with a `/` before its end is anchored at the top, another one
matches at any depth; a `/` at the end means directories only; whatever lies in what matches is excluded.
There is no `!`.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

_ALWAYS: Final = (
    "/app/etc/env.php", "/app/etc/env.php.*", "auth.json", ".git", "/pub/media", "/pub/static/_cache",
    "/.mageconsole", "/generated/.lock",
)  # fmt: skip
"""Never shipped: secrets, the history, what belongs to a running shop."""
_KEPT_IN_VAR: Final = "var/view_preprocessed"
"""Templates that were minified by static content deployment; the rest of `var` is a running shop's."""


def excluder(*, shared: Sequence[str] = (), patterns: Sequence[str] = ()) -> Callable[[str], bool]:
    """Return the predicate that says whether a path is kept out of artifacts.

    shared: shared files and directories, relative to the shop; patterns: `artifact_exclude`.
    """
    given = [*_ALWAYS, *(f"/{path.strip('/')}" for path in shared), *patterns]
    matches = re.compile(
        "|".join(f"(?:{_expression(pattern)})" for pattern in given if pattern.strip("/")), re.S
    )

    def excluded(path: str) -> bool:
        if path.startswith("var/") and path != _KEPT_IN_VAR and not path.startswith(f"{_KEPT_IN_VAR}/"):
            return True
        return matches.match(path) is not None

    return excluded


def _expression(pattern: str) -> str:
    """Return the regular expression of a pattern, to be matched at the start of a path."""
    only_directories = pattern.endswith("/")
    body = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    end = "/" if only_directories else r"(?:/|\Z)"
    return ("" if anchored else "(?:.*/)?") + _glob(body) + end


def _glob(body: str) -> str:
    found: list[str] = []
    at = 0
    while at < len(body):
        if body.startswith("**/", at):
            found.append("(?:.*/)?")
            at += 3
        elif body.startswith("**", at):
            found.append(".*")
            at += 2
        else:
            piece, at = _one(body, at)
            found.append(piece)
    return "".join(found)


def _one(body: str, at: int) -> tuple[str, int]:
    """Return the expression of what begins at `at`, and where the next begins."""
    letter = body[at]
    if letter == "*":
        return "[^/]*", at + 1
    if letter == "?":
        return "[^/]", at + 1
    if letter == "[" and (end := body.find("]", at + 2)) > 0:
        inner = body[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
        return f"(?!/)[{'^' + inner[1:] if inner.startswith('!') else inner}]", end + 1
    return re.escape(letter), at + 1
