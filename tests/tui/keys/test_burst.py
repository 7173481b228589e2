"""Keys that arrive at once, as they do on a slow line, go where a person meant them to go."""

from pathlib import Path

import pytest

from core.environments.load import load
from core.jobs.store import Store
from tests.pipeline.test_plans import promoted
from tests.support.terminal import Terminal
from tests.tui.past import past_job
from tests.tui.start import shop


def test_a_filter_typed_in_one_burst_is_a_filter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = shop.write(tmp_path / "shop")
    past_job(Store(load(file).state_dir), promoted(), file)
    with Terminal(shop.command(file), environ=shop.environ(tmp_path)) as terminal:
        terminal.wait(lambda seen: b"4 production" in seen)
        terminal.press(b"j")
        terminal.wait(lambda seen: b"done" in seen)
        at = len(terminal.pieces)
        terminal.press(b"/clj?x")  # compare, log, down and help elsewhere
        terminal.wait(lambda seen: b"clj?x" in seen and b"no job has these words" in seen, since=at)
        at = len(terminal.pieces)
        terminal.press(b"\x1b")
        terminal.wait(lambda seen: b"done" in seen, since=at)
        assert b"log of job" not in terminal.output
