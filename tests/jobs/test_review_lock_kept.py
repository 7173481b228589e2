"""What can't be undone keeps the lock: a resumed job undoes the rest behind it."""

import msgspec

from core.jobs import events
from core.jobs.decide import Tell, Undo, decide
from core.jobs.fold import fold_all
from core.model.plan import Plan
from tests.support.toy import step_of

LOCK = msgspec.structs.replace(step_of("lock", "ensure", undo="release the lock"), action="lock")
STEPS = (LOCK, step_of("cron", "ensure", undo="on again"), step_of("switch", "ensure", undo="switch back"))
BEGIN: tuple[events.Event, ...] = (
    events.JobStarted(
        job_id="j", plan=Plan(kind="promote", title="toy", target="p", steps=STEPS), digest="d", who="anna"
    ),
    *(
        event
        for step in STEPS
        for event in (
            events.StepStarted(step=step.id, attempt=1),
            events.Intent(step=step.id, attempt=1, task=step.id),
        )
    ),
    events.TurnedBack(because="failed", exit_code=1),
)
FAILED = events.Failure(code="c", what="out of reach", exit_code=1, where="")


def _stuck() -> tuple[events.Event, ...]:
    return (
        *BEGIN,
        events.UndoStarted(step="switch", attempt=1, task="s"),
        events.UndoFailed(step="switch", failure=FAILED),
        events.UndoStarted(step="cron", attempt=1, task="c"),
        events.UndoFinished(step="cron"),
    )


def test_the_lock_is_kept_while_something_is_not_undone() -> None:
    assert decide(fold_all(_stuck()[:-2])) == Undo("cron")
    move = decide(fold_all(_stuck()))
    assert isinstance(move, Tell)
    assert isinstance(move.event, events.JobEnded)
    assert move.event.outcome == "stopped"
    assert move.event.exit_code == 5
    assert "The lock is kept" in move.event.what


def test_a_resumed_job_undoes_the_rest_and_then_gives_the_lock_back() -> None:
    ended = decide(fold_all(_stuck()))
    assert isinstance(ended, Tell)
    resumed = (*_stuck(), ended.event, events.Resumed(who="anna", pid=2))
    assert decide(fold_all(resumed)) == Undo("switch")
    undone = (
        *resumed,
        events.UndoStarted(step="switch", attempt=2, task="s2"),
        events.UndoFinished(step="switch"),
    )
    assert decide(fold_all(undone)) == Undo("lock")
