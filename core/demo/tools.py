"""The programs in a host's own `bin`: php, composer, crontab, reload-php. They come first in its PATH."""

import shlex
import sys
from pathlib import Path
from typing import Final

from core.demo import standin
from core.demo.standin.world import HOST, ROOT

_PYTHON: Final = """#!/bin/sh
export {root_name}={root} {host_name}={host}
exec {python} -I -S {program} "$@"
"""
# As Debian's: lists, replaces, removes; the table of a real user is never touched.
_CRONTAB: Final = """#!/bin/sh
table={table}
if [ "$1" = -u ]; then shift 2; fi
case "$1" in
-l) [ -f "$table" ] || {{ echo "no crontab for $(id -un)" >&2; exit 1; }}; exec cat "$table" ;;
-r) [ -f "$table" ] || {{ echo "no crontab for $(id -un)" >&2; exit 1; }}; exec rm -f "$table" ;;
-|'') cat > "$table.$$" && mv "$table.$$" "$table" ;;
-*) echo "crontab: usage error" >&2; exit 1 ;;
*) cat -- "$1" > "$table.$$" && mv "$table.$$" "$table" ;;
esac
"""


def install(root: Path, name: str) -> Path:
    """Write the programs of one host of the demo; return the directory that its PATH begins with."""
    host = root / "hosts" / name
    place = host / "bin"
    place.mkdir(parents=True, exist_ok=True)
    table = shlex.quote(str(host / "crontab"))
    for program, text in {
        "php": _python(root, name, "main.py"),
        "composer": _python(root, name, "composer.py"),
        "crontab": _CRONTAB.format(table=table),
        "reload-php": f"#!/bin/sh\nexec touch {shlex.quote(str(host / 'php-fpm.reload'))}\n",
    }.items():
        (place / program).write_text(text)
        (place / program).chmod(0o755)
    return place


def _python(root: Path, name: str, program: str) -> str:
    return _PYTHON.format(
        root_name=ROOT,
        root=shlex.quote(str(root)),
        host_name=HOST,
        host=shlex.quote(name),
        python=shlex.quote(sys.executable),
        program=shlex.quote(str(Path(standin.__file__).parent / program)),
    )
