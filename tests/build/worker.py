"""The process of a job for these tests: `python -m tests.build.worker JOB_DIR CONNECT.json`."""

import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import msgspec

from core.actions.build.registry import BUILD_ACTIONS
from core.actions.site import Bench, Who
from core.environments.load import load
from core.jobs.action import Action
from core.jobs.hosts import HostProvider
from core.jobs.links import Patience
from core.jobs.process import Parts, main
from core.jobs.store import Job
from core.model.plan import Plan
from core.secret import Secret
from core.ssh.host import Host
from core.ssh.options import ConnectOptions
from core.ssh.pool import Hosts, Target


class Connections:
    """The hosts of the job over real SSH."""

    def __init__(self, options: ConnectOptions) -> None:
        self._hosts = Hosts(options)

    async def get(self, address: str) -> Host:
        return await self._hosts.connect(Target(address))

    def attach(self, agent: str) -> None:
        self._hosts.use_agent(agent)

    async def close(self) -> None:
        await self._hosts.close()


def build(job: Job, plan: Plan, secrets: Mapping[str, Secret]) -> tuple[Mapping[str, Action], HostProvider]:
    options = msgspec.json.decode(Path(sys.argv[2]).read_bytes(), type=ConnectOptions)
    bench = Bench(
        project=load(job.environments),
        job_id=job.id,
        who=Who(user="tester", machine=socket.gethostname()),
        what=plan.title,
    )
    return {name: make(bench) for name, make in BUILD_ACTIONS.items()}, Connections(options)


if __name__ == "__main__":
    sys.exit(main(build, sys.argv[1:2], Parts(patience=Patience(pause_s=0.1))))
