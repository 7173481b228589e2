"""What the log of `setup:static-content:deploy` says that its exit code hides (decision 16).

The command exits 0 when a child process of `-j` dies, when a theme does not exist, and when a single file
could not be processed. Its progress is drawn again and again, and the last drawing is no proof: it is made at
most once a second, so a run that succeeded was seen to end with `71%` (its only package was finished between
two drawings). What that line proves depends on how the command ran:

- One process: packages follow one another, and an error ends the command. Every package but the one begun
  last must have been drawn at 100 %; the last may be under it if the command ended with 0, its `Execution
  time`, and no error. It is then `unproven`: its directory has to be looked at.
- With `-j`: any package under 100 % has failed; a child that was killed leaves no other trace.
"""

import re
from typing import Final

import msgspec

from core.text import clean, one_line

_PACKAGE: Final = re.compile(
    r"^([\w-]+/[\w.-]+/[\w.-]+/[\w-]+)[ \t]+(\d+)/(\d+)[ \t]+[=>-]{20,}[ \t]", re.MULTILINE
)
_ERRORS: Final = (
    re.compile(r"Error happened during deploy process: .*"),
    re.compile(r"Compilation from source.*"),
    re.compile(r"Not all packages are deployed.*"),
    re.compile(r"Exited: \S+ ?\(status: (?!0\))-?\d+\)"),
    re.compile(r"(?:PHP )?(?:Fatal|Parse) error: .*"),
)
_ENDED: Final = "Execution time:"


class StaticVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a log of static content came to."""

    failures: tuple[str, ...]
    """Each one line; empty: nothing in the log speaks against it."""
    packages: dict[str, tuple[int, int]]
    """`area/Vendor/theme/locale` -> files done, files in all, at its best."""
    unproven: tuple[str, ...]
    """Packages last drawn under 100 % by a run that ended well: their directories must not be empty."""


def judge(log: str | bytes, exit: int | None, *, jobs: int = 0) -> StaticVerdict:
    """Judge one run by its log (standard output and error, in any order) and exit code.

    `jobs`: what `-j` was; more than one means that children's failures are hidden.
    """
    text = clean(log)
    failures = [one_line(found[0]) for pattern in _ERRORS for found in pattern.finditer(text)]
    if exit != 0:
        failures.insert(0, "its exit code is unknown" if exit is None else f"it ended with exit code {exit}")
    packages = _packages(text)
    unfinished = [name for name, (done, total) in packages.items() if done < total]
    if not packages:
        failures.append("nothing was deployed: no theme of that name, or no locale")
    if _ENDED not in text:
        failures.append("it did not come to its end")
    excused = [name for name in unfinished if not failures and jobs < 2 and name == list(packages)[-1]]
    failures += [
        f"{name} stopped at {packages[name][0]} of {packages[name][1]} files"
        for name in unfinished
        if name not in excused
    ]
    return StaticVerdict(failures=tuple(dict.fromkeys(failures)), packages=packages, unproven=tuple(excused))


def failures(log: str | bytes, exit: int | None, *, jobs: int = 0) -> list[str]:
    """Return what speaks against a run, one line each; empty when nothing does."""
    return list(judge(log, exit, jobs=jobs).failures)


def progress(log: str | bytes) -> tuple[int, int]:
    """Return files done and files in all of the packages begun so far."""
    packages = _packages(clean(log)).values()
    return sum(done for done, _ in packages), sum(total for _, total in packages)


def _packages(text: str) -> dict[str, tuple[int, int]]:
    """Return each package at its best, in the order begun.

    The best, for children print old drawings when they fail. The total may grow while a package is made.
    """
    best: dict[str, tuple[int, int]] = {}
    for name, done, total in _PACKAGE.findall(text):
        best[name] = max(best.get(name, (0, int(total))), (int(done), int(total)))
    return best
