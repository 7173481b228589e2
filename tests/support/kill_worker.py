"""The process of a real job; `KILL_AT` names the point at which it is killed, `KILL_TASKS` where its tasks lie."""

import os
import sys
from collections.abc import Sequence

from core.jobs.process import Parts, main
from core.worker import bind
from tests.support.kill_matrix import killing


def serve(arguments: Sequence[str]) -> int:
    """Be the process, and return its exit code."""
    tasks = tuple(filter(None, os.environ.get("KILL_TASKS", "").split(":")))
    return main(bind, arguments, Parts(journal=killing(os.environ.get("KILL_AT", ""), tasks)))


if __name__ == "__main__":
    raise SystemExit(serve(sys.argv[1:]))
