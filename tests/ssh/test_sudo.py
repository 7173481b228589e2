"""Scripts that run as the owner of the shop's files. Collected for root only, who can make the accounts."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import ConsoleError
from core.ssh.connect import connect
from tests.ssh.conftest import Server
from tests.ssh.test_logins import exercise
from tests.support.openssh import account


@contextlib.contextmanager
def may_become(user: str, owner: str) -> Iterator[None]:
    """Let sudo make one user another."""
    rule = Path(f"/etc/sudoers.d/{owner}")
    rule.write_text(f"{user} ALL=({owner}) NOPASSWD: ALL\n")
    rule.chmod(0o440)
    try:
        yield
    finally:
        rule.unlink()


async def test_scripts_of_the_owner_run_as_another_user_by_sudo(server: Server, tmp_path: Path) -> None:
    owner = f"mcown{os.getpid()}"
    with account(owner, tmp_path / "owner"), may_become(server.user, owner):
        host = await connect(server.address, options=server.options(run_as=owner))
        assert (await host.sh("id -un; pwd")).out.decode().split() == [owner, str(tmp_path / "owner")]
        assert (await host.sh("id -un", user="login")).out.decode().strip() == server.user
        async with host.source("id -un") as source:
            assert await source.read(99) == f"{owner}\n".encode()
        async with host.source("id -un", user="login") as source:
            assert await source.read(99) == f"{server.user}\n".encode()
        await exercise(host)
        assert (await host.sh("sleep 9", limit_s=0.3)).exit is None
        assert (await host.sh("echo on")).out == b"on\n"
        await host.close()


async def test_sudo_that_says_no_is_told(server: Server) -> None:
    host = await connect(server.address, options=server.options(run_as="mc-nobody-of-this-name"))
    for attempt in (host.sh("true"), host.launch("true")):
        with pytest.raises(ConsoleError) as caught:
            await attempt
        assert caught.value.code == "sudo-refused"
        assert "sudo" in caught.value.what
    assert (await host.sh("echo on", user="login")).out == b"on\n"
    await host.close()
