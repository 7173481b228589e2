"""One shop behind real sshd for all tests of the chain: live everywhere, with artifacts for every kind of change.

Laying it out takes the whole chain twice over, so it is done once; `Stage.begin` brings everything that a
deployment changes back to where it was then. Releases that a test brought to a host stay there, prepared.
"""

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from core.cli.main import run
from core.demo import source, sweeping
from core.demo.history import config_php
from core.demo.web import WebHost
from core.jobs.state import JobState, Status
from core.jobs.store import Job, Store
from tests.chain.commands import Background, Ran
from tests.chain.commands import wait as wait
from tests.support.copies import again, copied
from tests.support.shop import Contents, OpenSshDemo, Shop, ask, tree_digest

FLAG: Final = "var/.maintenance.flag"
PRODUCTION: Final = ("web1", "web2")
TARGETS: Final = ("stg", *PRODUCTION)
YES: Final = ("--yes",)


class Demo(Protocol):
    """The servers of a shop, as far as tests use them."""

    @property
    def web(self) -> dict[str, str]:
        """The address of each web host's home page."""


@dataclass
class Stage:
    """The shop, its servers, its artifacts."""

    shop: Shop
    demo: Demo
    artifacts: dict[str, str] = field(default_factory=dict)
    """`live`, `quiet` (styles), `setting`, `themes`, `delete` (a website less), `window` (schema, setting)."""
    base: dict[str, str] = field(default_factory=dict)
    """The release that is live on each host at the beginning of a test."""
    laid: dict[str, Ran] = field(default_factory=dict)
    """What the commands that laid it out came to."""
    commands: int = 0
    surroundings: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    _digests: dict[str, str] = field(default_factory=dict)
    _contents: Contents = field(default_factory=dict)

    # --- the command line

    def words(self, *words: str) -> list[str]:
        """Return the command line of a process of its own."""
        return [
            sys.executable,
            "-c",
            "from core.cli.main import main; main()",
            "-c",
            str(self.shop.toml),
            *words,
        ]

    def cli(self, *words: str) -> Ran:
        """Run a command here, to its end."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run(["-c", str(self.shop.toml), *words])
        return Ran(code, out.getvalue(), err.getvalue())

    @contextlib.contextmanager
    def background(self, *words: str) -> Iterator[Background]:
        """Start a command in a process of its own."""
        self.commands += 1
        output = self.shop.root / f"command-{self.commands}"
        started = Background(self.words(*words), self.surroundings, output)
        try:
            yield started
        finally:
            started.stop()

    def build(self, name: str, ref: str = "") -> None:
        """Build a commit, the newest unless given, and keep its artifact by a name."""
        ran = self.cli("build", *(("--ref", ref) if ref else ()))
        assert ran.code == 0, ran.said
        found = re.search(r"artifact ([0-9a-f]{12})", ran.err)
        assert found, ran.said
        self.artifacts[name] = found[1]

    def promote(self, name: str, *more: str, to: str = "production", given: tuple[str, ...] = YES) -> Ran:
        """Promote an artifact from the build system."""
        return self.cli(*self.promotion(name, *more, to=to, given=given))

    def promotion(
        self, name: str, *more: str, to: str = "production", given: tuple[str, ...] = YES
    ) -> tuple[str, ...]:
        """Return the words of a promotion from the build system."""
        return ("promote", "build", to, "--artifact", self.artifacts[name], *given, *more)

    # --- what the hosts hold

    def release(self, host: str, name: str) -> Path:
        """Return where an artifact lies on a host."""
        (found,) = self.shop.path(host).glob(f"releases/*-{self.artifacts[name][:12]}")
        return found

    def runs(self, *hosts: str) -> set[str]:
        """Return the names of the artifacts that are live on hosts, production's unless given."""
        live = {self.shop.live(host).name.partition("-")[2] for host in hosts or PRODUCTION}
        names = {artifact[:12]: name for name, artifact in self.artifacts.items()}
        return {names[artifact] for artifact in live}

    def flags(self, *hosts: str) -> dict[str, list[str]]:
        """Return the names of the artifacts whose releases carry the maintenance flag, by host."""
        names = {artifact[:12]: name for name, artifact in self.artifacts.items()}
        return {
            host: sorted(
                names[flag.parents[1].name.partition("-")[2]]
                for flag in self.shop.path(host).glob(f"releases/*/{FLAG}")
            )
            for host in hosts or PRODUCTION
        }

    def answers(self, *hosts: str) -> list[int]:
        """Return what a customer is answered."""
        return [ask(self.demo.web[host], "/customer/account/login/")[0] for host in hosts or PRODUCTION]

    def locked(self, *hosts: str) -> list[bool]:
        """Tell whether hosts are locked."""
        return [(self.shop.path(host) / ".mageconsole/lock").exists() for host in hosts or PRODUCTION]

    def snapshot(self, environment: str = "production") -> dict[str, Any]:
        """Return all that a promotion which was taken back, or never began, leaves as it was."""
        hosts = PRODUCTION if environment == "production" else ("stg",)
        return {
            "database": self.shop.database_digest(environment),
            **{host: self._host(host) for host in hosts},
        }

    def _host(self, host: str) -> dict[str, Any]:
        place = self.shop.path(host)
        current = place / "current"
        return {
            "current": str(current.readlink()) if current.is_symlink() else "",
            "next": (place / "current.next").is_symlink(),
            "flags": self.flags(host)[host],
            "exempt": [str(path) for path in place.glob("releases/*/var/.maintenance.ip")],
            "crontab": self.shop.crontab(host),
            "env.php": (place / "shared/app/etc/env.php").read_text(),
            "lock": (place / ".mageconsole/lock").exists(),
            "history": (place / ".mageconsole/history").read_text(),
            "verified": sorted(path.parent.name for path in place.glob(".mageconsole/releases/*/verified")),
            "answer": self.answers(host),
            "live": self._without_var(current.resolve()) if current.exists() else "",
        }

    # --- jobs

    @property
    def store(self) -> Store:
        """Where the jobs lie."""
        return Store(str(self.shop.root / "state"))

    def job(self, name: str) -> Job:
        """Return a job."""
        return self.store.find(name)

    def state(self, name: str) -> JobState:
        """Return what a job's journal adds up to."""
        return self.job(name).state()

    def did(self, job: str, step: str) -> bool:
        """Tell whether a job has finished a step."""
        found = self.state(job).step(step)
        return found is not None and found.status is Status.DONE

    def job_process(self, name: str) -> int:
        """Return the process of a job that runs."""
        wanted = str(self.job(name).directory).encode()
        for place in Path("/proc").iterdir():
            if place.name.isdigit():
                with contextlib.suppress(OSError):
                    words = (place / "cmdline").read_bytes().split(b"\0")
                    if wanted in words and b"core.worker" in words:
                        return int(place.name)
        raise AssertionError(f"job {name} has no process")

    # --- what goes wrong on hosts

    def refuse_switch(self, host: str) -> None:
        """Let the rename of the live link fail on a host, and nothing else."""
        tool = self.shop.systems.host(host) / "bin/mv"
        tool.write_text(_NO_SWITCH)
        tool.chmod(0o755)

    def allow_switch(self, host: str) -> None:
        """Let it succeed again."""
        (self.shop.systems.host(host) / "bin/mv").unlink()

    def cron_job(self, host: str, seconds: float) -> subprocess.Popen[bytes]:
        """Start a cron job of the live release that takes some time; return once it runs."""
        self.shop.behave(cron_s=seconds)
        php = self.shop.systems.host(host) / "bin/php"
        magento = self.shop.path(host) / "current/bin/magento"
        quiet = subprocess.DEVNULL
        job = subprocess.Popen([php, magento, "cron:run"], cwd="/", stdout=quiet, stderr=quiet)
        wait(lambda: self.shop.times("cron:run", host) == 1)
        return job

    def edit(self, path: Path, old: str, new: str) -> None:
        """Replace a text that is there once."""
        text = path.read_text()
        assert text.count(old) == 1, path
        path.write_text(text.replace(old, new))

    def web_down(self, host: str) -> None:
        """Let a web host answer nobody."""
        assert isinstance(self.demo, OpenSshDemo)
        self.demo.web_hosts[host].close()

    def web_up(self, host: str) -> None:
        """Let a web host answer again."""
        assert isinstance(self.demo, OpenSshDemo)
        down = self.demo.web_hosts[host]
        self.demo.web_hosts[host] = WebHost(self.shop.root, host, down.port)
        self.demo.web_hosts[host].start()

    @contextlib.contextmanager
    def down_once_switched(self, host: str) -> Iterator[None]:
        """Let a web host answer nobody from the moment on at which another release is live there."""
        before, over = self.shop.live(host).name, threading.Event()

        def watch() -> None:
            while not over.is_set() and self.shop.live(host).name == before:
                time.sleep(0.005)
            self.web_down(host)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
            self.web_up(host)

    # --- from one test to the next

    def keep(self) -> None:
        """Remember this as what every test begins with."""
        self.base = {host: self.shop.live(host).name for host in TARGETS}
        self._digests = {host: self._without_var(self.shop.live(host)) for host in TARGETS}
        kept = self.shop.root / "kept"
        kept.mkdir()
        copied(self.shop.root / "databases", kept / "databases")
        shutil.copy(self.shop.toml, kept / "environments.toml")
        for host in TARGETS:
            place = self.shop.path(host)
            (kept / host).mkdir()
            copied(place / "shared", kept / host / "shared")
            shutil.copy(place / ".mageconsole/history", kept / host / "history")
            for mark in (place / ".mageconsole/releases").iterdir():
                for name in ("verified", "live"):
                    if (mark / name).exists():
                        (kept / host / mark.name).mkdir(exist_ok=True)
                        shutil.copy(mark / name, kept / host / mark.name)

    def begin(self) -> None:
        """Bring everything back that a deployment changes."""
        self._end_jobs()
        root, kept = self.shop.root, self.shop.root / "kept"
        again(kept / "databases", root / "databases")
        shutil.copy(kept / "environments.toml", self.shop.toml)
        self.shop.systems.behave(**dict.fromkeys(_KNOBS))
        (root / "ran.jsonl").unlink(missing_ok=True)
        for printed in root.glob("printed-*.log"):
            printed.unlink()
        for host in TARGETS:
            self._begin(host, kept / host)

    def _begin(self, host: str, kept: Path) -> None:
        place = self.shop.path(host)
        again(kept / "shared", place / "shared")
        dot = place / ".mageconsole"
        shutil.rmtree(dot / "lock", ignore_errors=True)
        shutil.rmtree(dot / "tasks", ignore_errors=True)
        shutil.copy(kept / "history", dot / "history")
        for mark in (dot / "releases").iterdir():
            for name in ("verified", "live", "live.before"):
                (mark / name).unlink(missing_ok=True)
                if (kept / mark.name / name).exists():
                    shutil.copy(kept / mark.name / name, mark / name)
        (place / "current.next").unlink(missing_ok=True)
        (place / "current").unlink(missing_ok=True)
        (place / "current").symlink_to(f"releases/{self.base[host]}")
        for flag in (*place.glob(f"releases/*/{FLAG}"), *place.glob("releases/*/var/.maintenance.ip")):
            flag.unlink()
        (self.shop.systems.host(host) / "bin/mv").unlink(missing_ok=True)
        (self.shop.systems.host(host) / "crontab").unlink(missing_ok=True)
        (self.shop.systems.host(host) / "php-fpm.reload").touch()

    def _end_jobs(self) -> None:
        for job in self.store.list():
            if job.alive:
                with contextlib.suppress(ProcessLookupError, AssertionError):
                    os.kill(self.job_process(job.id), signal.SIGKILL)
        sweeping.sweep(self.shop.root)

    def _without_var(self, root: Path) -> str:
        """Return a digest of a release without what a live shop writes."""
        return tree_digest(root, without=("var",), known=self._contents)

    def untouched(self) -> None:
        """Fail when the release that was live at the beginning is not as it was: links must not be written through."""
        for host, name in self.base.items():
            assert self._without_var(self.shop.path(host) / "releases" / name) == self._digests[host], host


_NO_SWITCH: Final = """#!/bin/sh
case "$*" in
"-T "*"/current.next "*/current) echo "mv: cannot move: Read-only file system" >&2; exit 1 ;;
esac
exec /bin/mv "$@"
"""
_KNOBS: Final = (
    "command_s",
    "upgrade_s",
    "import_s",
    "cron_s",
    "upgrade_lines",
    "upgrade_fails",
    "import_fails",
    "search_down",
    "false_schema",
)


def configure(shop: Shop) -> None:
    """Let what only costs time be less, and tests promote straight from the build system."""
    text = shop.toml.read_text()
    for old, new in (
        ('locales = ["en_US", "de_DE"]', 'locales = ["en_US"]'),
        ("keep_releases = 3", "keep_releases = 20"),
        ('requires = "staging"\n', ""),
    ):
        assert old in text
        text = text.replace(old, new)
    shop.toml.write_text(text + "\n[environments.production.timeouts]\nhealth = 2.0\n")


def commit_changes(shop: Shop) -> dict[str, str]:
    """Commit one change of each kind upon the other; return the commits by the artifacts' names."""
    tree = shop.path("dev1")
    config = "app/etc/config.php"
    commits = {"live": shop.commit("Open the outlet", {config: config_php(tree, outlet=True)})}
    commits["quiet"] = shop.commit("Word it more kindly", {"lib/web/kind.css": "a { color: green }\n"})
    commits["setting"] = shop.commit(
        "Name the store",
        {config: config_php(tree, outlet=True, general__store_information__name="Acme & Sons")},
    )
    changed = config_php(tree, outlet=True).replace("Magento Luma", "Magento Luma, renamed")
    commits["themes"] = shop.commit("Rename a theme", {config: changed})
    commits["delete"] = shop.commit("Close the outlet", {config: config_php(tree)})
    files = source.module("Tags") | source.table("app/code/Acme/Tags", "acme_tags", ("tag",))
    files |= source.patch("app/code/Acme/Tags", "AddTags")
    for name, text in files.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text)
    files[config] = config_php(tree, outlet=True, general__store_information__name="Acme & Daughters")
    commits["window"] = shop.commit("Tag products: a table and a setting", files)
    return commits
