"""A shop that is killed in: two production hosts, an old release live, and every trial begins alike.

The plan is made once; a trial brings back what deployments change, runs it as a job of its own, kills the
job's process, resumes it, and returns what came of it without what may differ: times, job ids, inodes.
"""

import contextlib
import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from core.console.console import Console
from core.demo import sweeping
from core.demo.history import git
from core.environments.load import load
from core.errors import Exit
from core.jobs import events
from core.jobs.commands import Refuse
from core.jobs.control import send
from core.jobs.events import Event
from core.jobs.follow import follow
from core.jobs.journal import Journal
from core.jobs.launch import resume, start
from core.jobs.state import JobState
from core.jobs.store import Job, Store
from core.model.plan import Plan
from tests.chain.stage import Stage, commit_changes
from tests.support.copies import again, copied
from tests.support.forking import Forking
from tests.support.kill_matrix import KillPoint, real_points, to_the_end
from tests.support.openssh import public_directory
from tests.support.shop import Shop, make_shop, openssh, tree_digest

PRODUCTION: Final = ("web1", "web2")
CRONTAB: Final = "MAILTO=ops@example.com\n*/5 * * * * php {path}/current/bin/magento cron:run\n"
JOB_ID: Final = re.compile(r"\d{8}-\d{4}-[0-9a-f]{4}")
SETTLING: Final = ("tasks", "scripts", "inodes")
"""In `.mageconsole`: what the job leaves for those who ask later, under its own id, and tables of inodes."""


_OWN_STEP: Final = """
[environments.production.timeouts]
health = 20.0

[[steps]]
name = "Warm up"
on = "production"
after = "prepare-switch"
run = 'echo run >> "{root}/custom-$MAGECONSOLE_HOST"; for n in 1 2 3 4 5 6; do echo "warm $n"; sleep 0.05; done'
undo = 'echo undo >> "{root}/custom-$MAGECONSOLE_HOST"; for n in 1 2 3 4 5 6; do echo "cold $n"; sleep 0.05; done'
"""


@dataclass(frozen=True)
class Course:
    """What is run again and again: a plan, its environments.toml, and where it begins."""

    plan: Plan
    toml: bytes
    base: str
    """The kept state of the hosts that it begins with."""


@dataclass
class Came:
    """What came of one run."""

    job: Job
    state: JobState
    left: dict[str, Any] = field(default_factory=dict)
    ran: Counter[str] = field(default_factory=Counter)
    """How often a command was started on a host, as `web1 setup:upgrade`."""
    printed: list[str] = field(default_factory=list)
    """The numbered lines that setup:upgrade printed, from a file of its own."""

    @property
    def events(self) -> list[Event]:
        """Return the whole journal."""
        return list(Journal(self.job.journal).read())

    def logged(self, host: str, pattern: str) -> list[str]:
        """Return the lines of a host's log that match."""
        text = (self.job.logs / f"{host}.log").read_text("utf-8", "replace")
        return [line for line in text.splitlines() if re.search(pattern, line)]


@dataclass
class KillStage:
    """The shop, and the ways back to its beginnings."""

    shop: Shop
    forking: Forking
    hosts: tuple[str, ...] = PRODUCTION
    """Whose files are brought back and compared."""

    @property
    def store(self) -> Store:
        """Where the jobs lie."""
        return Store(str(self.shop.root / "state"))

    # --- what is run

    async def build(self, commit: str, *change: tuple[str, str]) -> Course:
        """Plan a build, with changes to environments.toml."""
        self._toml(change)
        door = Console(load(self.shop.toml))
        async with door.planner() as planner:
            plan = await planner.build(commit, door.options({}))
        return Course(plan, self.shop.toml.read_bytes(), "unbuilt")

    async def promotion(
        self, artifact: str, *change: tuple[str, str], base: str = "bare", **given: Any
    ) -> Course:
        """Plan a promotion to production, with changes to environments.toml."""
        self.begin(base)
        self._toml(change)
        door = Console(load(self.shop.toml))
        async with door.planner("production") as planner:
            options = door.options(given)
            plan = await planner.promotion("build", "production", artifact=artifact, options=options)
        return Course(plan, self.shop.toml.read_bytes(), base)

    async def prepared(self, artifact: str, *change: tuple[str, str]) -> Course:
        """Plan a promotion whose release is on the hosts already: one that was refused at the gate before."""
        base = f"prepared-{artifact}"
        if not (self.shop.root / "kept" / base).exists():
            job = await self._start(await self.promotion(artifact, *change), "")
            async for event in follow(job):
                if isinstance(event, events.GateOpened):
                    await send(job, Refuse(reason="not yet"))
            assert job.state().exit_code == Exit.REFUSED, job.state().what
            self._keep(base)
        return await self.promotion(artifact, *change, base=base)

    async def roll_back(self, artifact: str) -> Course:
        """Plan to go back to the first release after an artifact went live."""
        base = f"gone-live-{artifact}"
        if not (self.shop.root / "kept" / base).exists():
            state = await to_the_end(await self._start(await self.promotion(artifact, yes=True), ""))
            assert state.outcome == "done", state.what
            self._keep(base)
        self.begin(base)
        self._toml(())
        door = Console(load(self.shop.toml))
        async with door.planner("production") as planner:
            plan = await planner.rollback("production", options=door.options({"yes": True}))
        return Course(plan, self.shop.toml.read_bytes(), base)

    def _toml(self, change: Sequence[tuple[str, str]]) -> None:
        text = (self.shop.root / "kept/environments.toml").read_text()
        for old, new in change:
            assert old in text, old
            text = text.replace(old, new)
        self.shop.toml.write_text(text)

    # --- runs

    async def undisturbed(self, course: Course) -> Came:
        """Run to the end without a kill."""
        self.begin(course.base)
        job = await self._start(course, "")
        return self.came(job, await to_the_end(job))

    async def killed(self, course: Course, points: Sequence[KillPoint]) -> Came:
        """Run, kill at a point, resume, kill at the next one, resume, and so on to the end."""
        self.begin(course.base)
        first, *others = points
        job = await self._start(course, str(first))
        for after, point in zip([*others, None], points, strict=True):
            cut = await to_the_end(job)
            assert not cut.outcome, f"not killed at {point}: {cut.outcome}, {cut.what}"
            await resume(job, worker=self._worker(str(after) if after else ""))
        return self.came(job, await to_the_end(job))

    async def _start(self, course: Course, kill_at: str) -> Job:
        self.shop.toml.write_bytes(course.toml)
        job = self.store.create(course.plan, course.toml)
        await start(job, worker=self._worker(kill_at))
        return job

    def _worker(self, kill_at: str) -> tuple[str, ...]:
        """Return the command of a job's process."""
        tasks = ":".join(str(place) for place in self._tasks())
        return ("env", f"KILL_AT={kill_at}", f"KILL_TASKS={tasks}", *self.forking.worker)

    def _tasks(self) -> list[Path]:
        return [self.shop.path(host) / ".mageconsole/tasks" for host in ("build", *PRODUCTION)]

    def points(self, came: Came) -> list[KillPoint]:
        """Return the points of the run that was the last."""
        names = [path.name for place in self._tasks() if place.exists() for path in place.iterdir()]
        tasks = set()
        for event in came.events:
            task = getattr(event, "task", "") or f"{came.job.id}-{getattr(event, 'step', '')}-1"
            if any(name.startswith(f"{task}-") for name in names):
                tasks.add((type(event).__name__, getattr(event, "step", "")))
        return real_points(came.events, tasks)

    def came(self, job: Job, state: JobState) -> Came:
        """Look at everything that a run leaves."""
        ran = Counter(
            f"{line['host']} {line['command']}" for line in self.shop.ran() if line["event"] == "start"
        )
        return Came(job, state, self.left(job), ran, self.shop.printed())

    # --- what is left

    def left(self, job: Job) -> dict[str, Any]:
        """Return digests of releases, shared and database, and all else that must not depend on a kill."""
        found: dict[str, Any] = {"database": self.shop.database_digest("production")}
        for path in sorted(self.shop.root.glob("custom-*")):
            found[path.name] = path.read_text()
        for host in self.hosts:
            place = self.shop.path(host)
            if host not in PRODUCTION:
                for path in sorted(place.glob(".mageconsole/artifacts/*")):
                    tree = path / "tree"
                    found[f"{host} {path.name}"] = [tree.is_dir() and tree_digest(tree), _names(path)]
                found[f"{host} names"] = _names(place)
                continue
            found[f"{host} current"] = str((place / "current").readlink())
            reload = self.shop.systems.host(host) / "php-fpm.reload"
            found[f"{host} reloaded"] = reload.stat().st_mtime >= (place / "current").lstat().st_mtime
            found[f"{host} names"] = _names(place)
            found[f"{host} crontab"] = self.shop.crontab(host)
            found[f"{host} lock"] = sorted(path.name for path in (place / ".mageconsole").glob("lock*"))
            found[f"{host} shared"] = tree_digest(place / "shared")
            for release in sorted((place / "releases").iterdir()):
                found[f"{host} {release.name}"] = tree_digest(release)
            found |= self._dot(host, place / ".mageconsole", job)
        return found

    def _dot(self, host: str, dot: Path, job: Job) -> dict[str, Any]:
        found = {}
        for path in sorted(dot.rglob("*")):
            name = path.relative_to(dot)
            if name.parts[0] in SETTLING or path.is_dir():
                continue
            text = path.read_bytes().decode("utf-8", "replace").replace(job.id, "JOB")
            found[f"{host} {name}"] = _unvarying(name, text)
        return found

    # --- from one trial to the next

    def keep(self) -> None:
        """Remember this as what trials begin with."""
        (self.shop.root / "kept").mkdir()
        shutil.copy(self.shop.toml, self.shop.root / "kept/environments.toml")
        for host in PRODUCTION:
            (self.shop.systems.host(host) / "crontab").write_text(CRONTAB.format(path=self.shop.path(host)))
        self._keep("bare")

    def _keep(self, base: str) -> None:
        kept = self.shop.root / "kept" / base
        kept.mkdir()
        copied(self.shop.root / "databases", kept / "databases")
        for host in self.hosts:
            copied(self.shop.path(host), kept / host)

    def unbuilt(self) -> "KillStage":
        """Return the same stage for what changes the build host alone; nothing was sent from there lately."""
        self.begin("bare")
        stage = KillStage(self.shop, self.forking, ("build",))
        if not (self.shop.root / "kept/unbuilt").exists():
            for mark in self.shop.path("build").glob(".mageconsole/artifacts/*/sent"):
                mark.unlink()
            stage._keep("unbuilt")
        return stage

    def begin(self, base: str) -> None:
        """Bring back what deployments change, as a base has it."""
        root, kept = self.shop.root, self.shop.root / "kept" / base
        sweeping.sweep(root)
        again(kept / "databases", root / "databases")
        for host in self.hosts:
            again(kept / host, self.shop.path(host))
        for host in PRODUCTION:
            (self.shop.systems.host(host) / "crontab").write_text(CRONTAB.format(path=self.shop.path(host)))
        for path in (root / "ran.jsonl", *root.glob("printed-*.log"), *root.glob("custom-*")):
            path.unlink(missing_ok=True)


def _names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def _unvarying(name: Path, text: str) -> str:
    """Return a file of ours without what differs from run to run."""
    if name.name in ("files", "others", "inodes"):  # inode, size, mtime: the paths alone
        return "\n".join(sorted(record.rpartition("\t")[2] for record in text.split("\0")))
    text = re.sub(r"\b1[5-9]\d{8}(\.\d+)?\b", "TIME", text)
    return hashlib.sha256(text.encode()).hexdigest() if len(text) > 4000 else text


@contextlib.contextmanager
def laid_out() -> Iterator[tuple[KillStage, dict[str, str]]]:
    """Lay the shop out; yield it with the artifacts `first`, `live`, `quiet`, `window`, and the commit `unbuilt`.

    `first` was live before `live`: whatever follows lets it go.
    """
    with public_directory() as root:
        shop = make_shop(root / "shop", scale=1, upgrade_lines=60, upgrade_s=0.6)
        with openssh(shop) as demo, Forking("tests.support.kill_worker") as forking:
            _configure(shop)
            stage = Stage(shop, demo)
            first = git(shop.path("dev1"), "rev-parse", "HEAD")
            commits = {"first": first, **commit_changes(shop)}
            for name in ("first", "live"):
                stage.build(name, commits[name])
                ran = stage.promote(name)
                assert ran.code == 0, ran.said
            for name in ("quiet", "window"):
                stage.build(name, commits[name])
            killed = KillStage(shop, forking)
            killed.keep()
            yield killed, {**stage.artifacts, "unbuilt": commits["setting"]}


def _configure(shop: Shop) -> None:
    text = shop.toml.read_text()
    for old, new in (
        ('locales = ["en_US", "de_DE"]', 'locales = ["en_US"]'),
        ('requires = "staging"', 'maintenance = "auto"\nkeep_releases = 1'),
    ):
        assert old in text
        text = text.replace(old, new)
    shop.toml.write_text(text + _OWN_STEP.format(root=shop.root))
