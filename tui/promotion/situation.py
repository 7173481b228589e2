"""How a job stands, in the words at the top of its screen, and what kind of help it waits for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from core.console.approval import host_names
from core.console.figures import clock, seconds
from core.jobs.state import JobState, Standing, Status, StepState
from core.text import one_line
from tui.looks import OF_JOBS, Tone
from tui.promotion.rows import (
    amount_left,
    amount_told,
    count,
    elapsed,
    time_left,
    title,
    whole,
)

SILENT_AFTER_S = 5.0
"""A running step that has said nothing for so long is called silent."""


class Situation(StrEnum):
    """What a person finds: it decides which actions are the next ones."""

    PLANNED = "planned"
    """A plan: nothing runs, nothing was changed."""
    RUNNING = "running"
    PAUSED = "paused"
    GATE = "gate"
    CHOICE = "choice"
    LOGIN = "login"
    UNDOING = "undoing"
    INTERRUPTED = "interrupted"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STOPPED = "stopped"
    ABANDONED = "abandoned"
    """A person gave it up after it had stopped."""


_WAITING = {
    "gate": Situation.GATE,
    "choice": Situation.CHOICE,
    "login": Situation.LOGIN,
    "pause": Situation.PAUSED,
}


def situation(state: JobState, *, alive: bool) -> Situation:
    """Return how a job stands; one without an id is a plan."""
    if not state.job_id:
        return Situation.PLANNED
    if state.outcome:
        return Situation(state.outcome)
    if not alive:
        return Situation.INTERRUPTED
    if state.waiting_for:
        return _WAITING[state.waiting_for]
    return Situation.UNDOING if state.turn is not None else Situation.RUNNING


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """Two lines: how it stands, and what goes on."""

    sign: str
    """The name of a glyph."""
    tone: Tone
    text: str
    detail: str = ""


def headline(
    state: JobState, forecast: Mapping[str, Any], now: float, *, alive: bool, heard: float | None = None
) -> Headline:
    """Return the top of the screen. `heard`: when the running step was last heard of, seconds since the epoch."""
    match situation(state, alive=alive):
        case Situation.PLANNED:
            return Headline(
                sign="waiting", tone="plain", text="a plan: nothing has been changed yet",
                detail=_will_wait(state),
            )  # fmt: skip
        case Situation.GATE:
            return Headline(
                sign="attention", tone="attention", text=f"waits for approval since {clock(_gate_since(state))}",
                detail="All is prepared, the shop is as it was. No lock is held while you read.",
            )  # fmt: skip
        case Situation.CHOICE:
            return _failed(state)
        case Situation.LOGIN:
            return Headline(
                sign="attention", tone="attention",
                text=f"waits for a login on {host_names(state.refusing)}",
                detail=f"mageconsole jobs attach {state.job_id}: gives the job this login's agent. Nothing is repeated.",
            )  # fmt: skip
        case Situation.INTERRUPTED:
            return Headline(
                sign="bad", tone="bad", text="interrupted: the job's process is gone",
                detail="What it did is recorded; on the hosts a step may go on. Resume it: it joins what runs.",
            )  # fmt: skip
        case Situation.RUNNING | Situation.PAUSED | Situation.UNDOING as how:
            return _going(how, state, forecast, now, heard)
        case ended:
            return _ended(state, ended)


def _gate_since(state: JobState) -> float:
    """Return when the job came to the gate: what happened since, such as a pen that was handed over, is later."""
    step = state.step(state.gate.step) if state.gate is not None else None
    return step.started if step is not None and step.started is not None else state.time


def _will_wait(state: JobState) -> str:
    """Say what starting the plan leads to."""
    if state.plan is not None and state.plan.kind == "build":
        return "Start it: it builds in a clean checkout. No shop is touched."
    return "Read what changes, then start. The shop stays as it is until you approve."


def first_line(what: str) -> str:
    """Return what happened, in the line that stands alone; what a command printed follows it, and is in the log."""
    return what.strip().partition("\n")[0]


def _failed(state: JobState) -> Headline:
    failed = state.step(state.choosing)
    what = failed.failure.what if failed is not None and failed.failure is not None else "failed"
    named = title(failed.step) if failed is not None else state.choosing
    return Headline(sign="bad", tone="bad", text=f"failed: {named}", detail=one_line(first_line(what), 400))


def _going(
    how: Situation, state: JobState, forecast: Mapping[str, Any], now: float, heard: float | None
) -> Headline:
    settled, total = count(state)
    parts = [str(how), f"{settled} of {total} steps"]
    if state.started is not None:
        parts.append(seconds(now - state.started) if now - state.started >= 100 else whole(now - state.started))
    left = time_left(state, forecast, now) if how is Situation.RUNNING else None
    if left is not None:
        parts.append(f"~{whole(left)} left")
    if how is Situation.UNDOING and state.turn is not None:
        parts = ["taking back what it did", one_line(state.turn.what, 120)]
    tone: Tone = "attention" if how in (Situation.PAUSED, Situation.UNDOING) else "busy"
    sign = "attention" if tone == "attention" else "busy"
    return Headline(sign=sign, tone=tone, text=", ".join(parts), detail=_under_way(state, now, heard))


def _under_way(state: JobState, now: float, heard: float | None) -> str:
    if state.lost:
        return f"The connection to {host_names(state.lost)} is lost; the job tries again, nothing is repeated."
    running = state.under_way
    if running is None:
        ahead = state.current
        return f"Next: {title(ahead.step)}" if ahead is not None else ""
    named = running.step.undo if running.status is Status.UNDOING else title(running.step)
    parts = [named, *progress(running, now)]
    silent = silence(running, now, heard)
    return ", ".join([*parts, silent] if silent else parts)


def progress(running: StepState, now: float) -> list[str]:
    """Return how far a running step is, and how long it still takes at its pace."""
    if running.amount is None:
        return []
    left = amount_left(running, now)
    return [amount_told(running.amount), *([f"~{whole(left)} left"] if left is not None else [])]


def silence(running: StepState, now: float, heard: float | None) -> str:
    """Return for how long a running step has said nothing; empty while it speaks."""
    since = max((at for at in (running.started, heard) if at is not None), default=None)
    took = elapsed(running, now)
    if since is None or took is None or now - since < SILENT_AFTER_S:
        return ""
    return f"silent for {whole(now - since)}"


def _ended(state: JobState, how: Situation) -> Headline:
    took = seconds((state.ended or state.time) - (state.started or state.time))
    if how is Situation.DONE:
        warned = len(state.warnings)
        told = f", {warned} warning{'s' if warned > 1 else ''}" if warned else ""
        tone: Tone = "attention" if warned else "good"
        return Headline(sign=tone, tone=tone, text=f"done in {took}{told}", detail=_closed_for(state))
    what = one_line(state.what, 400)
    sign, tone, _ = OF_JOBS[Standing(how)]
    if how is Situation.STOPPED:
        return Headline(
            sign=sign, tone=tone, text=f"stopped half way after {took}: needs a person", detail=what
        )
    given_up = how is Situation.ABANDONED
    undone = "the shop is as it was" if not state.past_return and not given_up else ""
    text = ", ".join(part for part in (f"{how} after {took}", undone) if part)
    return Headline(sign=sign, tone=tone, text=text, detail=what)


def _closed_for(state: JobState) -> str:
    """Return how long the shop was closed, and did not answer, as it was measured (decision 13)."""
    measured = state.step("measure")
    return one_line(measured.note) if measured is not None else ""
