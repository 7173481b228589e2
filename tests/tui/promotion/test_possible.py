"""What is possible about a job, and why not: it agrees with what the job itself would say."""

import msgspec
import pytest

from core.console.possible import Act, abort_leaves, command, why_not
from core.errors import ConsoleError
from core.jobs import events
from core.jobs.attended import FORECAST
from core.jobs.commands import judge
from core.jobs.state import JobState
from tests.pipeline.test_plans import promoted
from tests.tui.promotion.jobs import Teller, approved, prepared
from tui.promotion.rows import unstarted


def possible(state: JobState, *, alive: bool = True, step: str = "") -> set[str]:
    """Return what is possible."""
    return {str(act) for act in Act if not why_not(act, state, alive=alive, step=step)}


def choosing(step: str) -> Teller:
    """Return a job that waits for a choice about a failed step."""
    return approved(until=step).failed(step).tell(events.ChoiceOpened(step=step, choices=("retry",)))


@pytest.mark.parametrize(
    ("state", "alive", "expected"),
    [
        (unstarted(promoted()), False, {"run_all", "step", "retry"}),
        (prepared().state, True, {"pause", "approve", "refuse", "abort"}),
        (approved(until="switch").began("switch").state, True, {"pause", "abort"}),
        (approved(until="switch").tell(events.Paused(who="b")).state, True, {"run_all", "step", "abort"}),
        (choosing("close").state, True, {"pause", "retry", "abort"}),
        (choosing("flush").state, True, {"pause", "retry", "abort", "skip"}),
        (approved(until="switch").state, False, {"retry", "abort"}),
        (
            choosing("flush").tell(events.JobEnded(outcome="stopped", exit_code=5)).state,
            False,
            {"retry", "skip", "abort"},
        ),
        (approved().tell(events.JobEnded(outcome="done", exit_code=0)).state, False, set()),
    ],
)
def test_what_is_possible(state: JobState, alive: bool, expected: set[str]) -> None:
    assert possible(state, alive=alive) == expected
    for act in Act:
        if act not in expected:
            assert len(why_not(act, state, alive=alive)) > 8


def test_an_approval_without_the_explicit_yes_is_refused() -> None:
    teller = prepared()
    plan = teller.state.plan
    assert plan is not None
    forecast = {**plan.forecast, FORECAST: ["web1"]}
    state = msgspec.structs.replace(teller.state, plan=msgspec.structs.replace(plan, forecast=forecast))
    assert not why_not(Act.APPROVE, state, alive=True)
    with pytest.raises(ConsoleError, match="can't log in to web1 again") as refused:
        judge(state, command(Act.APPROVE, state), "anna")
    assert refused.value.code == "stay-not-said" and refused.value.exit_code == 3
    *_, answer = judge(state, command(Act.APPROVE, state, staying=True), "anna")
    assert isinstance(answer, events.GateAnswered) and answer.staying
    *_, answer = judge(teller.state, command(Act.APPROVE, teller.state, staying=True), "anna")
    assert isinstance(answer, events.GateAnswered) and not answer.staying


@pytest.mark.parametrize("step", ["close", "database", "flush", "health"])
def test_what_is_possible_is_what_the_job_accepts(step: str) -> None:
    for state in (choosing(step).state, approved(until=step).began(step).state):
        for act in (Act.APPROVE, Act.REFUSE, Act.RETRY, Act.SKIP, Act.ABORT):
            try:
                judge(state, command(act, state, reason="known"), "bob")
                accepted = True
            except ConsoleError:
                accepted = False
            assert accepted is not bool(why_not(act, state, alive=True))


def test_who_holds_the_pen_is_another_question() -> None:
    held = choosing("flush").tell(events.PenTaken(who="bob", screen="x")).state
    assert possible(held) == possible(choosing("flush").state)


def test_a_step_that_has_not_run_can_be_skipped_where_the_cursor_stands() -> None:
    state = approved(until="switch").tell(events.Paused(who="b")).state
    assert not why_not(Act.SKIP, state, alive=True, step="flush")
    assert "keeps the shop safe" in why_not(Act.SKIP, state, alive=True, step="switch")
    assert "can't be skipped" in why_not(Act.SKIP, state, alive=True, step="transfer")


def test_an_abort_before_the_database_says_what_is_taken_back() -> None:
    told = "\n".join(abort_leaves(approved(until="close").began("close").state))
    for part in (
        "it is stopped",
        "take away the flags",
        "cron and consumers as they were",
        "release the lock",
        "as it was",
    ):
        assert part in told
    assert told.index("flags") < told.index("cron and consumers") < told.index("release the lock")
    assert "stays there" in told


def test_an_abort_after_the_database_says_that_nothing_is_undone() -> None:
    told = "\n".join(abort_leaves(choosing("ask-after").state))
    assert "Nothing is undone" in told and "The shop is closed" in told and "as it was" not in told
