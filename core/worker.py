"""The job's process: binds actions to the runner. Started as `python -P -m core.worker JOB_DIR ...`."""

import asyncio
import socket
import sys
import traceback
from collections.abc import Mapping

import msgspec

from core.actions.build.registry import BUILD_ACTIONS
from core.actions.connections import Connections
from core.actions.promotion.registry import PROMOTION_ACTIONS
from core.actions.settings.registry import SETTINGS_ACTIONS
from core.actions.site import Bench, Who
from core.environments.asking import Asking, taken_over
from core.environments.load import project_of
from core.environments.model import Project
from core.environments.source import Source, read
from core.errors import ConsoleError
from core.jobs.action import Action
from core.jobs.process import main as serve
from core.jobs.runner import PlainGate
from core.jobs.store import Job
from core.jobs.who import who
from core.model.plan import Plan
from core.remote.keeper import BEAT_S
from core.secret import Secret


def project_for(job: Job, plan: Plan) -> Project:
    """Return the project as it was when the plan was made: the copied text, with paths from where it lay."""
    copied = read(job.environments)
    file = str(plan.options.get("environments", copied.file))
    project = project_of(Source(file, copied.text, copied.digest))
    if not job.asking.exists():
        return project
    return taken_over(project, plan.target, msgspec.json.decode(job.asking.read_bytes(), type=Asking))


class LockKeepingConnections(Connections):
    """The job's connections; while they are open, the locks that the job holds show signs of life."""

    bench: Bench
    _beat: asyncio.Task[None] | None = None

    def keep_locks(self, bench: Bench) -> None:
        """Start the heartbeat."""
        self.bench = bench
        self._beat = asyncio.create_task(self._beating())

    async def _beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT_S)
            for name, fence in tuple(self.bench.fences.items()):
                try:
                    await fence.heartbeat()
                except ConsoleError as error:
                    # Out of reach is not the end; a lock that was taken over is: what is guarded by it refuses.
                    if error.code == "fence-lost":
                        self.bench.fences.pop(name, None)
                except Exception:  # noqa: BLE001 - whatever it is, the next beat is tried: a lock must not look dead
                    traceback.print_exc()

    async def close(self) -> None:
        """Stop beating, then close the connections."""
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        await super().close()


def bind(
    job: Job, plan: Plan, secrets: Mapping[str, Secret]
) -> tuple[Mapping[str, Action], LockKeepingConnections]:
    """Return the actions of a job and its connections. Raises ConsoleError."""
    project = project_for(job, plan)
    state = job.state()
    bench = Bench(
        project=project,
        job_id=job.id,
        who=Who(user=state.who or who(), machine=socket.gethostname()),
        what=plan.title,
    )
    actions: dict[str, Action] = {"gate": PlainGate()}
    for name, make in {**BUILD_ACTIONS, **PROMOTION_ACTIONS, **SETTINGS_ACTIONS}.items():
        actions[name] = make(bench)
    connections = LockKeepingConnections(project, first=plan.target)
    connections.keep_locks(bench)
    bench.can_log_in_alone = connections.can_log_in_alone
    return actions, connections


def main() -> None:
    """The entry point of the process."""
    sys.exit(serve(bind, sys.argv[1:]))


if __name__ == "__main__":
    main()
