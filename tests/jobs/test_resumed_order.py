"""What a resumed job does first."""

from pathlib import Path

from core.jobs import events
from core.jobs.decide import Run, decide
from core.jobs.fold import fold, fold_all
from core.jobs.state import JobState, asked_again
from core.model.plan import digest
from tests.support.toy import plan_of


def _begun(world: Path) -> JobState:
    """Return a job that has taken a lock, looked, and begun to give the lock back."""
    plan = plan_of(
        world,
        {"id": "lock", "kind": "ensure"},
        {"id": "look", "kind": "probe"},
        {"id": "unlock", "kind": "ensure"},
    )
    return fold_all(
        [
            events.JobStarted(job_id="j", plan=plan, digest=digest(plan), who="anna"),
            events.StepStarted(step="lock", attempt=1),
            events.Intent(step="lock", attempt=1, task="t"),
            events.StepFinished(step="lock"),
            events.StepStarted(step="look", attempt=1),
            events.StepFinished(step="look"),
            events.StepStarted(step="unlock", attempt=1),
        ]
    )


def test_a_look_is_asked_again_before_the_step_that_had_begun(tmp_path: Path) -> None:
    state = _begun(tmp_path)
    assert asked_again(state) == ("look",)
    resumed = fold(state, events.Resumed(who="anna", again=asked_again(state)))
    assert decide(resumed) == Run("look")
    resumed = fold(fold(resumed, events.StepStarted(step="look", attempt=2)), events.StepFinished(step="look"))
    assert decide(resumed) == Run("unlock")


def test_nothing_is_asked_again_where_the_job_turns_back(tmp_path: Path) -> None:
    failed = events.StepFailed(step="unlock", failure=events.Failure(code="c", what="It failed."))
    assert asked_again(fold(_begun(tmp_path), failed)) == ()


def test_a_step_that_had_begun_keeps_its_place_when_the_decision_is_made_again(tmp_path: Path) -> None:
    new = plan_of(
        tmp_path / "new",
        {"id": "watch", "kind": "probe"},
        {"id": "unlock", "kind": "ensure"},
        {"id": "end", "kind": "probe"},
    ).steps
    state = fold(_begun(tmp_path), events.Amended(step="look", steps=new))
    assert [item.step.id for item in state.steps] == ["lock", "look", "watch", "unlock", "end"]
