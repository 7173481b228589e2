"""The servers that the contract suite runs on: the demo's, and real OpenSSH."""

import contextlib
import os
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.ssh.connect import connect
from core.ssh.host import Host
from tests.support.demo_ssh import DemoSsh
from tests.support.openssh import Sshd, account, public_directory

Server = DemoSsh | Sshd
ROOT = os.getuid() == 0
KINDS = ["demo", "openssh-root", "openssh-user"] if ROOT else ["demo", "openssh-user"]
"""Without root, OpenSSH lets only ourselves in."""

collect_ignore = [] if ROOT else ["test_sudo.py"]


class Flavour:
    """What a server is like, beside its kind."""

    def __init__(self, *, shell: str = "/bin/sh", bashrc: str = "", max_sessions: int = 10) -> None:
        self.shell = shell
        self.bashrc = bashrc
        self.max_sessions = max_sessions


@contextlib.contextmanager
def serve(kind: str, directory: Path, flavour: Flavour) -> Iterator[Server]:
    """Run a server of a kind, with a login of its own where that takes one."""
    home = directory / "home"
    home.mkdir(parents=True)
    (home / ".bashrc").write_text(flavour.bashrc)
    if kind == "demo":
        with DemoSsh(
            directory / "demo", home=home, shell=(flavour.shell,), max_sessions=flavour.max_sessions
        ) as server:
            yield server
        return
    settings: dict[str, Any] = {"MaxSessions": flavour.max_sessions}
    with contextlib.ExitStack() as stack:
        user = ""
        if kind == "openssh-user" and ROOT:
            user = stack.enter_context(account(f"mc{os.getpid()}{_serial()}", home, flavour.shell))
        elif flavour.shell != "/bin/sh" or flavour.bashrc:
            settings["ForceCommand"] = f'HOME={home} {flavour.shell} -c "$SSH_ORIGINAL_COMMAND"'
        yield stack.enter_context(Sshd(directory / "openssh", user=user, **settings))


_made = 0


def _serial() -> str:
    global _made
    _made += 1
    return f"n{_made}"


@pytest.fixture(scope="session", params=KINDS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A plain server, one for all tests of its kind; SFTP is off on each."""
    with public_directory() as directory, serve(request.param, directory, Flavour()) as made:
        yield made


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A directory that every login can reach, instead of pytest's."""
    with public_directory() as directory:
        yield directory


@pytest.fixture
async def host(server: Server) -> AsyncIterator[Host]:
    """A connected host on the plain server."""
    connected = await connect(server.address, options=server.options())
    yield connected
    await connected.close()


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Return a maker of servers of each kind, with a flavour."""
    with contextlib.ExitStack() as stack:

        def made(**flavour: Any) -> Server:
            return stack.enter_context(serve(request.param, tmp_path / _serial(), Flavour(**flavour)))

        yield made


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    """A directory that every login can write to and read from."""
    path = tmp_path / "shared"
    path.mkdir()
    path.chmod(0o777)
    return path


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say how many tests of the contract passed on each kind of server."""
    passed: Counter[str] = Counter()
    for report in terminalreporter.stats.get("passed", []):
        if report.when == "call" and "tests/ssh/" in report.nodeid:
            passed.update(kind for kind in KINDS if f"[{kind}" in report.nodeid)
    if passed:
        counts = ", ".join(f"{kind} {passed[kind]}" for kind in KINDS)
        terminalreporter.write_line(f"SSH contract, passed on: {counts}")
