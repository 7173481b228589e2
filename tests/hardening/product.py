"""The product's command line in a process that has everything imported: each command runs in a fork of it.

Starting Python and importing takes longer than most commands that end with an error. What runs is the same
`run` that the `mageconsole` command calls, in a process of the operator's.
"""

import contextlib
import json
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.hardening.operator import Operator

_SERVE: Final = """
import gc, json, os, sys
import asyncssh, tree_sitter_toml
from core.cli import build, check, following, gate, jobs, lock, main, maintenance, plan_text, promote, status, trust
from core.environments import positions

gc.freeze()
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if not child:
        for number, name in enumerate((os.devnull, asked["out"], asked["err"])):
            os.dup2(os.open(name, os.O_RDWR | os.O_CREAT, 0o600), number)
        os.environ.clear()
        os.environ.update(asked["environment"])
        code = 1
        try:
            code = main.run(asked["words"])
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@dataclass(frozen=True)
class Told:
    """What a command came to."""

    exit: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """All that was shown."""
        return (self.out + self.err).decode("utf-8", "strict")


class Product:
    """Runs commands as the operator, one after the other."""

    def __init__(self, operator: Operator, process: subprocess.Popen[str], place: Path) -> None:
        self.operator = operator
        self._process = process
        self._place = place
        self._count = 0

    def run(self, *words: str, environment: Mapping[str, str] | None = None) -> Told:
        """Run one command to its end."""
        assert self._process.stdin and self._process.stdout
        self._count += 1
        out, err = (self._place / f"{self._count}.{kind}" for kind in ("out", "err"))
        asked = {
            "words": words, "environment": self.operator.environment(environment), "out": str(out), "err": str(err),
        }  # fmt: skip
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return Told(code, out.read_bytes(), err.read_bytes())


@contextlib.contextmanager
def product(operator: Operator) -> Iterator[Product]:
    """Start the process, and end it."""
    with tempfile.TemporaryDirectory(prefix="mageconsole-told-") as name:
        place = Path(name)
        place.chmod(0o777)
        line = operator.words(*operator.python, "-P", "-c", _SERVE)
        with subprocess.Popen(
            line, cwd="/", env=operator.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            yield Product(operator, process, place)
