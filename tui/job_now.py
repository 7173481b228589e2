"""One job as it stands now, read from its journal as far as that was written."""

from core.jobs.fold import fold
from core.jobs.follow import Tail
from core.jobs.state import JobState, Standing
from core.jobs.store import Job


class JobNow:
    """One job as it stands."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.state = JobState(job_id=job.id)
        self.standing = Standing.RUNNING
        self.number = job.number
        self._tail = Tail(job.journal)

    @property
    def id(self) -> str:
        """The job's id."""
        return self.job.id

    @property
    def over(self) -> bool:
        """Whether nothing will change any more."""
        return self.standing in (Standing.DONE, Standing.FAILED, Standing.CANCELLED, Standing.ABANDONED)

    @property
    def ended(self) -> bool:
        """Whether nothing runs any more, be it because a person is needed."""
        return self.over or self.standing in (Standing.STOPPED, Standing.INTERRUPTED)

    def read(self) -> bool:
        """Take in what was written since; whether anything changed."""
        before = (self.state.seq, self.standing)
        alive = self.job.alive
        while events := self._tail.read():
            for event in events:
                self.state = fold(self.state, event)
        self.standing = self.state.standing(alive)
        return (self.state.seq, self.standing) != before
