"""The line of keys: what has room at 80 cells, what is never moved, what a key is called when it does another thing."""

from pathlib import Path

import pytest

from core.jobs import events
from tests.tui.promotion.jobs import Teller, approved
from tests.tui.promotion.test_screen import failed, shown, stored
from tests.tui.showing import lines, shows
from tui.known_keys import bindings, known_ids
from tui.screens.help import help_lines
from tui.widgets.key_bar import Entry, fitting, painted

_HOME = (
    ("enter", "open"), ("p", "promote"), ("b", "build"), ("j", "jobs"), ("r", "releases"), ("s", "settings"),
    ("?", "help"), ("^p", "palette"),
)  # fmt: skip


def _entries(*impossible: str) -> list[Entry]:
    return [Entry(key, key, told, key not in impossible, key in ("?", "^p")) for key, told in _HOME]


def _line(entries: list[Entry], width: int) -> str:
    shown, gap = fitting(entries, width)
    return "".join("".join(text for text, _ in painted(entry)) + " " * gap for entry in shown)


def test_eight_keys_have_room_at_80_cells() -> None:
    shown, gap = fitting(_entries(), 80)
    assert len(shown) == 8 and gap == 0
    assert len(_line(_entries(), 80)) <= 80 and _line(_entries(), 80).endswith("? help  ^p ")
    assert _line(_entries(), 120).endswith("   ? help   ^p palette  ")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_nothing_moves_when_a_key_becomes_impossible(width: int) -> None:
    before, after = _line(_entries(), width), _line(_entries("p", "s"), width)
    assert "(p promote)" in after
    assert before == after.replace("(", " ").replace(")", " ")


def test_the_help_stays_where_there_is_no_room() -> None:
    shown, _ = fitting(_entries(), 30)
    assert [entry.key for entry in shown] == ["enter", "?", "^p"]


@pytest.mark.parametrize(
    ("ended", "first", "missing"),
    [
        (approved().tell(events.JobEnded(outcome="done", exit_code=0)), "l log   B roll back   R releases", "approve"),
        (
            approved(until="switch").tell(events.JobEnded(outcome="cancelled", exit_code=4)),
            "r plan again   l log  (B roll back)  R releases", "approve",
        ),
        (failed(), "r resume  (x skip)  b give up   l log", "approve"),
    ],
    ids=["done", "cancelled", "stopped"],
)  # fmt: skip
async def test_a_job_that_has_ended_shows_what_is_possible_first(
    ended: Teller, first: str, missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(stored(ended, tmp_path), tmp_path, monkeypatch) as (pilot, _):
        await shows(pilot, first)
        assert missing not in lines(pilot.app)[-1]


async def test_a_roll_back_that_is_not_possible_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = approved(until="switch").tell(events.JobEnded(outcome="cancelled", exit_code=4))
    async with shown(stored(ended, tmp_path), tmp_path, monkeypatch, size=(80, 24)) as (pilot, screen):
        await shows(pilot, "r plan again", "(B roll back)")
        await pilot.press("B")
        await shows(pilot, "Not now: it made no release live")
        await pilot.press("l")
        await shows(pilot, "SQLSTATE[42S01]", "/ search  & filter  e first error")
        assert screen.tab == "log"


async def test_the_help_has_a_line_a_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(stored(failed(), tmp_path), tmp_path, monkeypatch, size=(80, 24)) as (pilot, screen):
        await shows(pilot, "r resume")
        await pilot.press("1")
        keys = {line.plain.split()[0]: line.plain for line in help_lines(screen) if line.plain.startswith("  ")}
        assert keys["r"].split(maxsplit=1)[1] == "Resume" and keys["b"].split(maxsplit=1)[1] == "Give up"
        assert "keeps the shop safe" in keys["x"]
        assert keys["1-5"].endswith("Show: steps, now, changes, plan, log")
        assert next(line.plain for line in help_lines(screen)) == "Steps"  # the focused part
        await pilot.press("question_mark")
        await shows(pilot, "The step before", "n names for keys.toml")
        await pilot.press("n")
        await shows(pilot, "step-up", "n what they do")
        await pilot.press("end")
        await shows(pilot, "read-environments")
        await pilot.press("escape")
        await shows(pilot, "stopped half way")


def test_what_a_key_does_fits_its_line() -> None:
    known_ids()  # loads them all
    assert [item.id for _, item in bindings() if len(item.tooltip) > 55] == []
