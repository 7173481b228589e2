"""The person who runs the product: a user other than root, with a home of their own.

As root the tests make an account; otherwise they are that person themselves.
"""

import contextlib
import os
import site
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support.copies import copied
from tests.support.openssh import account

REPOSITORY: Final = Path(__file__).resolve().parents[2]
ROOT: Final = os.getuid() == 0
_PATH: Final = "/usr/local/bin:/usr/bin:/bin"
_IMPORTS: Final = "import asyncssh, click, msgspec, core.cli.main"


@dataclass(frozen=True)
class Operator:
    """A login, and the Python that it may run the product with."""

    user: str
    home: Path
    python: tuple[str, ...]
    python_path: str

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return a login's environment."""
        return {
            "HOME": str(self.home), "PATH": _PATH, "LANG": "C.UTF-8", "PYTHONPATH": self.python_path,
            "PYTHONDONTWRITEBYTECODE": "1", **(more or {}),
        }  # fmt: skip

    def words(self, *words: str) -> list[str]:
        """Return the words that run a program as this user."""
        return [*_become(self.user), *words]

    def mageconsole(self, *words: str) -> list[str]:
        """Return the words that run the product's command as this user."""
        return self.words(*self.python, "-P", "-c", "from tui.main import main; main()", *words)


def _become(user: str) -> tuple[str, ...]:
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--") if user else ()


@contextlib.contextmanager
def operator(public: Path, name: str) -> Iterator[Operator]:
    """Give the tests somebody to run the product. public: a directory that everybody can reach."""
    home = public / "home"
    with contextlib.ExitStack() as stack:
        user = stack.enter_context(account(name, home)) if ROOT else ""
        home.mkdir(exist_ok=True)
        python, path = _interpreter(user, public)
        yield Operator(user, home, python, path)


def _interpreter(user: str, public: Path) -> tuple[tuple[str, ...], str]:
    """Return a Python that the user may run, and where it finds the product: copies where it can't look."""
    packages = next(path for path in site.getsitepackages() if path.endswith("site-packages"))
    pythons = [(sys.executable,), (f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}",)]
    for python in pythons:
        for in_copy in (False, True):
            path = _copies(public, packages) if in_copy else f"{REPOSITORY}:{packages}"
            words = [*_become(user), "env", f"PYTHONPATH={path}", *python, "-P", "-c", _IMPORTS]
            with contextlib.suppress(OSError):
                if subprocess.run(words, cwd="/", capture_output=True, check=False).returncode == 0:
                    return python, path
    raise RuntimeError(f"{user or 'the user'} can run neither of {pythons}")


def _copies(public: Path, packages: str) -> str:
    place = public / "python"
    if not place.exists():
        place.mkdir()
        copied(Path(packages), place / "packages")
        for name in ("core", "tui"):
            copied(REPOSITORY / name, place / name)
    return f"{place}:{place / 'packages'}"
