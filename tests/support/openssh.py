"""Real OpenSSH servers for tests: `sshd` on an unprivileged port, with keys and configuration of its own.

    with Sshd(directory) as server:                 # logs in as the user who runs the tests
        host = await connect(server.address, options=server.options())

A server belongs to one login. As root, `account` makes another one to log in as. What another
login must reach lies in a `public_directory`: pytest keeps its own directories to ourselves.
"""

import contextlib
import getpass
import os
import pwd
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from core.ssh.options import ConnectOptions

SSHD = "/usr/sbin/sshd"
_CHANCE = random.SystemRandom()


def free_port() -> int:
    """Return a TCP port of loopback that nobody listens on.

    None that the kernel might give to a connection before its server listens: those begin at 32768.
    """
    while True:
        port = _CHANCE.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def make_key(path: Path, kind: str = "ed25519", passphrase: str = "") -> Path:
    """Make a key; return its private half's path."""
    line = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", path.name, "-f", str(path)]
    subprocess.run(line, check=True)
    return path


@contextlib.contextmanager
def public_directory() -> Iterator[Path]:
    """Make a directory that every login can reach, for the time of a test."""
    path = Path(tempfile.mkdtemp(prefix="mageconsole-test-"))
    path.chmod(0o755)
    try:
        yield path
    finally:
        subprocess.run(["rm", "-rf", path], check=False)


@contextlib.contextmanager
def account(name: str, home: Path, shell: str = "/bin/sh") -> Iterator[str]:
    """Make a system account with its home for the time of a test; only root can."""
    subprocess.run(["userdel", "-f", name], capture_output=True, check=False)
    subprocess.run(["useradd", "-M", "-d", home, "-s", shell, name], check=True, capture_output=True)
    try:
        subprocess.run(["usermod", "-p", "*", name], check=True)  # a locked account may not log in
        home.mkdir(parents=True, exist_ok=True)
        shutil.chown(home, name, name)
        yield name
    finally:
        subprocess.run(["pkill", "-KILL", "-u", name], check=False)
        subprocess.run(["userdel", "-f", name], check=False, capture_output=True)


class Sshd:
    """One sshd with one login, stopped and forgotten at the end of `with`.

    directory: for keys and configuration, made when missing; user: the login, ours unless given;
    settings: further lines of sshd_config, such as MaxSessions=1.
    """

    def __init__(self, directory: Path, *, user: str = "", **settings: object) -> None:
        self.directory = directory
        self.user = user or getpass.getuser()
        self.port = free_port()
        self.settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True, exist_ok=True)
        self.host_key = make_key(directory / "host_key")
        self.key = make_key(directory / "login_key")
        self.authorized_keys = directory / "authorized_keys"
        shutil.copy(directory / "login_key.pub", self.authorized_keys)
        self.authorized_keys.chmod(0o644)
        self.known_hosts = directory / "known_hosts"
        self.ssh_config = directory / "ssh_config"

    @property
    def name(self) -> str:
        """The server's alias in `ssh_config`."""
        return self.directory.name

    @property
    def address(self) -> str:
        """The server as an address that says it all."""
        return f"{self.user}@127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What sshd logged."""
        return (self.directory / "log").read_text("utf-8", "replace")

    @property
    def home(self) -> Path:
        """The login's home."""
        return Path(pwd.getpwnam(self.user).pw_dir)

    def command(self, line: str) -> list[str]:
        """Return the arguments of a real `ssh` that executes a line there."""
        return ["ssh", "-n", "-F", str(self.ssh_config), self.name, line]

    def options(self, **more: Any) -> ConnectOptions:
        """Return options that know the server's key and hold the login's, and nothing of this machine."""
        return ConnectOptions(**{"ssh_config": (str(self.ssh_config),), "agent": "", **more})

    @property
    def known_hosts_line(self) -> str:
        """The line by which a known_hosts file knows the server."""
        return f"[127.0.0.1]:{self.port} {self.host_key.with_suffix('.pub').read_text('ascii')}"

    def __enter__(self) -> Self:
        self.known_hosts.write_text(self.known_hosts_line)
        self.ssh_config.write_text(client_config(self.name, self.user, self.port, self.key, self.known_hosts))
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Listen; sessions of an earlier start are not touched."""
        config = self.directory / "sshd_config"
        config.write_text("".join(f"{key} {value}\n" for key, value in self._config().items()))
        if os.getuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stderr=log)
        deadline = time.monotonic() + 10
        while not _listens(self.port):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"sshd did not start: {self.log}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop listening and end all sessions; their commands go on."""
        if self._process is None:
            return
        self.drop_connections()
        self._process.terminate()
        self._process.wait()
        self._process = None

    def drop_connections(self) -> int:
        """Kill the processes that hold connections, as a host that goes away; return how many."""
        assert self._process
        sessions = _descendants(self._process.pid)
        for pid in sessions:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return len(sessions)

    def _config(self) -> dict[str, object]:
        return {
            "Port": self.port,
            "ListenAddress": "127.0.0.1",
            "HostKey": self.host_key,
            "AuthorizedKeysFile": self.authorized_keys,
            "StrictModes": "no",
            "PidFile": "none",
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "KbdInteractiveAuthentication": "no",
            "PermitRootLogin": "yes",
            "UseDNS": "no",
            "MaxStartups": "50",
            **self.settings,
            **self._surroundings(),
        }

    def _surroundings(self) -> dict[str, object]:
        """Keep the start-up files of the person who tests out of it: bash reads them at the first level only."""
        if self.user != getpass.getuser() or "ForceCommand" in self.settings:
            return {}
        return {"SetEnv": f"SHLVL=1 {self.settings.get('SetEnv', '')}".rstrip()}


def client_config(name: str, user: str, port: int, key: Path, known_hosts: Path) -> str:
    """Return an ssh_config that knows one server by an alias and by its address, and nothing else."""
    return (
        f"Host {name}\n  HostName 127.0.0.1\n  User {user}\n  Port {port}\n"
        f"Host *\n  IdentityFile {key}\n  IdentitiesOnly yes\n"
        f"  UserKnownHostsFile {known_hosts}\n  GlobalKnownHostsFile none\n"
    )


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _descendants(pid: int) -> list[int]:
    """Return the sshd processes below a listening sshd; what they run is not among them."""
    found = []
    for child in _children(pid):
        with contextlib.suppress(OSError):
            if Path(f"/proc/{child}/comm").read_text().strip().startswith("sshd"):
                found += [child, *_descendants(child)]
    return found


def _children(pid: int) -> list[int]:
    children = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            children += [int(child) for child in task.read_text().split()]
    return children
