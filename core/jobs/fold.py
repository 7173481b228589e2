"""The state of a job as a pure function of its events: total, so any journal of any version folds."""

from collections.abc import Iterable
from functools import singledispatch
from typing import Any

from msgspec.structs import replace

from core.jobs import events
from core.jobs.decide import LOCK
from core.jobs.events import Event
from core.jobs.state import Amount, Gate, JobState, Pen, Status, StepState, Turn


def fold(state: JobState, event: Event) -> JobState:
    """Return the state after the event. Events that are unknown or make no sense change nothing but `seq`."""
    return replace(_apply(event, state), seq=event.seq, time=event.time)


def fold_all(many: Iterable[Event], state: JobState | None = None) -> JobState:
    """Return the state after all of the events."""
    state = JobState() if state is None else state
    for event in many:
        state = fold(state, event)
    return state


def _change(state: JobState, step_id: str, **changes: Any) -> JobState:
    steps = tuple(replace(item, **changes) if item.step.id == step_id else item for item in state.steps)
    return replace(state, steps=steps)


def _without(items: tuple[str, ...], item: str) -> tuple[str, ...]:
    return tuple(other for other in items if other != item)


def _with(items: tuple[str, ...], item: str) -> tuple[str, ...]:
    return (*_without(items, item), item)


@singledispatch
def _apply(event: Event, state: JobState) -> JobState:
    return state


@_apply.register
def _(event: events.JobStarted, state: JobState) -> JobState:
    return JobState(
        job_id=event.job_id,
        plan=event.plan,
        digest=event.digest,
        who=event.who,
        origin=event.origin,
        pid=event.pid,
        secrets=event.secrets,
        unsearched=event.unsearched,
        started=event.time,
        steps=tuple(StepState(step=step) for step in event.plan.steps),
        paused=event.plan.options.get("step") is True,
    )


@_apply.register
def _(event: events.StepStarted, state: JobState) -> JobState:
    state = replace(state, allowed=False, choosing="", choices=())
    return _change(
        state,
        event.step,
        status=Status.RUNNING,
        attempt=event.attempt,
        unknown=False,
        failure=None,
        amount=None,
        started=event.time,
        ended=None,
    )


@_apply.register
def _(event: events.Intent, state: JobState) -> JobState:
    found = state.step(event.step)
    if found is None:
        return state
    acted = tuple(sorted({*found.acted, event.attempt}))
    return _change(state, event.step, acted=acted, task=event.task)


@_apply.register
def _(event: events.FactsNoted, state: JobState) -> JobState:
    found = state.step(event.step)
    return _change(state, event.step, facts={**found.facts, **event.facts}) if found else state


@_apply.register
def _(event: events.StepFinished, state: JobState) -> JobState:
    found = state.step(event.step)
    if found is None:
        return state
    return _change(
        state,
        event.step,
        status=Status.DONE,
        facts={**found.facts, **event.facts},
        note=event.note,
        warnings=event.warnings,
        failure=None,
        ended=event.time,
    )


@_apply.register
def _(event: events.StepFailed, state: JobState) -> JobState:
    found = state.step(event.step)
    if found is None:
        return state
    acted = found.acted
    if event.harmless:
        acted = tuple(attempt for attempt in acted if attempt != found.attempt)
    return _change(
        state,
        event.step,
        status=Status.FAILED,
        acted=acted,
        failure=event.failure,
        unknown=event.unknown,
        ended=event.time,
    )


@_apply.register
def _(event: events.StepSkipped, state: JobState) -> JobState:
    state = replace(state, choosing="", choices=())
    return _change(state, event.step, status=Status.SKIPPED, reason=event.reason, who=event.who)


def _idle(state: JobState) -> JobState:
    """A step that had begun and changed nothing waits again: nobody goes on with it."""
    for item in state.steps:
        if item.status is Status.RUNNING and not item.intended:
            state = _change(state, item.step.id, status=Status.WAITING)
    return state


@_apply.register
def _(event: events.TurnedBack, state: JobState) -> JobState:
    turn = Turn(
        because=event.because, exit_code=event.exit_code, what=event.what, who=event.who,
        only=event.only, leaves=event.leaves,
    )  # fmt: skip
    state = _idle(state)
    if event.because == "abandoned":
        # Somebody may have released the lock since: it is taken again, for what is put back is guarded by it.
        for item in state.steps:
            if item.step.id in event.only and item.step.action == LOCK:
                state = _change(state, item.step.id, status=Status.WAITING)
    return replace(state, turn=turn, forced=False, gate=None, choosing="", choices=(), refusing=())


@_apply.register
def _(event: events.UndoStarted, state: JobState) -> JobState:
    return _change(
        state,
        event.step,
        status=Status.UNDOING,
        undo_attempt=event.attempt,
        undo_failure=None,
        task=event.task,
        amount=None,
        started=event.time,
        ended=None,
    )


@_apply.register
def _(event: events.UndoFinished, state: JobState) -> JobState:
    found = state.step(event.step)
    if found is None:
        return state
    return _change(
        state,
        event.step,
        status=Status.UNDONE,
        facts={**found.facts, **event.facts},
        note=event.note or found.note,
        warnings=(*found.warnings, *event.warnings),
        ended=event.time,
    )


@_apply.register
def _(event: events.UndoFailed, state: JobState) -> JobState:
    return _change(state, event.step, status=Status.NOT_UNDONE, undo_failure=event.failure, ended=event.time)


@_apply.register
def _(event: events.Progress, state: JobState) -> JobState:
    return _change(state, event.step, amount=Amount(event.done, event.total, event.unit))


@_apply.register
def _(event: events.Said, state: JobState) -> JobState:
    return replace(state, saying=event.text)


@_apply.register
def _(event: events.GateOpened, state: JobState) -> JobState:
    return replace(state, gate=Gate(step=event.step, digest=event.digest))


@_apply.register
def _(event: events.GateAnswered, state: JobState) -> JobState:
    gate = Gate(step=event.step, digest=event.digest, answer=event.answer, who=event.who, reason=event.reason)
    return replace(state, gate=gate)


@_apply.register
def _(event: events.Amended, state: JobState) -> JobState:
    """Steps behind the one that found out, and that have not run, give way to the new ones.

    One that had begun (its process died then) keeps its place among the new ones.
    """
    ids = [item.step.id for item in state.steps]
    if event.step not in ids or state.plan is None:
        return state
    at = ids.index(event.step) + 1
    before = state.steps[:at]
    begun = {item.step.id: item for item in state.steps[at:] if item.status is not Status.WAITING}
    taken = {item.step.id for item in before}
    new = {
        step.id: begun.pop(step.id) if step.id in begun else StepState(step=step)
        for step in event.steps
        if step.id not in taken
    }
    steps = (*before, *begun.values(), *new.values())
    plan = replace(
        state.plan,
        steps=tuple(item.step for item in steps),
        pins=event.pins or state.plan.pins,
        forecast=event.forecast or state.plan.forecast,
    )
    return replace(state, steps=steps, plan=plan)


@_apply.register
def _(event: events.ChoiceOpened, state: JobState) -> JobState:
    return replace(state, choosing=event.step, choices=event.choices)


@_apply.register
def _(event: events.RetryAsked, state: JobState) -> JobState:
    return _retry(replace(state, choosing="", choices=()), event.step)


def _retry(state: JobState, step_id: str) -> JobState:
    """A failed step waits again; one that failed without an answer is under way again, to be joined."""
    found = state.step(step_id)
    if found is None or found.status is not Status.FAILED:
        return state
    if found.unknown and found.intended:
        return _change(state, step_id, status=Status.RUNNING, failure=None, unknown=False, ended=None)
    return _change(state, step_id, status=Status.WAITING)


@_apply.register
def _(event: events.Paused, state: JobState) -> JobState:
    return replace(state, paused=True, allowed=False)


@_apply.register
def _(event: events.Continued, state: JobState) -> JobState:
    return replace(state, paused=False, allowed=False)


@_apply.register
def _(event: events.NextAsked, state: JobState) -> JobState:
    return replace(state, paused=True, allowed=True)


@_apply.register
def _(event: events.CancelAsked, state: JobState) -> JobState:
    return replace(state, cancelled_by=event.who, forced=state.forced or event.force)


@_apply.register
def _(event: events.PenTaken, state: JobState) -> JobState:
    return replace(state, pen=Pen(who=event.who, screen=event.screen, since=event.time))


@_apply.register
def _(event: events.PenHanded, state: JobState) -> JobState:
    return replace(state, pen=Pen(who=event.to, since=event.time) if event.to else None)


@_apply.register
def _(event: events.LoggedIn, state: JobState) -> JobState:
    return replace(state, logged_in=_with(state.logged_in, event.address))


@_apply.register
def _(event: events.WaitingForLogin, state: JobState) -> JobState:
    return replace(state, refusing=_with(state.refusing, event.address))


@_apply.register
def _(event: events.LoginBack, state: JobState) -> JobState:
    return replace(
        state,
        refusing=_without(state.refusing, event.address),
        lost=_without(state.lost, event.address),
    )


@_apply.register
def _(event: events.LinkLost, state: JobState) -> JobState:
    return replace(state, lost=_with(state.lost, event.address))


@_apply.register
def _(event: events.LinkBack, state: JobState) -> JobState:
    return replace(state, lost=_without(state.lost, event.address))


@_apply.register
def _(event: events.ProcessLost, state: JobState) -> JobState:
    return replace(state, interrupted=True)


@_apply.register
def _(event: events.Resumed, state: JobState) -> JobState:
    """A new process: what the old one waited for is asked anew, a stopped job gets another try."""
    answered = state.gate if state.gate is not None and state.gate.answer else None
    again = replace(
        state, interrupted=False, resumes=state.resumes + 1, pid=event.pid, gate=answered,
        refusing=(), lost=(), choosing="", choices=(),
    )  # fmt: skip
    if state.outcome:
        again = _reopen(again, event)
    for step_id in event.again:
        again = _change(again, step_id, status=Status.WAITING)
    return again


def _reopen(state: JobState, event: events.Resumed) -> JobState:
    """A stopped job goes on: with what could not be undone, or with the step that failed."""
    state = replace(state, outcome="", exit_code=None, what="", ended=None, cancelled_by="", forced=False)
    for item in state.steps:
        if item.status is Status.NOT_UNDONE:
            state = _change(state, item.step.id, status=Status.FAILED)
        elif state.turn is None and item.status is Status.FAILED and not item.tolerated:
            if event.choice == "skip":
                skipped = {"status": Status.SKIPPED, "reason": event.reason, "who": event.who}
                state = _change(state, item.step.id, **skipped)
            else:
                state = _retry(state, item.step.id)
    return state


@_apply.register
def _(event: events.JobEnded, state: JobState) -> JobState:
    return replace(
        _idle(state),
        outcome=event.outcome,
        exit_code=event.exit_code,
        what=event.what,
        choices=event.choices,
        choosing="",
        refusing=(),
        ended=event.time,
        interrupted=False,
    )
