"""What a person needs now: what happened, where, in what state the shop is, and what is possible. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from core.console.shop_state import shop_state
from core.jobs.state import JobState, Status, StepState
from core.text import one_line
from tui.promotion.rows import title
from tui.promotion.situation import Situation, first_line, situation
from tui.promotion.text import Line, head, labelled, line, sentences

_SHORT = 320
"""Characters of a failure that are told here, so that what is possible stays in sight; the log has it all."""


class Choice(msgspec.Struct, frozen=True):
    """One action as it stands now."""

    key: str
    text: str
    reason: str = ""
    """Why it is not possible now; empty when it is."""


def now_text(
    state: JobState, forecast: Mapping[str, Any], choices: Sequence[Choice], *, alive: bool
) -> tuple[Line, ...]:
    """Return the tab "now"."""
    how = situation(state, alive=alive)
    lines = [*_failures(state), *_undone(state)]
    if how is not Situation.PLANNED:
        lines += [head("The shop"), *sentences(shop_state(state, alive=alive)), line()]
    if how is Situation.DONE:
        lines += _way_back(state)
    lines += [*_possible(choices), *_warnings(state), *_people(state), *_impossible(choices)]
    return tuple(lines[:-1] if lines and not lines[-1].spans else lines)


def _way_back(state: JobState) -> list[Line]:
    switch = state.step("switch")
    if switch is None or not switch.step.undo:
        return []
    told = one_line(switch.step.undo, 200)
    return [
        head("How you come back"),
        *sentences([f"{told[:1].upper()}{told[1:]}: B here, or later from its releases."]),
        line(),
    ]


def _failures(state: JobState) -> list[Line]:
    """What went wrong, the newest first; what was only a warning is told with the other warnings."""
    lines = []
    for item in reversed(state.steps):
        failure = item.undo_failure or item.failure
        if (
            failure is None
            or item.tolerated
            or item.status not in (Status.FAILED, Status.NOT_UNDONE, Status.UNDONE)
        ):
            continue
        verb = "could not be undone" if item.undo_failure is not None else "failed"
        lines += [
            line(f"{title(item.step)}: {verb}", "bad"),
            labelled("what", one_line(first_line(failure.what), _SHORT)),
            *([labelled("where", one_line(failure.where, 400))] if failure.where else []),
            *([labelled("do", one_line(failure.remedy, 2000), "accent")] if failure.remedy else []),
            labelled("code", one_line(failure.code, 100), "dim"),
            *_unknown(item),
            line(),
        ]
    return lines


def _unknown(item: StepState) -> list[Line]:
    if not item.unknown:
        return []
    return [
        labelled("", "The host did not answer: what was under way may go on. A retry joins it.", "attention")
    ]


def _undone(state: JobState) -> list[Line]:
    if state.turn is None:
        return []
    because = {
        "failed": "a step failed",
        "refused": "it was refused",
        "cancelled": "it was cancelled",
        "abandoned": "it was given up",
    }
    told = because[state.turn.because]
    who = f" by {one_line(state.turn.who, 60)}" if state.turn.who else ""
    taken = [item for item in state.steps if item.status is Status.UNDONE]
    lines = [head(f"Taken back, because {told}{who}")]
    lines += sentences([f"{one_line(item.step.undo, 200)}{_note(item)}" for item in taken])
    return [*lines, line()]


def _note(item: StepState) -> str:
    return f": {one_line(item.note, 200)}" if item.note else ""


def _possible(choices: Sequence[Choice]) -> list[Line]:
    can = [choice for choice in choices if not choice.reason]
    lines = [head("What you can do now")] if can else []
    lines += [Line(((f"  {item.key:<7} ", "accent"), (item.text, "")), 10) for item in can]
    return [*lines, line()] if lines else []


def _impossible(choices: Sequence[Choice]) -> list[Line]:
    """What can't be done now, and why: the last of all, for what can be done comes first."""
    cannot = [choice for choice in choices if choice.reason]
    lines = [line("Not now", "dim")] if cannot else []
    lines += [Line(((f"  {item.key:<7} {item.text}: ", "dim"), (item.reason, "dim")), 10) for item in cannot]
    return [*lines, line()] if lines else []


def _warnings(state: JobState) -> list[Line]:
    if not state.warnings:
        return []
    names = {item.step.id: title(item.step) for item in state.steps}
    lines = [head("Warnings")]
    for step, text in state.warnings:
        lines += [line(f"  {names[step]}", "dim"), line(f"  {one_line(text, 1000)}", "attention", indent=2)]
    return [*lines, line()]


def _people(state: JobState) -> list[Line]:
    """Who started it, from where, and who skipped or approved what."""
    if not state.job_id:
        return []
    lines = [head("Who")]
    origin = f" from {one_line(state.origin, 60)}" if state.origin else ""
    lines.append(labelled("started", f"{one_line(state.who, 60)}{origin}"))
    if state.gate is not None and state.gate.answer:
        reason = f": {one_line(state.gate.reason, 200)}" if state.gate.reason else ""
        lines.append(labelled(state.gate.answer, f"{one_line(state.gate.who, 60)}{reason}"))
    for item in state.steps:
        if item.status is Status.SKIPPED:
            lines.append(
                labelled(
                    "skipped", f"{title(item.step)}, by {one_line(item.who, 60)}: {one_line(item.reason, 200)}"
                )
            )
    lines.append(labelled("job", state.job_id, "dim"))
    return [*lines, line()]
