"""The fold takes any events in any order, and adds up the same however they are cut."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from core.jobs import events
from core.jobs.decide import decide
from core.jobs.events import Event, decode, encode
from core.jobs.fold import fold_all
from core.jobs.state import JobState, Standing, Status
from core.model.plan import Plan
from tests.support.toy import step_of

IDS = ("look", "close", "gate", "upgrade", "verify")
STEPS = (
    step_of("look", "probe"),
    step_of("close", "ensure"),
    step_of("gate", "gate"),
    step_of("upgrade", "task", point_of_no_return=True),
    step_of("verify", "probe", phase="verify"),
)
PLAN = Plan(kind="promote", title="a toy", target="production", steps=STEPS)
STARTED = events.JobStarted(job_id="j", plan=PLAN, digest="d", who="anna", seq=1, time=1.0)

_step = st.sampled_from((*IDS, "new", "nowhere"))
_text = st.text(max_size=5)
_failure = st.builds(
    events.Failure, code=st.just("c"), what=_text, exit_code=st.sampled_from([1, 3]), where=st.just("")
)
_facts = st.dictionaries(st.sampled_from("ab"), st.integers(), max_size=2)
_try = st.integers(1, 3)
_ANY: st.SearchStrategy[Event] = st.one_of(
    st.builds(events.StepStarted, step=_step, attempt=_try),
    st.builds(events.Intent, step=_step, attempt=_try, task=_text),
    st.builds(events.FactsNoted, step=_step, facts=_facts),
    st.builds(events.StepFinished, step=_step, facts=_facts, note=_text),
    st.builds(events.StepFailed, step=_step, failure=_failure, unknown=st.booleans(), harmless=st.booleans()),
    st.builds(events.StepSkipped, step=_step, reason=_text, who=_text),
    st.builds(
        events.TurnedBack,
        because=st.sampled_from(["failed", "refused", "cancelled"]),
        exit_code=st.sampled_from([1, 3, 4]),
    ),
    st.builds(events.UndoStarted, step=_step, attempt=_try, task=_text),
    st.builds(events.UndoFinished, step=_step),
    st.builds(events.UndoFailed, step=_step, failure=_failure),
    st.builds(events.Progress, step=_step, done=st.integers(0, 9), total=st.integers(0, 9)),
    st.builds(events.Said, step=_step, text=_text),
    st.builds(events.GateOpened, step=_step, digest=_text),
    st.builds(
        events.GateAnswered,
        step=_step,
        answer=st.sampled_from(["approved", "refused"]),
        who=_text,
        digest=_text,
    ),
    st.builds(events.Amended, step=_step, steps=st.just((step_of("new", "task"),))),
    st.builds(events.ChoiceOpened, step=_step, choices=st.just(("retry",))),
    st.builds(events.RetryAsked, step=_step, who=_text),
    st.builds(events.Paused, who=_text),
    st.builds(events.Continued, who=_text),
    st.builds(events.NextAsked, who=_text),
    st.builds(events.CancelAsked, who=_text, force=st.booleans()),
    st.builds(events.WaitingForLogin, address=_text, what=_text),
    st.builds(events.LoginBack, address=_text),
    st.builds(events.LinkLost, address=_text),
    st.builds(events.LinkBack, address=_text),
    st.builds(events.ProcessLost, what=_text),
    st.builds(events.Resumed, who=_text, again=st.lists(_step, max_size=2).map(tuple)),
    st.builds(events.JobEnded, outcome=st.sampled_from(["done", "stopped"]), exit_code=st.just(0)),
    st.builds(events.Unknown, name=st.just("Sang"), data=st.just({"type": "Sang", "seq": 1})),
)
_many = st.lists(_ANY, max_size=25)


@given(_many)
def test_any_prefix_folds_and_has_a_next_move_or_an_end(many: list[Event]) -> None:
    for begun in ([], [STARTED]):
        state = fold_all([*begun, *many])
        move = decide(state)
        assert (move is None) == bool(state.outcome or state.plan is None)
        assert state.standing(alive=False) in Standing
        ids = [item.step.id for item in state.steps]
        assert len(ids) == len(set(ids))


@given(_many, _many)
def test_folding_in_two_parts_is_folding_at_once(first: list[Event], second: list[Event]) -> None:
    assert fold_all(second, fold_all([STARTED, *first])) == fold_all([STARTED, *first, *second])


@given(_ANY)
def test_an_event_is_the_same_after_its_line(event: Event) -> None:
    if isinstance(event, events.Unknown):
        event = msgspec.structs.replace(event, seq=1)
    line = encode(event)
    assert line.count(b"\n") == 1
    again = decode(line)
    assert again == event
    assert encode(again) == line


def test_an_event_of_a_newer_version_is_kept_and_has_no_effect() -> None:
    line = b'{"type":"Danced","schema":9,"seq":7,"time":2.5,"with":["whom"]}\n'
    event = decode(line)
    assert isinstance(event, events.Unknown)
    assert encode(event).strip() == line.strip()
    before = fold_all([STARTED])
    assert fold_all([event], before) == msgspec.structs.replace(before, seq=7, time=2.5)


@given(_many)
def test_past_the_point_of_no_return_nothing_is_undone_by_itself(many: list[Event]) -> None:
    state = fold_all([STARTED, *many])
    if state.past_return and not state.outcome and state.turn is None:
        move = decide(state)
        event = getattr(move, "event", None)
        answered = state.gate is not None and state.gate.answer == "refused"
        assert answered or not isinstance(event, events.TurnedBack)


def test_durations_are_measured_from_the_events() -> None:
    many = [
        events.StepStarted(step="close", attempt=1, time=10.0),
        events.StepFinished(step="close", time=12.5),
    ]
    found = fold_all([STARTED, *many]).step("close")
    assert found is not None
    assert (found.status, found.seconds) == (Status.DONE, 2.5)


def test_nothing_is_a_state() -> None:
    assert decide(JobState()) is None
