"""A host that restarts refuses connections for a while: to a job that is a lost connection, not a failure."""

from pathlib import Path

import pytest

from core.actions.connections import Connections
from core.environments.model import Environment, Host, Project, Role
from core.ssh.host import LinkLost


def _project(address: str, config: str) -> Project:
    host = Host(address=address)
    environment = Environment(name="production", role=Role.PRODUCTION, hosts=(host,), path="/srv/acme")
    return Project(
        name="Acme", file="", digest="", environments={"production": environment}, ssh_config=(config,)
    )


@pytest.mark.parametrize("address", ["deploy@127.0.0.1:1", "deploy@no-such-host.invalid"])
async def test_a_host_that_cant_be_reached_now_is_waited_for(address: str, tmp_path: Path) -> None:
    config = tmp_path / "ssh_config"
    config.touch()
    async with Connections(_project(address, str(config))) as connections:
        with pytest.raises(LinkLost):
            await connections.get(address)
