"""The demo's four systems for tests: fast, with knobs, readers of their state, and visitors.

    shop = make_shop(tmp_path / "shop")                  # laid out, nothing listens
    with DemoProcess(shop) as demo: ...                  # SSH and web servers in a process of their own
    with openssh(shop) as demo: ...                      # the same hosts behind real sshd

    shop.commit("Change a style", {"lib/web/a.css": "a"})
    shop.behave(upgrade_fails="no")                      # knobs: core/demo/standin, `knob` and `behaviour`
    shop.times("setup:upgrade")                          # from a book that no deployment touches

Knobs: `command_s`, `compile_s`, `static_s`, `composer_s`, `upgrade_s`, `import_s`, `cron_s`, `consumer_s`
(seconds), `upgrade_lines` (numbered lines, kept in files of their own: `printed`), `upgrade_fails`,
`import_fails` (messages), `compile_fails`, `search_down`, `false_schema` (true), `static_fails` ("less", "short").
"""

import contextlib
import hashlib
import json
import os
import pwd
import signal
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from core.demo import access, history, load, sweeping, systems
from core.demo.load import Customers, Seen
from core.demo.process import environment
from core.demo.systems import HOSTS, WEB, Systems
from core.demo.web import WebHost
from tests.support.openssh import Sshd

VISITOR = "127.0.0.7"
"""Where visitors come from: not the address that a host asks itself from."""


@dataclass(frozen=True)
class Shop:
    """Four systems, and what tests do to them."""

    systems: Systems

    @property
    def root(self) -> Path:
        """The directory that holds it all."""
        return self.systems.root

    @property
    def toml(self) -> Path:
        """environments.toml, there once somebody serves the shop."""
        return self.systems.environments_toml

    def path(self, host: str) -> Path:
        """Return the environment's path on a host: dev1, build, stg, web1, web2."""
        return self.systems.shop(host)

    def live(self, host: str) -> Path:
        """Return the real path of the release that is live on a host."""
        return (self.path(host) / "current").resolve(strict=True)

    def commit(self, message: str, files: dict[str, str]) -> str:
        """Change files on development, commit and push to main; return the commit's id."""
        return history.commit(self.path("dev1"), message, files)

    def config_php(self, *, outlet: bool = False, **settings: str) -> str:
        """Return config.php for what development holds; settings: `general__store_information__name="X"`."""
        return history.config_php(self.path("dev1"), outlet=outlet, **settings)

    def magento(self, host: str, *words: str, root: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run bin/magento on a host, in its live release unless another root is given."""
        return self.run(host, "php", "bin/magento", *words, cwd=root or self.live(host))

    def run(self, host: str, *words: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program as a login on a host would."""
        surroundings = environment(self.systems, host) | {"HOME": str(self.systems.host(host) / "home")}
        return subprocess.run(
            words,
            cwd=cwd,
            env=surroundings,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def behave(self, **knobs: Any) -> None:
        """Set knobs of the stand-ins; None takes one away."""
        self.systems.behave(**knobs)

    def database(self, name: str) -> Path:
        """Return the directory of an environment's database; a file `down` in it makes it unreachable."""
        return self.systems.database(name)

    def state(self, name: str) -> dict[str, Any]:
        """Return what an environment's database holds."""
        found: dict[str, Any] = json.loads((self.database(name) / "state.json").read_text())
        return found

    def database_digest(self, name: str) -> str:
        """Return a digest of what an environment's database holds."""
        return hashlib.sha256(json.dumps(self.state(name), sort_keys=True).encode()).hexdigest()

    def ran(self, command: str = "", host: str = "") -> list[dict[str, Any]]:
        """Return the lines of the book: each command with its start and its end."""
        book = self.root / "ran.jsonl"
        lines = [json.loads(line) for line in book.read_text().splitlines()] if book.exists() else []
        return [line for line in lines if command in ("", line["command"]) and host in ("", line["host"])]

    def times(self, command: str, host: str = "") -> int:
        """Return how often a command was started."""
        return sum(1 for line in self.ran(command, host) if line["event"] == "start")

    def printed(self, command: str = "setup:upgrade") -> list[str]:
        """Return the numbered lines that runs of a command printed, from the files of their own."""
        pattern = f"printed-*-{command.replace(':', '-')}-*.log"
        return [line for path in sorted(self.root.glob(pattern)) for line in path.read_text().splitlines()]

    def crontab(self, host: str) -> str:
        """Return a host's crontab, empty when there is none."""
        path = self.systems.host(host) / "crontab"
        return path.read_text() if path.exists() else ""

    def lay_out(self, name: str, commit: str = "") -> str:
        """Make a commit live by hand, as another tool might; return the release's name."""
        return systems.lay_out(self.systems, name, commit or self.systems.commits.first, ("en_US",))


def make_shop(root: Path, *, scale: int = 2, **knobs: Any) -> Shop:
    """Lay the systems out; nothing takes longer than it must unless a knob says so."""
    return Shop(systems.create(root, scale=scale, behaviour=knobs))


Contents = dict[tuple[int, int, int], bytes]
"""Digests of files by device, inode and time of change, which moves with whatever is written."""


def tree_digest(root: Path, without: Container[str] = (), known: Contents | None = None) -> str:
    """Return a digest of all names, kinds, modes, contents and link targets below a directory.

    without: names right below it that are left out; known: what need not be read again, added to.
    """
    contents = {} if known is None else known
    digest = hashlib.sha256()
    cut = len(f"{root}/")
    for entry in _below(str(root), without):
        state = entry.stat(follow_symlinks=False)
        mode = state.st_mode
        digest.update(os.fsencode(f"{entry.path[cut:]}\0{mode:o}\0"))
        if stat.S_ISLNK(mode):
            digest.update(os.fsencode(os.readlink(entry.path)))  # noqa: PTH115 - tens of thousands of files
        elif stat.S_ISREG(mode):
            key = (state.st_dev, state.st_ino, state.st_ctime_ns)
            if key not in contents:
                with open(entry.path, "rb", buffering=0) as file:  # noqa: PTH123 - tens of thousands of files
                    contents[key] = hashlib.sha256(file.readall()).digest()
            digest.update(contents[key])
    return digest.hexdigest()


def _below(place: str, without: Container[str] = ()) -> Iterator[os.DirEntry[str]]:
    """Yield what lies below a directory, each directory before what it holds, by name."""
    with os.scandir(place) as found:
        entries = sorted((entry for entry in found if entry.name not in without), key=lambda entry: entry.name)
    for entry in entries:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path)


class DemoProcess:
    """The shop's servers in a process of their own, stopped at the end of `with`."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.described: dict[str, Any] = {}
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process
        return self._process.pid

    @property
    def web(self) -> dict[str, str]:
        """The address of each web host's home page."""
        found: dict[str, str] = self.described["web"]
        return found

    def __enter__(self) -> Self:
        words = [sys.executable, "-P", "-m", "core.demo", "--dir", str(self.shop.root)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        self.described = json.loads(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process
        self._process.send_signal(signal.SIGTERM)
        self._process.communicate(timeout=30)

    def requests(self, host: str) -> list[dict[str, Any]]:
        """Return what a web host answered: time, path, status, why."""
        path = self.shop.systems.host(host) / "requests.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@dataclass
class OpenSshDemo:
    """The shop behind real sshd, its web hosts in this process."""

    shop: Shop
    sshd: dict[str, Sshd]
    web_hosts: dict[str, WebHost]

    @property
    def web(self) -> dict[str, str]:
        """The address of each web host's home page."""
        return {name: host.url for name, host in self.web_hosts.items()}


@contextlib.contextmanager
def openssh(shop: Shop, *, user: str = "", **settings: object) -> Iterator[OpenSshDemo]:
    """Serve the shop by real sshd. user: the login on all hosts, who gets the shop's files; ours unless given."""
    with contextlib.ExitStack() as stack:
        sshd = {}
        for name in HOSTS:
            added = " ".join(f'"{key}={value}"' for key, value in environment(shop.systems, name).items())
            server = Sshd(shop.root / "sshd" / name, user=user, SetEnv=added, **settings)
            sshd[name] = stack.enter_context(server)
        web = {name: WebHost(shop.root, name) for name in WEB}
        for host in web.values():
            host.start()
            stack.callback(host.close)
        stack.callback(sweeping.sweep, shop.root)
        access.write(
            shop.systems,
            {name: server.port for name, server in sshd.items()},
            {name: host.port for name, host in web.items()},
            "".join(server.known_hosts_line for server in sshd.values()),
            users={name: server.user for name, server in sshd.items()},
            keys={name: server.key for name, server in sshd.items()},
        )
        if user:
            give(shop, user)
        yield OpenSshDemo(shop, sshd, web)


def give(shop: Shop, user: str) -> None:
    """Make everything that a login on a host may write its own."""
    found = pwd.getpwnam(user)
    shop.root.chmod(0o777)
    (shop.root / "ran.jsonl").touch()
    (shop.root / "ran.jsonl").chmod(0o666)
    for part in ("hosts", "databases", "store.git"):
        for place, _, names in os.walk(shop.root / part):
            for path in (Path(place), *(Path(place, name) for name in names)):
                os.lchown(path, found.pw_uid, found.pw_gid)


class Visitors(Customers):
    """Customers for tests. `with Visitors([url], clients=4, rate=50) as visitors: ...`"""

    def __init__(
        self, urls: list[str], clients: int = 2, rate: float = 40.0, path: str = "/customer/account/login/"
    ) -> None:
        super().__init__([url.rstrip("/") + path for url in urls], clients, rate)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def failed(self) -> list[Seen]:
        """The answers that were not 200."""
        return [answer for answer in self.seen if answer.status != 200]

    @property
    def statuses(self) -> Counter[int]:
        """How often each status came; 0: no answer."""
        return Counter(answer.status for answer in self.seen)


def ask(url: str, path: str = "/", source: str = VISITOR) -> tuple[int, str]:
    """Ask a page as a visitor; return the status (0: no answer) and the body."""
    return load.ask(url.rstrip("/") + path, source=(source, 0))
