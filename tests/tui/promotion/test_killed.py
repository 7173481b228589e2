"""The screen is killed during a promotion and started again: the promotion is shown where it is, and ends well."""

import os
import re
import signal
import sys
import time
from collections.abc import Callable

import pytest

from core.jobs.state import JobState
from core.jobs.store import Job
from tests.chain.stage import Stage, wait
from tests.support.terminal import Terminal
from tests.tui.promotion.conftest import LONG_S
from tui.screens.approve import DEAD_S

pytestmark = [pytest.mark.xdist_group("promotion-screen"), pytest.mark.timeout(300)]


def console(stage: Stage) -> Terminal:
    """Start the console as a user does, in a terminal."""
    command = "from tui.main import main; main()"
    return Terminal([sys.executable, "-c", command, "-c", str(stage.shop.toml)], environ={"COLORTERM": ""})


def _shown(out: bytes) -> str:
    """Return what was printed without what only moves and colours."""
    return re.sub(r"\x1b\[[0-9;?]*[ -/]*[@-~]", "", out.decode("utf-8", "replace"))


class User:
    """Presses keys, and reads what comes after them."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._since = 0

    def sees(self, *words: str) -> None:
        """Wait until words came since the last key."""
        self._terminal.wait(lambda out: all(word in _shown(out) for word in words), since=self._since)

    def finds(self, key: bytes, words: str) -> None:
        """Press a key until it leads somewhere: it may not be possible yet."""
        self.press(key)
        end = time.monotonic() + LONG_S
        while words not in _shown(self._terminal.output):
            assert time.monotonic() < end, f"{key!r} did not lead to {words!r}"
            time.sleep(1)
            self._terminal.press(key)

    def press(self, keys: bytes) -> None:
        """Press keys."""
        self._since = len(self._terminal.pieces)
        self._terminal.press(keys)


def newest(stage: Stage) -> Job:
    """Return the job that was started last."""
    return max(stage.store.list(), key=lambda job: job.number)


def reached(stage: Stage, condition: Callable[[JobState], object]) -> Callable[[], bool]:
    """Return whether the newest job has come to something."""
    return lambda: bool(condition(newest(stage).state()))


def test_a_promotion_outlives_its_screen_twice(stage: Stage) -> None:
    stage.shop.behave(upgrade_s=4)
    jobs = len(stage.store.list())
    with console(stage) as terminal:
        user = User(terminal)
        user.sees("2 build", "in order")
        user.press(b"2")
        user.finds(b"p", "nothing has been changed yet")
        user.press(b"S")
        wait(lambda: len(stage.store.list()) > jobs and newest(stage).state().plan is not None)
        os.kill(terminal.pid, signal.SIGKILL)
        assert terminal.ended() == -signal.SIGKILL
    with console(stage) as terminal:
        user = User(terminal)
        user.finds(b"o", "waits for approval")
        user.press(b"a")
        user.sees("What will exactly happen")
        time.sleep(2 * DEAD_S)
        user.press(b"\x1b[C\r")
        wait(reached(stage, lambda state: state.past_return))
        os.kill(terminal.pid, signal.SIGHUP)
        terminal.ended()
    with console(stage) as terminal:
        user = User(terminal)
        user.sees("2 build")
        user.press(b"j")
        user.sees("result", "took", "to staging")
        user.press(b"\r")
        user.sees("done in")
    assert (
        len(stage.store.list()) == jobs + 1
        and newest(stage).state().outcome == "done"
        and stage.runs("stg") == {"window"}
    )
    assert stage.shop.times("setup:upgrade", "stg") == 1
