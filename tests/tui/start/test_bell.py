"""`--bell`: the terminal is told when a job has ended that the screen watched, and not otherwise."""

from pathlib import Path

import pytest

from core.environments.load import load
from core.jobs.store import Store
from tests.pipeline.test_plans import promoted
from tests.support.terminal import Terminal
from tests.tui.past import past_job
from tests.tui.start import shop


@pytest.mark.parametrize("asked", [["--bell"], []], ids=["asked for", "not asked for"])
def test_the_end_of_a_job_rings_where_that_is_asked_for(
    tmp_path: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = shop.write(tmp_path / "shop")
    environ = shop.environ(tmp_path)
    store = Store(load(file).state_dir)
    past_job(store, promoted(), file)
    with Terminal(shop.command(file, *asked), environ=environ) as terminal:
        terminal.wait(lambda seen: b"4 production" in seen)
        terminal.press(b"j")
        terminal.wait(lambda seen: b"cancelled" not in seen and b"done" in seen)
        past_job(store, promoted(), file, outcome="cancelled")
        # The row may be drawn a moment before the bell is rung.
        terminal.wait(lambda seen: b"cancelled" in seen and (not asked or b"\x1b]9;" in seen))
        terminal.press(b"\x11")
        terminal.ended()
        rung = terminal.output.count(b"\x1b]9;Job 2 cancelled: ")
        assert rung == terminal.output.count(b"\x1b]9;") == len(asked)
