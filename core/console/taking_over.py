"""What a job that is resumed takes over from environments.toml as it is now, and what is told of the rest."""

import msgspec

from core.environments.asking import asking, differs_in_more, taken_over
from core.environments.load import project_of
from core.environments.model import Project
from core.environments.source import Source, read
from core.jobs.journal import disk_error
from core.jobs.store import Job


def take_over(job: Job, project: Project, target: str) -> tuple[str, ...]:
    """Let a job that nobody runs ask its hosts as environments.toml says now; return what to tell. Raises RecordError."""
    copied = read(job.environments)
    if job.alive or (copied.digest == project.digest and not job.asking.exists()):
        return ()
    planned = project_of(Source(project.file, copied.text, copied.digest))
    before, now = planned.environments.get(target), project.environments.get(target)
    if before is None or now is None:
        return (f"environments.toml has no {target} any more; the job goes on as it was planned.",)
    told = []
    if taken_over(planned, target, asking(now)) != planned:
        told.append("`health`, `timeouts` and `web` are taken over as environments.toml has them now.")
    if differs_in_more(before, now):
        told.append(
            f"More of {target} was changed in environments.toml meanwhile; for that the job goes on as it was planned."
        )
    _write(job, msgspec.json.encode(asking(now)))
    return tuple(told)


def _write(job: Job, data: bytes) -> None:
    new = job.asking.with_suffix(".new")
    try:
        new.write_bytes(data)
        new.chmod(0o660 if job.shared else 0o600)
        new.replace(job.asking)
    except OSError as error:
        raise disk_error(error, job.asking) from error
