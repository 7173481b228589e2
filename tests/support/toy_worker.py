"""The process of a toy job; `TOY_KILL_AT` names the point at which it is killed."""

import os
import sys
from collections.abc import Sequence

from core.jobs.process import Parts, main
from tests.support.kill_matrix import killing
from tests.support.toy import ACTIONS, NoHosts


def serve(arguments: Sequence[str]) -> int:
    """Be the process, and return its exit code."""
    parts = Parts(journal=killing(os.environ.get("TOY_KILL_AT", "")))
    return main(lambda job, plan, secrets: (ACTIONS, NoHosts()), arguments, parts)


if __name__ == "__main__":
    raise SystemExit(serve(sys.argv[1:]))
