"""Real PHP for tests: what it makes of a file, and running our scripts."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from core.actions import scripts

_FOLDER: Final = tempfile.TemporaryDirectory(prefix="mageconsole-php-")


def script(name: str) -> Path:
    """Return the path of one of our PHP scripts as a host gets it: one file."""
    path = Path(_FOLDER.name, f"{name}.php")
    path.write_bytes(scripts.source(name))
    path.chmod(0o644)
    path.parent.chmod(0o755)
    return path


def run(
    code: str | Path, payload: Any = None, *, env: Mapping[str, str] | None = None, ini: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    """Run PHP code or a PHP file with JSON on its standard input."""
    what = ["-r", code] if isinstance(code, str) else [str(code)]
    return subprocess.run(
        ["php", *ini, *what],
        input=json.dumps(payload).encode(),
        capture_output=True,
        timeout=60,
        env=env,
        check=False,
    )


def json_of(path: Path, names: list[str]) -> list[str]:
    """Return `json_encode` of what each file returns, in one process."""
    code = (
        "foreach (json_decode(stream_get_contents(STDIN)) as $name)"
        f" echo json_encode(require {str(path)!r} . '/' . $name), \"\\n\";"
    )
    done = run(code, names)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode().splitlines()
