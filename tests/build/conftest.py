"""A build host on both kinds of SSH server."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.build.rig import Rig, Server, Shop
from tests.support.demo_ssh import DemoSsh
from tests.support.openssh import Sshd, account, public_directory


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


@pytest.fixture
def plain(history: Shop) -> Iterator[Rig]:
    """A build host on OpenSSH whose login is no root, and owns nothing but its own directory."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(public_directory())
        user = ""
        if os.getuid() == 0:
            user = stack.enter_context(account(f"mcb{os.getpid()}", place / "home"))
        server = stack.enter_context(Sshd(place / "openssh", user=user))
        rig = Rig(place / "rig", server, history.copy(place / "shop"))
        rig.path.mkdir()
        if user:
            _hand_over(rig, user)
        yield rig


def _hand_over(rig: Rig, user: str) -> None:
    """Let another login play on the rig: its own files, and a Python that it may start."""
    rig.place.chmod(0o755)
    for top in (rig.path, rig.world, rig.shop.repository):
        for path in (top, *top.rglob("*")):
            shutil.chown(path, user, user)
    for program in rig.binaries.iterdir():
        text = program.read_text()
        program.write_text(
            text.replace(f"exec {sys.executable}", f"exec {shutil.which('python3', path='/usr/bin')}")
        )
