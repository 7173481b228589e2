"""Every kind of host that remote tasks and locks must work on."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import pytest_asyncio

from core.ssh.connect import connect
from core.ssh.host import Host
from tests.remote.station import LOCAL, MAIN, ROOT, Station, bare_path, directory
from tests.support.demo_ssh import DemoSsh
from tests.support.local_host import LocalHost
from tests.support.openssh import Sshd, account

HERE = Path(__file__).parent
collect_ignore = [] if ROOT else ["test_disk_full.py"]  # only root can mount a small file system


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the tests here in one event loop: they share connections."""
    for item in items:
        if item.path.parent == HERE and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class Servers:
    """SSH servers that are started when the first test asks for them."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._base = Path(tempfile.mkdtemp(prefix="mageconsole-servers-"))
        self._base.chmod(0o755)
        stack.callback(shutil.rmtree, self._base, ignore_errors=True)
        self._started: dict[str, Sshd | DemoSsh] = {}
        self._accounts: dict[str, str] = {}

    def account(self, shell: str) -> str:
        """Return a login with this shell."""
        if shell not in self._accounts:
            name = f"mc{len(self._accounts)}x{os.getpid()}"
            self._accounts[shell] = self._stack.enter_context(account(name, self._base / name, shell))
        return self._accounts[shell]

    def server(self, kind: str) -> Sshd | DemoSsh:
        """Return the server of this kind."""
        if kind not in self._started:
            server = self._make(kind)
            self._stack.enter_context(server)
            self._started[kind] = server
        return self._started[kind]

    def _make(self, kind: str) -> Sshd | DemoSsh:
        if kind == "demo":
            return DemoSsh(self._base / kind)
        if kind == "openssh-user":
            return Sshd(self._base / kind, user=self.account("/bin/sh"), MaxSessions=1)
        if kind == "openssh-fish":
            return Sshd(self._base / kind, user=self.account("/usr/bin/fish"))
        return Sshd(self._base / kind)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(stack)


@pytest.fixture
def owner(kind: str, servers: Servers) -> str:
    """Who owns the shop's files on a host of this kind; empty: who runs the tests."""
    if kind in ("openssh-user", "openssh-sudo"):
        return servers.account("/bin/sh")
    return servers.account("/usr/bin/fish") if kind == "openssh-fish" else ""


@pytest.fixture
def root(owner: str) -> Iterator[Path]:
    made = directory(owner)
    yield made
    shutil.rmtree(made)


@pytest.fixture(params=MAIN)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def logins() -> AsyncIterator[dict[str, Host]]:
    """The connections that tests share: logging in for each of them would take longer than the tests."""
    hosts: dict[str, Host] = {}
    yield hosts
    for host in hosts.values():
        await host.close()


@pytest_asyncio.fixture(loop_scope="session")
async def station(
    kind: str, servers: Servers, owner: str, root: Path, logins: dict[str, Host]
) -> AsyncIterator[Station]:
    """A host of the kind; what was started on it is stopped afterwards."""
    mine: list[Host] = []

    async def another() -> Host:
        if kind not in LOCAL:
            server = servers.server(kind)
            run_as = owner if kind == "openssh-sudo" else ""
            mine.append(await connect(server.address, options=server.options(run_as=run_as)))
        else:
            path = bare_path(root / f"bin{len(mine)}") if kind == "bare" else None
            mine.append(LocalHost(sh="bash" if kind == "bash" else "sh", path=path))
        return mine[-1]

    host: Host
    cut: Callable[[], object]
    if kind in LOCAL:
        host = await another()
        assert isinstance(host, LocalHost)
        cut = host.cut
    else:
        if kind not in logins:
            logins[kind] = await another()
            mine.clear()
        host, cut = logins[kind], servers.server(kind).drop_connections
    made = Station(kind, host, root, cut, another)
    yield made
    made.stop()
    for each in mine:
        await each.close()
