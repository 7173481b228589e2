"""Putting a new file in an old one's place on a host: written beside it, mode and owner kept, then renamed.

A link is followed: what it leads to is replaced, never the link. All scripts are for the fence.
"""

import hashlib
import shlex
from collections.abc import Sequence
from typing import Final

CHANGED: Final = 9
"""The exit status when somebody else changed the file meanwhile: nothing was done."""

KEPT: Final = 10
"""How many copies of a file stay."""
_READERS: Final = """\
of() { stat -c "$1" "$2"; }
if [ "$(of %g "$f")" != "$(of %g "$n")" ] ||
    { [ "$(of %u "$f")" != "$(of %u "$n")" ] && case $(of %A "$f") in ????r*) false ;; esac; }; then
    echo "$f belongs to $(of %U:%G "$f"), the new file would belong to $(of %U:%G "$n")" >&2
    rm -f "$n"
    exit 1
fi
"""
"""Refuses to put a file in the place of one that php-fpm might then not be able to read: the shop would answer 500."""


def find(path: str) -> str:
    """Return the lines that set `$f` to the file itself, and `$n` to where the new one is written."""
    return f"f=$(readlink -f {shlex.quote(path)}) || exit 1\nn=$f.mageconsole\n"


def unless_changed(before: bytes) -> str:
    """Return the line that ends with `CHANGED` unless the file is still what was read."""
    return f'[ "$(sha256sum < "$f" | cut -c1-64)" = {hashlib.sha256(before).hexdigest()} ] || exit {CHANGED}\n'


def keep(directory: str, name: str) -> str:
    """Return the lines that keep a copy, for its owner alone; one that is there already stays."""
    backup = shlex.quote(f"{directory}/{name}")
    return (
        f"mkdir -p -m 0700 {shlex.quote(directory)} || exit 1\n"
        f'[ -e {backup} ] || (umask 077 && cat < "$f" > {backup}.part && sync {backup}.part'
        f" && mv {backup}.part {backup}) || exit 1\n"
    )


def write_beside(after: bytes) -> str:
    """Return the lines that write standard input beside the file, with its mode and owner, and prove it whole."""
    return (
        '(umask 077 && cat > "$n") || exit 1\n'
        'chown --reference="$f" "$n" 2>/dev/null || chgrp --reference="$f" "$n" 2>/dev/null || :\n'
        # The mode, access control lists too, after the owner, whose change may clear bits of it.
        'cp --attributes-only --preserve=mode "$f" "$n" || { rm -f "$n"; exit 1; }\n'
        f"{_READERS}"
        f'[ "$(sha256sum < "$n" | cut -c1-64)" = {hashlib.sha256(after).hexdigest()} ] || {{ rm -f "$n"; exit 1; }}\n'
        'sync "$n" || exit 1\n'
    )


def lint(php: Sequence[str]) -> str:
    """Return the line that has PHP read what was written beside; its words may hold passwords, and are not kept."""
    return (
        f'{shlex.join([*php, "-l"])} "$n" > /dev/null 2>&1 ||'
        " { rm -f \"$n\"; echo 'php -l refuses the new file' >&2; exit 1; }\n"
    )


def rename() -> str:
    """Return the line that puts it in place."""
    return 'mv -f "$n" "$f" || exit 1\n'


def prune(directory: str, name: str) -> str:
    """Return the lines that keep the newest copies alone: they hold the encryption key (decision 30)."""
    return (
        f"ls -1t {shlex.quote(directory)} 2>/dev/null | grep -F {shlex.quote(f'{name}.')} |\n"
        f'    tail -n +{KEPT + 1} | while read -r old; do rm -f {shlex.quote(directory)}/"$old"; done\nexit 0\n'
    )
