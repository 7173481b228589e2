"""The steps of a plan or a job as rows: phases, states, times, and the maintenance window as a box around its steps."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec

from core.console.facts import window_length
from core.console.figures import seconds, size
from core.jobs.state import Amount, JobState, Status, StepState
from core.model.plan import Phase, Plan, Step, StepKind
from core.text import one_line
from tui.looks import OF_STEPS, Tone

Kind = Literal["phase", "step", "top", "bottom"]

_WORTH_TELLING_S: Final = 0.05
EXPECTED: Final = "expected"
"""The word for steps that are only predicted: the real ones are known at the gate."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list of steps."""

    key: str
    """Unique: a step's id, a phase, an edge of the box."""
    kind: Kind
    title: str
    sign: str = ""
    """The name of a glyph (`tui.glyphs`)."""
    right: str = ""
    """At the right edge: the state in a word where the glyph is not enough, and how long."""
    tone: Tone = "plain"
    boxed: bool = False


def unstarted(plan: Plan) -> JobState:
    """Return the state of a job that was not started: what a plan looks like."""
    return JobState(plan=plan, steps=tuple(StepState(step=step) for step in plan.steps))


def rows(state: JobState, forecast: Mapping[str, Any], now: float) -> tuple[Row, ...]:
    """Return the lines for a job, or a plan (`unstarted`). `now`: seconds since the epoch."""
    return tuple(_lines(steps_of(state, forecast), state, forecast, now))


def steps_of(state: JobState, forecast: Mapping[str, Any]) -> tuple[StepState, ...]:
    """Return the steps of a job, and the cut-over as it is expected while the real one is not known."""
    return (*state.steps, *_predicted(state, forecast))


def _predicted(state: JobState, forecast: Mapping[str, Any]) -> Iterator[StepState]:
    """Yield the cut-over as it is expected, until the job knows the real one."""
    if (
        any(item.step.phase is Phase.CUT_OVER for item in state.steps)
        or state.outcome
        or state.turn is not None
    ):
        return
    known = {item.step.id for item in state.steps}
    for row in forecast.get("cut_over", []):
        if row["id"] not in known:
            yield StepState(
                step=Step(
                    id=row["id"], phase=Phase.CUT_OVER, kind=StepKind.PROBE, title=row["title"],
                    action=EXPECTED, window=bool(row["window"]), commands=tuple(row["commands"]),
                )
            )  # fmt: skip


def is_expected(item: StepState) -> bool:
    """Whether a step is only predicted."""
    return item.step.action == EXPECTED


def _phase(item: StepState) -> str:
    return "cut over, as expected" if is_expected(item) else str(item.step.phase)


def _lines(
    items: Sequence[StepState], state: JobState, forecast: Mapping[str, Any], now: float
) -> Iterator[Row]:
    durations: Mapping[str, float] = forecast.get("durations", {})
    inside = [item for item in items if item.step.window]
    headed, edge = "", Row(key="", kind="bottom", title="", boxed=True, tone=_edge(inside))
    box = ""
    for item in items:
        if box and not item.step.window:
            yield msgspec.structs.replace(edge, key=f"end of {box}")
            box = ""
        if item.step.window and not box:
            box = f"window at {item.step.id}"
            told = _window_title(inside, forecast)
            yield Row(key=box, kind="top", title=told, boxed=True, tone=_edge(inside))
        # Inside the box no phase has a heading: the box is the heading.
        if not box and _phase(item) != headed:
            headed = _phase(item)
            yield Row(key=f"phase {headed}", kind="phase", title=headed, tone="quiet")
        yield _step(item, state, durations, now, boxed=bool(box))
    if box:
        yield msgspec.structs.replace(edge, key=f"end of {box}")


def _edge(inside: list[StepState]) -> Tone:
    """The box stands out while the shop is closed, or about to be."""
    if all(item.settled or item.status is Status.UNDONE for item in inside):
        return "quiet"
    return "attention"


def _window_title(inside: list[StepState], forecast: Mapping[str, Any]) -> str:
    opened = next((item for item in inside if item.step.id == "open"), None)
    closed_s = opened.facts.get("closed_s") if opened is not None else None
    if isinstance(closed_s, int | float):
        return f"closed for {seconds(float(closed_s))}"
    length = window_length([item.step.id for item in inside], forecast)
    return f"maintenance, {length}" if length else "maintenance"


def _step(item: StepState, state: JobState, durations: Mapping[str, float], now: float, *, boxed: bool) -> Row:
    sign, tone, word = OF_STEPS[item.status]
    if item.tolerated:
        sign, tone, word = "attention", "attention", "warning"
    elif item.status is Status.DONE and item.warnings:
        sign, tone = "attention", "attention"
    waits = state.gate is not None and not state.gate.answer and state.gate.step == item.step.id
    if waits:
        sign, tone, word = "here", "attention", "your turn"
    return Row(
        key=item.step.id,
        kind="step",
        title=title(item.step),
        sign=sign,
        right=_right(item, word, durations, now, waits=waits),
        tone=tone,
        boxed=boxed,
    )


def title(step: Step) -> str:
    """Return a step's title as it is shown: without what only machines tell apart."""
    return one_line(step.title, 160)


def _right(item: StepState, word: str, durations: Mapping[str, float], now: float, *, waits: bool) -> str:
    if waits:
        return word
    if item.status in (Status.RUNNING, Status.UNDOING):
        took = elapsed(item, now)
        return f"{word} {whole(took)}" if took is not None else word
    if item.status is Status.WAITING:
        expected = durations.get(item.step.id, 0.0)
        return f"~{seconds(expected)}" if expected >= _WORTH_TELLING_S else ""
    told = seconds(item.seconds) if item.step.kind is not StepKind.GATE else ""
    return f"{word} {told}".strip() if item.status is not Status.SKIPPED else word


def elapsed(item: StepState, now: float) -> float | None:
    """Return for how long a step has been running, seconds."""
    return None if item.started is None else max(0.0, now - item.started)


def whole(took: float) -> str:
    """Return a running time in whole seconds: it changes once a second at most."""
    return f"{int(took)}s" if took < 100 else seconds(took)


def amount_left(item: StepState, now: float) -> float | None:
    """Return how long a running step probably still takes by its own pace, seconds; None: can't be told."""
    amount, took = item.amount, elapsed(item, now)
    if amount is None or not took or took < 1 or amount.done <= 0 or amount.total <= amount.done:
        return None
    return took * (amount.total - amount.done) / amount.done


def amount_told(amount: Amount) -> str:
    """Return how far a step is: `12.4 MB of 1.1 GB`, `340 of 1,200 files`."""
    if amount.unit == "bytes":
        return f"{size(amount.done)} of {size(amount.total)}"
    return f"{amount.done:,} of {amount.total:,} {one_line(amount.unit, 20)}".strip()


def count(state: JobState) -> tuple[int, int]:
    """Return how many steps are settled, and how many there are."""
    return sum(item.settled for item in state.steps), len(state.steps)


def time_left(state: JobState, forecast: Mapping[str, Any], now: float) -> float | None:
    """Return how long the rest probably takes, by earlier jobs; None while a step to come never ran before."""
    durations: Mapping[str, float] = forecast.get("durations", {})
    left = 0.0
    for item in state.steps:
        if item.settled or item.step.kind is StepKind.GATE:
            continue
        if item.step.id not in durations:
            return None
        took = elapsed(item, now) if item.status is Status.RUNNING else 0.0
        left += max(0.0, durations[item.step.id] - (took or 0.0))
    return left
