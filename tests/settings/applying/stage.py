"""The demo's shop behind real sshd, live on staging and production; what settings change is brought back."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from core.cli.main import run
from core.demo.history import git
from core.demo.standin import phpfile
from core.demo.standin.phpfile import Array
from core.jobs.store import Job, Store
from tests.support.keyring_file import NAME, PLACE
from tests.support.shop import OpenSshDemo, Shop, ask

HOSTS = ("dev1", "stg", "web1", "web2")
PRODUCTION = ("web1", "web2")
YES = ("--yes", "--confirm", "production")
_NO_MV = """#!/bin/sh
case "$*" in
*env.php.mageconsole*) echo "mv: cannot move: Read-only file system" >&2; exit 1 ;;
esac
exec /bin/mv "$@"
"""


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All that it printed."""
        return self.out + self.err

    @property
    def json(self) -> Any:
        """Its answer."""
        return json.loads(self.out)


@dataclass
class Stage:
    """The shop, and what tests look at."""

    shop: Shop
    demo: OpenSshDemo
    commit: str = ""
    surroundings: dict[str, str] = field(default_factory=dict)

    def cli(self, *words: str, given: str = "") -> Ran:
        """Run a command here, to its end."""
        out, err = io.StringIO(), io.StringIO()
        with (
            pytest.MonkeyPatch.context() as patch,
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            for name, value in self.surroundings.items():
                patch.setenv(name, value)
            patch.setattr("keyring.core._keyring_backend", None)
            patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
            code = run(["-c", str(self.shop.toml), *words])
        return Ran(code, out.getvalue(), err.getvalue())

    def settings(self, *words: str, given: str = "") -> Ran:
        """Run a command about settings."""
        return self.cli("settings", *words, given=given)

    @contextlib.contextmanager
    def background(self, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Start a command in a process of its own."""
        line = [
            sys.executable,
            "-c",
            "from core.cli.main import main; main()",
            "-c",
            str(self.shop.toml),
            *words,
        ]
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(line, env={**os.environ, **self.surroundings}, stdout=quiet, stderr=quiet)
        try:
            yield process
        finally:
            process.kill()
            process.wait()

    def toml(self, old: str, new: str) -> None:
        """Change environments.toml by hand."""
        text = self.shop.toml.read_text()
        assert text.count(old) == 1, old
        self.shop.toml.write_text(text.replace(old, new))

    def env_path(self, host: str) -> Path:
        """Return the env.php of a host."""
        return self.shop.path(host) / ("app/etc/env.php" if host == "dev1" else "shared/app/etc/env.php")

    def env(self, host: str) -> Array:
        """Return what the env.php of a host says."""
        found = phpfile.read(self.env_path(host).read_text())
        assert isinstance(found, dict)
        return found

    def edit_env(self, host: str, place: str, value: phpfile.Value) -> None:
        """Change env.php by hand."""
        env = self.env(host)
        phpfile.plant(env, place, value)
        self.env_path(host).write_text(phpfile.write(env))

    def status(self, host: str) -> int:
        """Return what `app:config:status` ends with on a host."""
        return self.shop.magento(host, "app:config:status").returncode

    def answers(self) -> list[int]:
        """Return what a customer is answered by production's hosts."""
        return [ask(self.demo.web[host], "/customer/account/login/")[0] for host in PRODUCTION]

    def snapshot(self, hosts: tuple[str, ...] = PRODUCTION, name: str = "production") -> dict[str, Any]:
        """Return what a change that was taken back leaves as it was."""
        found: dict[str, Any] = {"hash": self.shop.state(name)["flag"]["config_hash"]}
        for host in hosts:
            path = self.env_path(host)
            stat = path.stat()
            beside = sorted(item.name for item in path.parent.iterdir())
            dot = self.shop.path(host) / ".mageconsole"
            private = sorted(item.name for item in (dot / "settings").glob("*"))
            found[host] = (
                path.read_bytes(),
                stat.st_mode,
                stat.st_uid,
                beside,
                private,
                (dot / "lock").exists(),
            )
        return found

    def refuse_rename(self, host: str) -> None:
        """Let the new env.php not be put in place on a host."""
        tool = self.shop.systems.host(host) / "bin/mv"
        tool.write_text(_NO_MV)
        tool.chmod(0o755)

    def newest_job(self) -> Job:
        """Return the job that was started last."""
        return max(Store(str(self.shop.root / "state")).list(), key=lambda job: job.number)

    def history(self, host: str) -> list[dict[str, Any]]:
        """Return the lines of a host's history that are about settings."""
        path = self.shop.path(host) / ".mageconsole/history"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line["what"] == "settings"]

    # --- from one test to the next

    def keep(self) -> None:
        """Remember this as what every test begins with."""
        root, tree = self.shop.root, self.shop.path("dev1")
        self.shop.magento("dev1", "app:config:import", "-n", root=tree).check_returncode()
        text = re.sub(r'requires = "staging"\n', "", self.shop.toml.read_text())
        self.shop.toml.write_text(text + "\n[environments.production.timeouts]\nhealth = 3.0\n")
        shutil.copytree(root / "databases", root / "kept/databases")
        shutil.copy(self.shop.toml, root / "kept/environments.toml")
        for host in HOSTS:
            shutil.copy2(self.env_path(host), root / f"kept/{host}.env.php")
        self.commit = git(tree, "rev-parse", "HEAD")

    def begin(self) -> None:
        """Bring everything back."""
        root = self.shop.root
        shutil.rmtree(root / "databases")
        shutil.copytree(root / "kept/databases", root / "databases")
        shutil.copy(root / "kept/environments.toml", self.shop.toml)
        self.shop.behave(command_s=None)
        (root / "ran.jsonl").unlink(missing_ok=True)
        for host in HOSTS:
            shutil.copy2(root / f"kept/{host}.env.php", self.env_path(host))
            shutil.rmtree(self.shop.path(host) / ".mageconsole", ignore_errors=True)
            (self.shop.systems.host(host) / "bin/mv").unlink(missing_ok=True)
            (self.shop.systems.host(host) / "php-fpm.reload").touch()
        tree = self.shop.path("dev1")
        git(tree, "checkout", "--quiet", "-f", "main")
        git(tree, "clean", "-fdq")
        git(tree, "reset", "--quiet", "--hard", self.commit)
        git(tree, "push", "--quiet", "--force", "origin", f"{self.commit}:refs/heads/main")
        for name in ("keyring.json", "home-state"):
            path = root / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        self.surroundings = {
            "PYTHON_KEYRING_BACKEND": NAME, PLACE: str(root / "keyring.json"),
            "XDG_STATE_HOME": str(root / "home-state"), "XDG_CACHE_HOME": str(root / "home-cache"),
        }  # fmt: skip
