"""`queue:consumers:*`."""

import time
from typing import Final

from core.demo.standin.call import Call

_NAMES: Final = (
    "saveConfigProcessor",
    "product_action_attribute.update",
    "exportProcessor",
    "async.operations.all",
)


def names(call: Call) -> int:
    """Play `queue:consumers:list`."""
    call.terminal.line("\n".join(_NAMES))
    return 0


def restart(call: Call) -> int:
    """Play `queue:consumers:restart`: a poison pill, which consumers meet with their next message."""
    database = call.database()
    database.state["poison_pill"] += 1
    database.save()
    return 0


def start(call: Call) -> int:
    """Play `queue:consumers:start`: it waits for messages, and holds its release's code, until it is ended."""
    call.database()
    ends = time.monotonic() + float(call.knob("consumer_s", 3600))
    while time.monotonic() < ends:
        time.sleep(0.2)
    return 0
