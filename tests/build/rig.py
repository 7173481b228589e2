"""A build host over SSH with the demo's shop in a git repository, and jobs that run as processes of their own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from core.demo import history, tools
from core.environments.load import load
from core.environments.model import Environment
from core.jobs.state import JobState
from core.jobs.store import Job, Store
from core.model.plan import Plan
from core.pipeline.build import Commit, build_plan
from core.release.artifact import Info, tree
from core.release.layout import Layout
from tests.support.demo_ssh import DemoSsh
from tests.support.openssh import Sshd

Server = DemoSsh | Sshd
PATIENCE_S = 60.0

_FILE = """
[project]
name = "Acme"
locales = ["en_US", "de_DE"]

[environments.development]
role = "development"
hosts = ["dev@dev.example.com"]
path = "/srv/acme"

[environments.build]
role = "build"
hosts = [{{ address = "{address}", php = "{php}" }}]
path = "{path}"
repository = "{repository}"
branch = "main"
composer_command = ["{composer}"]
{more}

[environments.production]
role = "production"
hosts = ["deploy@web.example.com"]
path = "/srv/acme"
{steps}
"""


class Shop:
    """The demo's shop as its developers have it: a bare repository, a working tree, a history."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.world = place / "world"
        self.repository = place / "acme.git"
        self.tree = place / "tree"

    def make(self) -> "Shop":
        """Make it anew."""
        self.tree.mkdir(parents=True)
        self.world.mkdir()
        binaries = tools.install(self.world, "development")
        history.begin(self.tree, self.repository, 1)
        subprocess.run([binaries / "composer", "install", "-q"], cwd=self.tree, check=True, capture_output=True)
        history.first_release(self.tree)
        history.git(self.tree, "push", "--quiet", "origin", f"HEAD:refs/heads/{history.BRANCH}")
        return self

    def copy(self, place: Path) -> "Shop":
        """Return a copy that a test may change."""
        other = Shop(place)
        shutil.copytree(self.repository, other.repository)
        shutil.copytree(self.tree, other.tree, symlinks=True)
        history.git(other.tree, "remote", "set-url", "origin", str(other.repository))
        return other

    @property
    def head(self) -> str:
        """The newest commit."""
        return history.git(self.tree, "rev-parse", "HEAD")

    def commit(self, message: str, **files: str) -> str:
        """Commit files (`__` stands for a slash) and push; return the commit."""
        return history.commit(
            self.tree, message, {name.replace("__", "/"): text for name, text in files.items()}
        )

    def write(self, message: str, files: dict[str, str]) -> str:
        """Commit files by path and push; return the commit."""
        return history.commit(self.tree, message, files)


class Rig:
    """A build host and its jobs."""

    def __init__(self, place: Path, server: Server, shop: Shop) -> None:
        self.place = place
        self.server = server
        self.shop = shop
        self.world = place / "world"
        self.path = place / "acme"
        self.store = Store(str(place / "state"))
        self.more = ""
        self.steps = ""
        self.options: dict[str, Any] = {}
        place.mkdir(parents=True, exist_ok=True)
        (place / "state").mkdir(mode=0o2770)
        self.world.mkdir()
        self.binaries = tools.install(self.world, "build")
        self.behave()
        (place / "connect.json").write_bytes(msgspec.json.encode(server.options()))

    @property
    def layout(self) -> Layout:
        return Layout(str(self.path))

    def behave(self, **knobs: Any) -> None:
        """Say how the stand-ins behave."""
        (self.world / "behaviour.json").write_text(json.dumps(knobs))

    @property
    def environment(self) -> Environment:
        file = self.place / "environments.toml"
        file.write_text(
            _FILE.format(
                address=self.server.address,
                php=self.binaries / "php",
                composer=self.binaries / "composer",
                path=self.path,
                repository=self.shop.repository,
                more=self.more,
                steps=self.steps,
            )
        )
        return load(file).environments["build"]

    def plan(self, commit: str = "") -> Plan:
        asked = Commit(id=commit or self.shop.head, ref="main")
        return build_plan(self.environment, asked, options=self.options)

    def create(self, plan: Plan | None = None) -> Job:
        plan = plan or self.plan()
        return self.store.create(plan, (self.place / "environments.toml").read_bytes())

    def start(self, job: Job) -> subprocess.Popen[bytes]:
        """Start the job's process, or resume it in a new one."""
        with (self.place / "worker.log").open("ab") as log:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.build.worker",
                    str(job.directory),
                    str(self.place / "connect.json"),
                ],
                stdout=log,
                stderr=log,
            )

    def finish(self, job: Job, process: subprocess.Popen[bytes]) -> JobState:
        process.wait(PATIENCE_S)
        return job.state()

    def run(self, commit: str = "") -> tuple[Job, JobState]:
        """Build a commit to its end."""
        job = self.create(self.plan(commit))
        return job, self.finish(job, self.start(job))

    def said(self) -> str:
        """What the job's processes said, for failing tests."""
        return (self.place / "worker.log").read_text() if (self.place / "worker.log").exists() else ""

    def log(self, job: Job) -> str:
        """The raw logs of a job."""
        return "".join(path.read_text("utf-8", "replace") for path in sorted(job.logs.glob("*.log")))

    def booked(self, command: str) -> list[dict[str, Any]]:
        """What the stand-ins wrote down of a command, outside of all that a build touches."""
        book = self.world / "ran.jsonl"
        lines = [json.loads(line) for line in book.read_text().splitlines()] if book.exists() else []
        return [line for line in lines if line["command"].strip() == command]

    def started(self, command: str) -> int:
        """How often a command was started."""
        return sum(line["event"] == "start" for line in self.booked(command))

    def artifact(self, state: JobState) -> Info:
        """The artifact that a job made or found."""
        facts = [item.facts["info"] for item in state.steps if "info" in item.facts]
        assert facts, self.said()
        return msgspec.convert(facts[-1], Info)

    def files(self, info: Info) -> set[str]:
        """All paths in an artifact's tree, directories too."""
        top = Path(tree(self.layout, info.id))
        return {str(path.relative_to(top)) for path in top.rglob("*")}

    def left(self) -> dict[str, list[str]]:
        """What lies under `.mageconsole`: work trees, artifacts, the lock."""
        dot = Path(self.layout.dot)
        listed = {
            name: sorted(path.name for path in (dot / name).iterdir()) if (dot / name).is_dir() else []
            for name in ("work", "artifacts")
        }
        return listed | {"lock": ["lock"] if (dot / "lock").exists() else []}


def wait_for(what: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is true."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come to pass"
        time.sleep(0.05)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a job's process as a machine that loses power would."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
