"""The process of a real job; `KILL_AT` names the point at which it is killed, `KILL_TASKS` where its tasks lie."""

import os
import sys

from core.jobs.process import Parts, main
from core.worker import bind
from tests.support.kill_matrix import killing

if __name__ == "__main__":
    tasks = tuple(filter(None, os.environ.get("KILL_TASKS", "").split(":")))
    raise SystemExit(main(bind, sys.argv[1:], Parts(journal=killing(os.environ.get("KILL_AT", ""), tasks))))
