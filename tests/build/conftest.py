"""A build host on both kinds of SSH server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.build.rig import Rig, Server, Shop
from tests.support.demo_ssh import DemoSsh
from tests.support.openssh import Sshd


@pytest.fixture(scope="session")
def history(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """The shop with its history; not to be changed."""
    return Shop(tmp_path_factory.mktemp("shop")).make()


@pytest.fixture(scope="session")
def demo_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSsh]:
    with DemoSsh(tmp_path_factory.mktemp("demo") / "build") as server:
        yield server


@pytest.fixture(scope="session")
def openssh_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    with Sshd(tmp_path_factory.mktemp("openssh") / "build") as server:
        yield server


@pytest.fixture(params=["demo", "openssh"])
def server(request: pytest.FixtureRequest) -> Server:
    found: Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def rig(tmp_path: Path, demo_server: DemoSsh, history: Shop) -> Rig:
    """A build host on the demo's server, with a shop that the test may change."""
    return Rig(tmp_path / "rig", demo_server, history.copy(tmp_path / "shop"))


@pytest.fixture
def both(tmp_path: Path, server: Server, history: Shop) -> Rig:
    """The same on each kind of server."""
    return Rig(tmp_path / "rig", server, history.copy(tmp_path / "shop"))
