"""The plan in full: every step with its hosts, its commands and how it is undone. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.console.figures import seconds
from core.jobs.state import JobState, StepState
from core.text import one_line
from tui.promotion.rows import is_expected, steps_of, title
from tui.promotion.text import Line, head, labelled, line

_ROOM = 8


def plan_text(state: JobState, forecast: Mapping[str, Any]) -> tuple[Line, ...]:
    """Return every step: hosts by their addresses, commands as they run on each of them, undo."""
    return tuple(_lines(state, forecast))


def _lines(state: JobState, forecast: Mapping[str, Any]) -> Iterator[Line]:
    phase = ""
    for item in steps_of(state, forecast):
        now = (
            "cut over, as expected: the real one is known at the gate"
            if is_expected(item)
            else str(item.step.phase)
        )
        if now != phase:
            if phase:
                yield line()
            phase = now
            yield head(phase)
        yield from _step(item, forecast)
    if state.digest:
        yield line()
        yield labelled("digest", state.digest, "dim", room=_ROOM)


def _step(item: StepState, forecast: Mapping[str, Any]) -> Iterator[Line]:
    step = item.step
    took: Mapping[str, float] = forecast.get("durations", {})
    notes = [
        *(["closed"] if step.window else []),
        *(["point of no return"] if step.point_of_no_return else []),
        *([f"~{seconds(took[step.id])}"] if step.id in took else []),
    ]
    told = f"   {', '.join(notes)}" if notes else ""
    yield Line(((f"  {title(step)}", ""), (told, "attention" if step.window else "dim")), 4)
    if step.hosts:
        yield _part("hosts", ", ".join(one_line(host, 120) for host in step.hosts))
    for at, command in enumerate(step.commands):
        yield _part("runs" if not at else "", f"$ {one_line(command, 4000)}")
    if step.undo:
        yield _part("undo", one_line(step.undo, 300))


def _part(label: str, value: str) -> Line:
    return Line(((f"    {label:<{_ROOM}}", "dim"), (value, "")), 4 + _ROOM)
