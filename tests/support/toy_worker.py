"""The process of a toy job; `TOY_KILL_AT` names the point at which it is killed."""

import os
import sys

from core.jobs.process import Parts, main
from tests.support.kill_matrix import killing
from tests.support.toy import ACTIONS, NoHosts

if __name__ == "__main__":
    parts = Parts(journal=killing(os.environ.get("TOY_KILL_AT", "")))
    raise SystemExit(main(lambda job, plan, secrets: (ACTIONS, NoHosts()), sys.argv[1:], parts))
