"""A user's crontab: pausing and renewing what belongs to one shop. Text to text; other lines stay as they are.

`cron:install` writes a block `#~ MAGENTO START <hash>` ... `#~ MAGENTO END <hash>` with absolute paths of the
release that installed it; the hash is sha256 of that path (md5 before 2.3.2).
"""

import hashlib
import re
from typing import Final

import msgspec

_MARK: Final = "#mageconsole-paused "
_BLOCK: Final = re.compile(r"^#~ MAGENTO (START|END) ([0-9a-f]+)[ \t\r]*$")
_RUNS: Final = re.compile(r"bin/magento|cron\.(?:php|sh)|magerun")


class Crontab(msgspec.Struct, frozen=True):
    """A crontab as changed, and which of its lines were."""

    text: str
    lines: tuple[str, ...]
    """The shop's lines as they were before."""


class Block(msgspec.Struct, frozen=True):
    """What lies between two of Magento's marks."""

    hash: str
    lines: tuple[str, ...]


def runs(line: str, root: str) -> bool:
    """Tell whether a line runs Magento of the shop that lies in `root`, in whatever release."""
    stripped = line.strip()
    if not stripped or stripped.startswith("#") or not _RUNS.search(stripped):
        return False
    return re.search(_path(root), stripped) is not None


def pause(crontab: str, root: str, mark: str) -> Crontab:
    """Comment the shop's lines out; `mark` (a word, the job's id) is how exactly they are found again."""
    changed = []

    def comment(line: str) -> str:
        if not runs(line, root):
            return line
        changed.append(line.rstrip("\r\n"))
        return f"{_MARK}{mark} {line}"

    text = "".join(comment(line) for line in _lines(crontab))
    return Crontab(text, tuple(changed))


def resume(crontab: str, mark: str) -> Crontab:
    """Bring back exactly the lines that were paused under `mark`."""
    prefix = f"{_MARK}{mark} "
    changed = []

    def restore(line: str) -> str:
        if not line.startswith(prefix):
            return line
        changed.append(line[len(prefix) :].rstrip("\r\n"))
        return line[len(prefix) :]

    text = "".join(restore(line) for line in _lines(crontab))
    return Crontab(text, tuple(changed))


def paused_by(crontab: str) -> tuple[str, ...]:
    """Return the marks under which lines are paused: leftovers of jobs, when none is running."""
    found: dict[str, None] = {}
    for line in _lines(crontab):
        if line.startswith(_MARK):
            found[line[len(_MARK) :].partition(" ")[0]] = None
    return tuple(found)


def left(crontab: str, root: str, mark: str) -> tuple[str, ...]:
    """Return the other marks under which lines of the shop in `root` are paused: jobs that never resumed them."""
    found: dict[str, None] = {}
    for line in _lines(crontab):
        if line.startswith(_MARK):
            other, _, command = line[len(_MARK) :].partition(" ")
            if other != mark and runs(command, root):
                found[other] = None
    return tuple(found)


def blocks(crontab: str) -> tuple[Block, ...]:
    """Return Magento's blocks, those without an end too."""
    found: list[Block] = []
    current: tuple[str, list[str]] | None = None
    for line in crontab.split("\n"):
        mark = _BLOCK.match(line)
        if mark and current is not None:
            found.append(Block(current[0], tuple(current[1])))
            current = None
        if mark and mark[1] == "START":
            current = (mark[2], [])
        elif current is not None and not mark:
            current[1].append(line)
    if current is not None:
        found.append(Block(current[0], tuple(current[1])))
    return tuple(found)


def renew(crontab: str, root: str, release: str) -> str:
    """Make the shop's lines run whatever is live, whichever release had written them.

    `root`: the shop's directory with `releases` and `current`; `release`: the new release's real path. Paths
    into releases become those of `current`; the block's hash becomes the new release's, so that Magento's own
    `cron:install` and `cron:remove` know it. A second block that is then the same (older releases leave
    theirs behind) goes, else every job would run twice. Paused lines are renewed as they are.
    """
    lines = [_renewed(line, root) for line in _lines(crontab)]
    result: list[str] = []
    bodies: set[str] = set()
    while lines:
        end = _end_of_block(lines)
        chunk, lines = lines[:end], lines[end:]
        body = "".join(chunk[1:-1])
        if end > 1 and re.search(_path(root), body):
            if body in bodies:
                continue
            bodies.add(body)
            chunk = [_rehashed(chunk[0], release), *chunk[1:-1], _rehashed(chunk[-1], release)]
        result += chunk
    return "".join(result)


def _lines(crontab: str) -> list[str]:
    """Return the lines with their ends; cron knows no end of line but this one."""
    return re.findall(r"[^\n]*\n|[^\n]+", crontab)


def _path(root: str) -> str:
    """Return a pattern for a path in `root`: `/srv/acme/x`, never `/srv/acme2` nor `/old/srv/acme`."""
    return rf"(?<![\w./-]){re.escape(root.rstrip('/'))}(?=/|[\s;&|'\"]|$)"


def _renewed(line: str, root: str) -> str:
    if line.startswith("#") and not line.startswith(_MARK):
        return line
    return re.sub(rf"({_path(root)})/releases/[^/\s'\";&|]+", r"\1/current", line)


def _end_of_block(lines: list[str]) -> int:
    """Return how many lines the block at the beginning has; 1 when there is none, or it has no end."""
    start = _BLOCK.match(lines[0])
    if not start or start[1] != "START":
        return 1
    for number, line in enumerate(lines[1:], 2):
        mark = _BLOCK.match(line)
        if mark:
            return number if mark[1] == "END" else 1
    return 1


def _rehashed(line: str, release: str) -> str:
    def replace(found: re.Match[str]) -> str:
        path = release.rstrip("/").encode()
        old = found[0]
        if len(old) == 32:
            return hashlib.md5(path, usedforsecurity=False).hexdigest()
        return hashlib.sha256(path).hexdigest()

    return re.sub(r"[0-9a-f]{32,64}", replace, line)
