"""The rows of steps: phases, signs, times, and the box around exactly the steps inside the window."""

import msgspec
import pytest

from core.jobs import events
from core.model.plan import StepKind
from tests.cli.test_plan_text import ROWS, forecast
from tests.pipeline.test_plans import promoted, rolled_back
from tests.tui.promotion.jobs import START, Teller, approved, prepared
from tui.promotion.rows import Row, amount_left, amount_told, rows, time_left, unstarted


def by_key(found: tuple[Row, ...]) -> dict[str, Row]:
    """Return rows by their keys, which have to be unique: the cursor stands on one."""
    named = {row.key: row for row in found}
    assert len(named) == len(found)
    return named


def boxed(found: tuple[Row, ...]) -> list[str]:
    """Return the steps in the box."""
    return [row.key for row in found if row.boxed and row.kind == "step"]


def test_a_plan_shows_what_is_expected_after_its_own_steps() -> None:
    plan = promoted(forecast=forecast())
    found = rows(unstarted(plan), plan.forecast, START)
    named = by_key(found)
    assert [row.key for row in found if row.kind == "step"] == [
        *(step.id for step in plan.steps),
        *(row["id"] for row in ROWS),
    ]
    assert any("as expected" in row.title for row in found if row.kind == "phase")
    assert {row.sign for row in found if row.kind == "step"} == {"waiting"}
    assert all(named[step.id].title == step.title for step in plan.steps)


def test_the_box_stands_around_exactly_the_steps_of_the_window() -> None:
    state = prepared().state
    found = rows(state, {}, START)
    assert boxed(found) == [item.step.id for item in state.steps if item.step.window]
    kinds = [row.kind for row in found]
    assert kinds.count("top") == kinds.count("bottom") == 1
    inside = found[kinds.index("top") + 1 : kinds.index("bottom")]
    assert all(row.kind == "step" and row.boxed for row in inside)


def test_without_a_window_there_is_no_box() -> None:
    assert not any(row.boxed for row in rows(prepared(database=False).state, {}, START))


def test_every_phase_has_one_heading_and_its_steps_under_it() -> None:
    found = rows(approved().state, {}, START)
    assert [row.title for row in found if row.kind == "phase"] == [
        "prepare", "decide", "cut over", "verify", "finish",
    ]  # fmt: skip


def test_the_window_says_how_long_it_will_take_and_then_how_long_it_took() -> None:
    known = {"windows": [11.0, 13.0, 15.0]}
    (top,) = [row for row in rows(prepared().state, known, START) if row.kind == "top"]
    assert top.title == "maintenance, about 15.0s (last three: 11.0s, 13.0s, 15.0s)"
    done = approved(until="open").did("open", facts={"closed_s": 14.2})
    (top,) = [row for row in rows(done.state, known, START) if row.kind == "top"]
    assert top.title == "closed for 14.2s"


def test_forecast_gives_way_to_what_really_passed() -> None:
    known = {"durations": {"transfer": 6.1, "close": 0.1}}
    named = by_key(rows(prepared().state, known, START))
    assert (named["transfer"].right, named["close"].right) == ("2.0s", "~0.1s")


@pytest.mark.parametrize(
    ("step", "sign", "right"),
    [
        (events.StepFailed(step="close", failure=events.Failure(code="x", what="y")), "bad", "failed 2.0s"),
        (events.StepSkipped(step="close", reason="known", who="bob"), "skipped", "skipped"),
        (events.StepFinished(step="close", warnings=("mind",)), "attention", "2.0s"),
    ],
)
def test_what_is_not_plain_has_a_word(step: events.Event, sign: str, right: str) -> None:
    found = by_key(rows(approved(until="close").began("close").tell(step).state, {}, START))["close"]
    assert (found.sign, found.right) == (sign, right)


def test_what_is_undone_says_so() -> None:
    teller = approved(until="close").failed("close")
    teller.tell(
        events.TurnedBack(because="failed", exit_code=1, what="x"),
        events.UndoStarted(step="close", attempt=1, task="u"),
    )
    assert by_key(rows(teller.state, {}, teller.now + 3))["close"].right == "undoing 4s"
    teller.tell(events.UndoFinished(step="close"))
    assert by_key(rows(teller.state, {}, START))["close"].right.startswith("undone")


def test_the_gate_is_the_persons_turn() -> None:
    gate = by_key(rows(prepared().state, {}, START))["gate"]
    assert (gate.sign, gate.right, gate.tone) == ("here", "your turn", "attention")


def test_a_running_step_shows_its_seconds_and_its_amount() -> None:
    plan = promoted()
    teller = Teller(plan).did("check-target", "lock", "recheck").began("transfer")
    teller.tell(events.Progress(step="transfer", done=250_000_000, total=1_000_000_000, unit="bytes"))
    running = teller.state.step("transfer")
    assert running is not None and running.amount is not None and running.started is not None
    at = running.started + 10
    assert by_key(rows(teller.state, {}, at))["transfer"].right == "running 10s"
    assert amount_told(running.amount) == "250.0 MB of 1.0 GB"
    assert amount_left(running, at) == pytest.approx(30)
    assert (
        amount_told(msgspec.structs.replace(running.amount, unit="files", done=340))
        == "340 of 1,000,000,000 files"
    )


def test_the_time_left_is_only_told_when_every_step_is_known() -> None:
    state = approved(until="switch").state
    left = [item.step for item in state.steps if not item.settled and item.step.kind is not StepKind.GATE]
    durations = {step.id: 2.0 for step in left}
    assert time_left(state, {"durations": durations}, START) == pytest.approx(2.0 * len(left))
    durations.pop("flush")
    assert time_left(state, {"durations": durations}, START) is None


def test_a_roll_back_and_a_build_are_steps_too() -> None:
    plan = rolled_back()
    found = rows(unstarted(plan), plan.forecast, START)
    assert [row.key for row in found if row.kind == "step"] == [step.id for step in plan.steps]
