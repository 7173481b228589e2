"""What the log of `setup:di:compile` says: how far it is, and whether it came to its end."""

import re
from typing import Final

from core.magento.output import reason
from core.text import clean

_DONE: Final = "Generated code and dependency injection configuration successfully."
_STEP: Final = re.compile(r"([A-Z][\w ]+?)\.\.\. (\d+)/(\d+) \[")


def failures(log: str | bytes, exit: int | None) -> list[str]:
    """Return what speaks against a run; empty when it ended well.

    It exits 0 also where config.php lists a module that is not there: only `module:config:status` sees that.
    """
    text = clean(log)
    found = []
    if exit != 0:
        said = reason(text, "") if exit is not None else "its exit code is unknown"
        found.append(said or f"it ended with exit code {exit}")
    elif _DONE not in text:
        found.append("it ended with 0 without saying that it generated the code")
    return found


def progress(log: str | bytes) -> tuple[int, int, str]:
    """Return steps done, steps in all, and what is being done; (0, 0, "") before it began."""
    steps = _STEP.findall(clean(log))
    if not steps:
        return 0, 0, ""
    label, done, total = steps[-1]
    return int(done), int(total), label
