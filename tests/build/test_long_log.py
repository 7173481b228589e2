"""A log of more than 16 MB, as a PHP that deprecates much writes: its end decides, so its end is read."""

from pathlib import Path
from typing import Any, cast

from core.actions.running import TaskEnd, whole_log
from core.actions.site import Site
from core.environments.model import Environment, Host, Project, Role
from core.jobs.action import Context
from tests.support.local_host import LocalHost


class _OnThisMachine:
    """As much of a context as reading takes: the host."""

    def host(self, address: str) -> Any:
        return LocalHost(address)


async def test_the_beginning_and_the_end_of_a_long_log_are_read(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        file.write(b"the first line\n")
        for number in range(250_000):
            file.write(b"PHP Deprecated: Return type of a method should be compatible, number %d\n" % number)
        file.write(b"Execution time: 12.5\n")
    assert log.stat().st_size > 17 << 20
    host = Host(address="local")
    environment = Environment(name="build", role=Role.BUILD, hosts=(host,), path=str(tmp_path))
    project = Project(name="Acme", file="", digest="", environments={"build": environment})
    site = Site(project=project, environment=environment, host=host)
    end = TaskEnd(id="t", exit=0, tail="", log=str(log))
    read = await whole_log(cast(Context, _OnThisMachine()), site, end)
    assert read.startswith(b"the first line\n")
    assert read.endswith(b"\nExecution time: 12.5\n")
    assert len(read) <= 16 << 20
