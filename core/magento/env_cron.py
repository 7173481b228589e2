"""Switching Magento's cron off and on by `cron/enabled` in env.php, changing no other byte. Pure.

`Magento\\Cron\\Console\\Command\\CronCommand` reads it: 0 makes `cron:run` do nothing; absent counts as 1.
"""

from typing import Final

import msgspec

from core.magento.php_config import PhpFile, read

_PATH: Final = ("cron", "enabled")
_ENTRY: Final = "'enabled' => 0, "
_SECTION: Final = "\n    'cron' => ['enabled' => 0],"


class Disabled(msgspec.Struct, frozen=True, kw_only=True):
    """What was changed, so that exactly that can be taken back."""

    before: str | None
    """The value as it stood in the file; None where there was none."""
    inserted: str = ""
    """The text that was put in instead."""


def enabled(source: bytes) -> bool:
    """Tell whether cron is on. Raises ConsoleError for a broken file."""
    cron = read(source, "env.php").values.get("cron")
    value = cron.get("enabled", 1) if isinstance(cron, dict) else 1
    return value not in (0, "0", False)


def _replaced(file: PhpFile, text: bytes) -> bytes:
    place = file.places[_PATH]
    return file.source[: place.value_start] + text + file.source[place.end :]


def _opening(source: bytes, start: int) -> int:
    """Return where the first entry of the array that begins at `start` goes."""
    bracket = min(at for at in (source.find(b"[", start), source.find(b"(", start)) if at >= 0)
    return bracket + 1


def _root(file: PhpFile) -> int:
    returned = next(node for node in file.tree.root_node.named_children if node.type == "return_statement")
    return returned.start_byte


def disable(source: bytes) -> tuple[bytes, Disabled]:
    """Return the file with cron off, and what was changed. Raises ConsoleError for a broken file."""
    file = read(source, "env.php")
    if _PATH in file.places:
        place = file.places[_PATH]
        before = source[place.value_start : place.end].decode("utf-8", "surrogateescape")
        return _replaced(file, b"0"), Disabled(before=before)
    at, text = _root(file), _SECTION
    if isinstance(file.values.get("cron"), dict):
        at, text = file.places[("cron",)].value_start, _ENTRY
    opening = _opening(source, at)
    return source[:opening] + text.encode() + source[opening:], Disabled(before=None, inserted=text)


def restore(source: bytes, changed: Disabled) -> bytes:
    """Take the change back, also when Magento has rewritten the file in its own style meanwhile."""
    if changed.inserted and source.count(changed.inserted.encode()) == 1:
        return source.replace(changed.inserted.encode(), b"")
    file = read(source, "env.php")
    if _PATH not in file.places:
        return source
    before = changed.before if changed.before is not None else "1"
    return _replaced(file, before.encode("utf-8", "surrogateescape"))
