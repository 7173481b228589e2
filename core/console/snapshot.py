"""What the home screen shows: the last known state of every environment, as plain data.

Light: loads nothing that speaks SSH. All text in it has passed the sanitiser. Times are seconds since the
epoch by the console's clock unless said otherwise; `None` means "never asked" or "not known", never "no".
The process of `looking_process` makes these, `SnapshotStore` keeps them, `Looker` brings them to the screen.
"""

from typing import Final, Literal

import msgspec

from core.environments.model import Role
from core.jobs.failure import Failure
from core.jobs.state import Standing

SCHEMA: Final = 1
"""Raised when the meaning of a field changes; a stored snapshot of another schema is dropped."""

ALIVE_S: Final = 120
"""A lock whose last sign of life is older, and that has no running task, is taken for a dead job's."""


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """One commit as a line of a list."""

    commit: str
    author: str = ""
    subject: str = ""


class Development(msgspec.Struct, frozen=True, kw_only=True):
    """The working tree of a development system."""

    commit: str = ""
    """Empty where the path is no git checkout."""
    branch: str = ""
    """Empty: no branch is checked out."""
    subject: str = ""
    author: str = ""
    date: float | None = None
    """Of the commit."""
    changed: int = 0
    """Files that differ from the commit, new ones included."""
    config: Literal["", "committed", "changed", "new", "missing"] = ""
    """app/etc/config.php against the commit; `new`: git does not know it; empty: not known."""
    dumped: bool | None = None
    """Whether config.php holds the scopes and themes that a build without a database needs."""


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """An artifact on the build system."""

    id: str
    commit: str
    subject: str = ""
    built_at: float = 0.0
    built_by: str = ""
    seconds: float = 0.0
    """How long the build took."""
    files: int = 0
    bytes: int = 0
    locales: tuple[str, ...] = ()
    php: str = ""
    magento: str = ""


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """What the build system holds."""

    newest: Artifact | None = None
    count: int = 0


class Leftover(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a job which stopped left on a host."""

    kind: Literal["next-link", "cron-paused", "unfinished-release", "dead-lock"]
    what: str
    """A sentence for people."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """What a staging or production host runs."""

    release: str = ""
    """The live release, empty when nothing is live, or what is live is not ours (`occupant` says what)."""
    artifact: str = ""
    commit: str = ""
    subject: str = ""
    since: float | None = None
    """When it was made live, by the host's clock."""
    who: str = ""
    """Who made it live, from the host's history; empty: not known."""
    verified_at: float | None = None
    """When it passed its verification; None: it did not."""
    closed: bool = False
    """Whether the live release carries the maintenance flag."""
    releases: int = 0
    """How many whole releases lie on the host."""
    leftovers: tuple[Leftover, ...] = ()
    occupant: str = ""
    """Why the path can't be used, in words, such as "a plain Magento directory"; empty: it can."""


class Lock(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds an environment's lock on a host."""

    who: str
    machine: str
    what: str
    job: str = ""
    since: float | None = None
    """By the host's clock."""
    age_s: int = 0
    """Of its last sign of life."""
    tasks: tuple[str, ...] = ()
    """Tasks of its job that run on the host."""
    token: str = ""
    """Names exactly this lock, for `Looker.release_lock`."""

    @property
    def alive(self) -> bool:
        """Whether its job shows signs of life: then it must not be released."""
        return bool(self.tasks) or self.age_s < ALIVE_S


class Disk(msgspec.Struct, frozen=True, kw_only=True):
    """The file system that holds the environment's path."""

    free: int
    """Bytes that the login may still use."""
    total: int
    free_inodes: int
    total_inodes: int
    """0 on file systems that have no fixed number."""


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """What one probe of `bin/magento` answered."""

    word: Literal["up to date", "import needed", "upgrade needed", "older than the database", "unknown"]
    told: str = ""
    """Magento's own words, or why it is not known; empty when there is nothing to say."""


class Magento(msgspec.Struct, frozen=True, kw_only=True):
    """What Magento itself said, asked seldom and on request."""

    asked: float
    configuration: Pending
    database: Pending


class HostSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The last known state of one host. While it can't be reached its facts stay, with the failure beside."""

    address: str
    failure: Failure | None = None
    """Why the last try failed; None: it succeeded, or there was none (`tried` is None)."""
    seen: float | None = None
    """When the facts below were read."""
    tried: float | None = None
    """When the host was last asked, successfully or not."""
    development: Development | None = None
    build: Build | None = None
    target: Target | None = None
    """One of these three is there once the host was seen, by its environment's role."""
    lock: Lock | None = None
    disk: Disk | None = None
    php: str = ""
    """The version of the command line's PHP."""
    magento_version: str = ""
    mode: str = ""
    """MAGE_MODE of env.php; empty: not known."""
    config: str = ""
    """The digest of what config.php is there: equal on two hosts when the files are."""
    magento: Magento | None = None
    """None: never asked. It speaks of the release that was live then (`magento_of`)."""
    magento_of: str = ""
    """The release, or commit, that `magento` is about."""

    @property
    def reachable(self) -> bool | None:
        """Whether the last try reached it, None when it was never tried."""
        return None if self.tried is None else self.failure is None

    @property
    def runs(self) -> str:
        """What it runs, as one word to compare by: artifact or commit; empty: nothing, or not known."""
        if self.development is not None:
            return self.development.commit
        if self.build is not None:
            return self.build.newest.id if self.build.newest else ""
        return (self.target.artifact or self.target.release) if self.target else ""

    @property
    def magento_now(self) -> Magento | None:
        """What Magento said of what runs now; None when it was asked of something else, or never."""
        return self.magento if self.magento is not None and self.magento_of == self.runs else None


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """A job that nobody goes on with, and what it left on its environment."""

    id: str
    number: int
    standing: Standing
    title: str
    target: str
    who: str
    left: tuple[str, ...]
    """In words, as its journal tells it; what a person did since is not known."""


class EnvironmentSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The last known state of one environment."""

    name: str
    role: Role
    hosts: tuple[HostSnapshot, ...]
    unfinished: tuple[Unfinished, ...] = ()
    """This console's jobs that stopped half way there and left something, the newest first."""

    @property
    def mixed(self) -> bool:
        """Whether its hosts run different releases, as far as is known."""
        return len({host.runs for host in self.hosts if host.seen is not None}) > 1

    @property
    def first(self) -> HostSnapshot:
        """The host that speaks for all: the first within reach, else one that was seen before, else the first."""
        seen = [host for host in self.hosts if host.seen is not None]
        return next((host for host in seen if host.failure is None), (seen or self.hosts)[0])

    @property
    def closed(self) -> bool:
        """Whether a host is closed for customers."""
        return any(host.target is not None and host.target.closed for host in self.hosts)

    @property
    def lock(self) -> Lock | None:
        """The lock, when a host has one."""
        return next((host.lock for host in self.hosts if host.lock is not None), None)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Why hosts could not be reached."""
        return tuple(host.failure for host in self.hosts if host.failure is not None)

    @property
    def seen(self) -> float | None:
        """When all of it was last known: the oldest good look at a host; None when one was never seen."""
        times = [host.seen for host in self.hosts]
        return min((time for time in times if time is not None), default=None) if all(times) else None

    @property
    def runs(self) -> str:
        """The artifact or commit that it runs; empty when nothing is known, or hosts differ."""
        return "" if self.mixed else self.first.runs

    @property
    def state(self) -> str:
        """What it runs, with its config.php: what a comparison rests on."""
        return f"{self.runs} {self.first.config}" if self.runs else ""


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """What stands between two neighbours: what promoting the one to the other would change, by files alone."""

    source: str
    target: str
    source_state: str = ""
    target_state: str = ""
    """`EnvironmentSnapshot.state` of both when it was computed: when one has moved, the gap is old (`fits`)."""
    at: float | None = None
    """When it was computed; None: never."""
    in_step: bool | None = None
    """Whether both run the same artifact, or commit; None: not known."""
    commits: int | None = None
    """How many commits of the source the target lacks; None: not known."""
    ahead: int | None = None
    """How many commits of the target the source lacks: a hot-fix, or an older artifact."""
    subjects: tuple[Commit, ...] = ()
    """The newest first, at most 200."""
    settings: int | None = None
    """How many paths of config.php differ."""
    paths: tuple[str, ...] = ()
    """The differing paths with their scope, at most 200."""
    database: bool | None = None
    """Whether files of schema or set-up differ, so that an upgrade is to be expected."""
    why: str = ""
    """Why something is not known."""

    def fits(self, source: EnvironmentSnapshot, target: EnvironmentSnapshot) -> bool:
        """Whether it is about what both run now."""
        return (self.source_state, self.target_state) == (source.state, target.state)


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """The last known state of a project."""

    schema: int = SCHEMA
    environments: tuple[EnvironmentSnapshot, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def environment(self, name: str) -> EnvironmentSnapshot | None:
        """Return an environment by its name."""
        return next((item for item in self.environments if item.name == name), None)

    def gap(self, source: str, target: str) -> Gap | None:
        """Return what stands between two neighbours, None when it was never computed."""
        return next((item for item in self.gaps if (item.source, item.target) == (source, target)), None)
