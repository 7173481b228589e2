"""A store of jobs and a world for toy steps, both of one test alone."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.jobs.store import Job, Store
from tests.support.toy import plan_of

ROOT = Path(__file__).parents[2]
Make = Callable[..., Job]


def toy_worker(kill_at: str = "") -> tuple[str, ...]:
    """Return the command of a toy job's process."""
    settings = (f"PYTHONPATH={ROOT}", f"TOY_KILL_AT={kill_at}")
    return ("env", *settings, sys.executable, "-P", "-m", "tests.support.toy_worker")


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Where toy steps leave what they do."""
    return tmp_path / "world"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store under an XDG state directory of its own; no process of its jobs is left behind."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    yield Store()
    for lock in tmp_path.rglob("lock"):
        job = Job(lock.parent)
        if job.alive:
            os.kill(job.state().pid, signal.SIGKILL)


@pytest.fixture
def make(store: Store, world: Path) -> Make:
    """Makes a job of toy steps."""

    def made(*steps: dict[str, Any], **options: Any) -> Job:
        return store.create(plan_of(world, *steps, **options), b"[project]\n")

    return made
